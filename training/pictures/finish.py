"""What happens to the pixels after drawing: light, the printing of a style, and wear."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from training.pictures.attributes import ArtStyle, Backdrop
from training.pictures.lighting import graded, tinted
from training.pictures.picture import PictureSpec
from training.pictures.printing import blocks, grey, screened

Pixels = NDArray[np.uint8]
_SCREENED_FROM = 240
"""The longest side from which on the dots of a screen can be told."""


def finish(spec: PictureSpec, pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Return the finished pixels at (width, height)."""
    pixels = tinted(spec, pixels)
    if spec.art is ArtStyle.PIXEL_ART:
        pixels = blocks(pixels, size)
    if spec.backdrop is not Backdrop.TRANSPARENT:
        pixels = graded(spec, pixels)
    if spec.art in (ArtStyle.GREYSCALE, ArtStyle.SKETCH):
        pixels = grey(pixels)
    if spec.art is ArtStyle.GREYSCALE and spec.seed % 3 == 0 and max(size) >= _SCREENED_FROM:
        pixels = screened(pixels)
    return _worn(spec, pixels)


def _worn(spec: PictureSpec, pixels: Pixels) -> Pixels:
    wear = spec.wear
    if wear.shrink < 1.0:
        pixels = _shrunk(pixels, wear.shrink)
    if wear.blur > 0 or wear.sharpen > 0:
        pixels = _refocused(spec, pixels)
    if wear.noise > 0:
        pixels = _noisy(spec, pixels)
    if wear.colours > 0:
        pixels = _reduced(pixels, wear.colours)
    if wear.jpeg > 0:
        pixels = _jpeg(pixels, wear.jpeg)
    return pixels


def _shrunk(pixels: Pixels, share: float) -> Pixels:
    """Return the picture as it comes back from a smaller copy."""
    image = Image.fromarray(pixels)
    small = (max(8, round(image.width * share)), max(8, round(image.height * share)))
    kept = image.resize(small, Image.Resampling.BOX)
    return np.array(kept.resize(image.size, Image.Resampling.BICUBIC))


def _refocused(spec: PictureSpec, pixels: Pixels) -> Pixels:
    image, wear = Image.fromarray(pixels), spec.wear
    scale = max(pixels.shape[:2]) / 256.0
    if wear.blur > 0:
        image = image.filter(ImageFilter.GaussianBlur(wear.blur * scale))
    if wear.sharpen > 0:
        image = image.filter(ImageFilter.UnsharpMask(1.0 + scale, round(150 * wear.sharpen), 2))
    return np.array(image)


def _noisy(spec: PictureSpec, pixels: Pixels) -> Pixels:
    rng = np.random.default_rng(spec.seed)
    grain = rng.standard_normal(pixels.shape[:2], dtype=np.float32)[..., None]
    grain *= spec.wear.noise * 255
    pixels[..., :3] = np.clip(pixels[..., :3] + grain, 0, 255).astype(np.uint8)
    return pixels


def _reduced(pixels: Pixels, colours: int) -> Pixels:
    """Return the picture in few colours, as a GIF keeps it; transparency stays as it was."""
    flat = Image.fromarray(pixels).convert("RGB").quantize(colours)
    worn = pixels.copy()
    worn[..., :3] = np.asarray(flat.convert("RGB"))
    return worn


def _jpeg(pixels: Pixels, quality: int) -> Pixels:
    """Return the colours after JPEG; transparency stays as it was."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert("RGB").save(buffer, "JPEG", quality=quality)
    worn = pixels.copy()
    worn[..., :3] = np.asarray(Image.open(buffer))
    return worn
