"""What is done to a training picture, so that drawn pictures prepare for real ones.

Everything is a pure function of the picture and a random generator: the same (seed, epoch, place)
gives the same picture, also after a resume and with another number of workers.
"""

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from training.config import AugmentationConfig

Generator = np.random.Generator
Step = Callable[[Image.Image, Generator], Image.Image]
Pixels = NDArray[np.uint8]

GREY_WEIGHTS = np.array([0.299, 0.587, 0.114], np.float32)


class Augmentation:
    """Crops, flips, recolours a little and degrades pictures; see ``AugmentationConfig``."""

    def __init__(self, config: AugmentationConfig) -> None:
        self._config = config
        self._degradations: tuple[tuple[float, Step], ...] = (
            (config.low_resolution, _lower_resolution),
            (config.blur, _blur),
            (config.jpeg, _compress),
        )

    def __call__(
        self, pixels: Pixels, size: int, rng: Generator, *, may_flip: bool = True
    ) -> tuple[Pixels, bool]:
        """Return an RGB picture, size x size x 3, and whether its background was replaced.

        ``pixels`` is an RGBA square (S x S x 4).
        """
        solid, replaced = self._put_before_background(pixels, rng)
        image = self._frame(solid, size, rng)
        if rng.random() < self._config.turn:
            image = _turn(image, 360 * _around(self._config.turn_angle, rng))
        if may_flip and rng.random() < self._config.flip:
            image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        for chance, degrade in self._degradations:
            if rng.random() < chance:
                image = degrade(image, rng)
        return self._recolour(np.asarray(image), rng), replaced

    def _put_before_background(self, pixels: Pixels, rng: Generator) -> tuple[Image.Image, bool]:
        image = Image.fromarray(pixels)
        if pixels[0, 0, 3] == 255 and pixels[..., 3].min() == 255:
            return image.convert("RGB"), False
        replaced = bool(rng.random() < self._config.background)
        size = image.size
        back = _gradient(size, rng) if replaced else Image.new("RGB", size, (255, 255, 255))
        back.paste(image, mask=image.getchannel("A"))
        return back, replaced

    def _frame(self, image: Image.Image, size: int, rng: Generator) -> Image.Image:
        kind = rng.random()
        if kind < self._config.crop:
            return _crop(image, size, self._config.min_area, rng)
        if kind < self._config.crop + self._config.shrink:
            return _shrink(image, size, rng)
        return image.resize((size, size), Image.Resampling.BICUBIC)

    def _recolour(self, pixels: Pixels, rng: Generator) -> Pixels:
        values = self._tones(rng)[pixels, np.arange(3)] @ self._colour_matrix(rng)
        if rng.random() < self._config.noise:
            grain = rng.standard_normal(values.shape, np.float32)
            values += np.float32(rng.uniform(2, 12)) * grain
        if rng.random() < self._config.erase:
            _erase(values, rng)
        return np.asarray(values.clip(0, 255), np.uint8)

    def _tones(self, rng: Generator) -> NDArray[np.float32]:
        """Return what becomes of each value of each channel (256 x 3): light and contrast."""
        config = self._config
        power = np.exp(_around(config.gamma, rng))
        curve = 255 * (np.arange(256) / 255) ** power
        curve = 128 + (curve - 128) * (1 + _around(config.contrast, rng))
        gains = 1 + rng.uniform(-config.cast, config.cast, 3) + _around(config.brightness, rng)
        return (curve[:, None] * gains).astype(np.float32)

    def _colour_matrix(self, rng: Generator) -> NDArray[np.float32]:
        """Return the matrix (row vectors times it) that changes saturation and turns hues."""
        config = self._config
        strength = 0.0 if rng.random() < config.grey else 1 + _around(config.saturation, rng)
        to_grey = np.repeat(GREY_WEIGHTS[:, None], 3, 1)
        saturation = strength * np.eye(3) + (1 - strength) * to_grey
        return (saturation @ _hue_rotation(_around(config.hue, rng))).astype(np.float32)


def _around(strength: float, rng: Generator) -> float:
    return float(rng.uniform(-strength, strength))


def _turn(image: Image.Image, degrees: float) -> Image.Image:
    """Turn the picture a little; the corners get the colour of its upper left one."""
    corner = image.getpixel((0, 0))
    return image.rotate(degrees, Image.Resampling.BILINEAR, fillcolor=corner)


def _crop(image: Image.Image, size: int, min_area: float, rng: Generator) -> Image.Image:
    """Cut a random nearly square part of at least ``min_area`` and resize it."""
    area, ratio = rng.uniform(min_area, 1), np.exp(rng.uniform(-0.22, 0.22))
    width = min(1.0, float(np.sqrt(area * ratio))) * image.width
    height = min(1.0, float(np.sqrt(area / ratio))) * image.height
    left, top = rng.uniform(0, image.width - width), rng.uniform(0, image.height - height)
    box = (left, top, left + width, top + height)
    return image.resize((size, size), Image.Resampling.BILINEAR, box)


def _shrink(image: Image.Image, size: int, rng: Generator) -> Image.Image:
    """Put the whole picture, made smaller, on a plain canvas, as letterboxed art looks."""
    side = int(size * rng.uniform(0.6, 0.95))
    shade = (0, 255, int(rng.integers(256)))[rng.integers(3)]
    canvas = Image.new("RGB", (size, size), (shade,) * 3)
    left, top = rng.integers(0, size - side + 1, 2)
    canvas.paste(image.resize((side, side), Image.Resampling.BICUBIC), (int(left), int(top)))
    return canvas


def _gradient(size: tuple[int, int], rng: Generator) -> Image.Image:
    """Return a soft random background: four corner colours, blended."""
    corners = rng.integers(0, 256, (2, 2, 3)).astype(np.uint8)
    if rng.random() < 0.3:
        corners[:] = corners[0, 0]
    return Image.fromarray(corners).resize(size, Image.Resampling.BILINEAR)


def _lower_resolution(image: Image.Image, rng: Generator) -> Image.Image:
    small = max(24, int(image.width * rng.uniform(0.3, 0.8)))
    shrunk = image.resize((small, small), Image.Resampling.BILINEAR)
    return shrunk.resize(image.size, Image.Resampling.BICUBIC)


def _blur(image: Image.Image, rng: Generator) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.6)))


def _compress(image: Image.Image, rng: Generator) -> Image.Image:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=int(rng.integers(25, 90)))
    return Image.open(stream).convert("RGB")


def _erase(values: NDArray[np.float32], rng: Generator) -> None:
    """Cover a small rectangle with one colour."""
    height, width = values.shape[:2]
    tall, wide = (int(s * rng.uniform(0.08, 0.3)) for s in (height, width))
    top, left = rng.integers(0, height - tall), rng.integers(0, width - wide)
    values[top : top + tall, left : left + wide] = rng.uniform(0, 255, 3)


def _hue_rotation(share: float) -> NDArray[np.float32]:
    """Return the matrix (row vectors times it) that turns hues by a share of the circle."""
    cos, sin = np.cos(2 * np.pi * share), np.sin(2 * np.pi * share)
    third, root = (1 - cos) / 3, np.sqrt(1 / 3) * sin
    rows = [
        [cos + third, third - root, third + root],
        [third + root, cos + third, third - root],
        [third - root, third + root, cos + third],
    ]
    return np.asarray(rows, np.float32).T
