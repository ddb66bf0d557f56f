"""How a backbone wants its pictures: geometry, mean and deviation, from the checkpoint itself."""

from dataclasses import dataclass

import torch

from anitag_desktop.domain.error import AnitagError
from training.config import NetworkConfig
from training.networks.backbones import RESIDUAL, SHALLOW
from training.networks.pretrained import published

HALF = (0.5, 0.5, 0.5)
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Preparation:
    """Normalisation (of values 0 to 1), interpolation, ``resize`` (squish, crop, pad), its crop.

    ``crop`` is the share of the shorter side that a centre crop keeps.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str
    resize: str
    crop: float

    def normalise(self, images: torch.Tensor) -> torch.Tensor:
        """Return pictures (B x 3 x S x S) as the network wants them; floats already are so."""
        if images.dtype != torch.uint8:
            return images
        mean, std = (images.new_tensor(v, dtype=torch.float32) for v in (self.mean, self.std))
        scaled = images.float().div_(255)
        return scaled.sub_(mean[:, None, None]).div_(std[:, None, None])


def preparation_of(config: NetworkConfig) -> Preparation:
    """Return how pictures are prepared: what the config fixes, otherwise what the checkpoint says.

    Raises:
        AnitagError: ``bad_config`` when it asks for the checkpoint's and there is none.
    """
    mean, std = HALF, HALF
    interpolation, resize, crop = "bicubic", config.resize, config.crop or 1.0
    if config.mean_std == "imagenet":
        mean, std = IMAGENET_MEAN, IMAGENET_STD
    if "checkpoint" in {config.mean_std, config.resize}:
        if config.backbone in {SHALLOW, RESIDUAL}:
            reason = f"{config.backbone} was published with no weights: say mean_std and resize"
            raise AnitagError("bad_config", path="network", reason=reason)
        known = published(config.backbone)
        interpolation = known.interpolation
        if config.mean_std == "checkpoint":
            mean, std = _three(known.mean), _three(known.std)
        if config.resize == "checkpoint":
            resize = "squish" if known.squish else "crop"
            crop = config.crop or known.crop
    return Preparation(mean, std, interpolation, resize, crop)


def _three(values: tuple[float, ...]) -> tuple[float, float, float]:
    red, green, blue = values
    return red, green, blue
