"""torchvision's transforms as a config asks for them."""

from typing import Any

import torch
from PIL import Image, ImageOps
from torchvision.transforms import InterpolationMode, v2

from training.config import ViewConfig
from training.views.preparation import WHITE, Preparation

TRIVIAL_STRENGTHS = 31


class CropInOne(v2.RandomResizedCrop):
    """torchvision's random crop of a PIL picture, resized from where it lies, without a copy."""

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        """Return the crop; at its border the kernel sees what lies beside it."""
        left, top = params["left"], params["top"]
        box = (left, top, left + params["width"], top + params["height"])
        kernel = Image.Resampling[self.interpolation.name]
        return inpt.resize(tuple(self.size[::-1]), kernel, box=box)


def varied_transform(config: ViewConfig, preparation: Preparation, size: int, flip: float) -> Any:
    """Return what varies an RGB picture for training; with erasing it comes out normalised."""
    steps = [
        *_varied_geometry(config, preparation, size),
        v2.RandomHorizontalFlip(flip),
        *_affine(config, preparation),
        *_colours(config),
        v2.PILToTensor(),
        *_erasing(config, preparation),
    ]
    return v2.Compose(steps)


def _geometry(preparation: Preparation, size: int) -> list[Any]:
    mode = InterpolationMode(preparation.interpolation)
    if preparation.resize == "crop":
        shorter = max(size, round(size / preparation.crop))
        return [v2.Resize(shorter, mode, antialias=True), v2.CenterCrop(size)]
    squish = v2.Resize((size, size), mode, antialias=True)
    return [_pad_square, squish] if preparation.resize == "pad" else [squish]


def _pad_square(image: Image.Image) -> Image.Image:
    side = max(image.size)
    return ImageOps.pad(image, (side, side), color=WHITE) if image.size != (side, side) else image


def _varied_geometry(config: ViewConfig, preparation: Preparation, size: int) -> list[Any]:
    mode = InterpolationMode(preparation.interpolation)
    if config.scale_low:
        return [CropInOne(size, scale=(config.scale_low, 1.0), interpolation=mode, antialias=True)]
    if config.margin:
        larger = size + config.margin
        return [v2.Resize((larger, larger), mode, antialias=True), v2.RandomCrop(size)]
    return _geometry(preparation, size)


def _affine(config: ViewConfig, preparation: Preparation) -> list[Any]:
    """The transforms of fastai's get_transforms: each with its chance, on its own."""
    mode = InterpolationMode.BILINEAR
    wanted: list[Any] = []
    if config.turn:
        wanted.append(v2.RandomAffine(config.turn, interpolation=mode, fill=WHITE[0]))
    if config.zoom > 1:
        wanted.append(v2.RandomAffine(0, scale=(1.0, config.zoom), interpolation=mode))
    if config.warp:
        wanted.append(v2.RandomPerspective(config.warp, p=1.0, fill=WHITE[0]))
    if config.lighting:
        wanted.append(v2.ColorJitter(config.lighting, config.lighting))
    return [v2.RandomApply([step], config.affine_chance) for step in wanted]


def _colours(config: ViewConfig) -> list[Any]:
    steps: list[Any] = []
    if config.jitter:
        strength = config.jitter
        steps.append(v2.ColorJitter(strength, strength, strength, config.jitter_hue))
    if config.trivial:
        steps.append(v2.TrivialAugmentWide(TRIVIAL_STRENGTHS))
    return steps


def _erasing(config: ViewConfig, preparation: Preparation) -> list[Any]:
    if not config.erase:
        return []
    area = (config.erase_low, config.erase_high)
    return [
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize(list(preparation.mean), list(preparation.std)),
        v2.RandomErasing(config.erase, scale=area, value="random"),
    ]
