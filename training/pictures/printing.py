"""How a style puts its colours on paper or screen: greys, screentone, blocks."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
_DOTS = 5.0
"""Distance of the dots of a screen in pixels at a longest side of 512."""
_PAPER, _INK = 232, 70
"""Greys beyond these stay as they are: paper, and solid black."""


def grey(pixels: Pixels) -> Pixels:
    """Return the picture without its hues."""
    luma = pixels[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32)
    pixels[..., :3] = np.minimum(luma + 0.5, 255.0).astype(np.uint8)[..., None]
    return pixels


def screened(pixels: Pixels) -> Pixels:
    """Return a grey picture whose middle tones are dots on paper, as manga are printed."""
    height, width = pixels.shape[:2]
    step = max(2.5, _DOTS * max(height, width) / 512.0)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) * (2.0 * np.pi / step)
    wave = 0.5 + 0.25 * (np.cos((x + y) * 0.70710678) + np.cos((x - y) * 0.70710678))
    tone = pixels[..., 0].astype(np.float32)
    dots = np.clip((tone / 255.0 - wave) * 4.0 + 0.5, 0.0, 1.0) * (255.0 - 40.0) + 40.0
    middle = (tone > _INK) & (tone < _PAPER)
    pixels[..., :3] = np.where(middle, dots, np.where(tone >= _PAPER, 255.0, tone))[..., None]
    return pixels


def blocks(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Return the picture in few colours, its pixels enlarged to blocks."""
    small = Image.fromarray(pixels)
    alpha = small.getchannel("A").point(lambda a: 255 if a > 127 else 0)
    flat = small.convert("RGB").quantize(40, dither=Image.Dither.NONE).convert("RGB")
    flat.putalpha(alpha)
    return np.array(flat.resize(size, Image.Resampling.NEAREST))
