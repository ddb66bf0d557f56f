"""What happens to the pixels after drawing: style effects, tint and wear."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from training.pictures.attributes import ArtStyle, Backdrop
from training.pictures.picture import PictureSpec

Pixels = NDArray[np.uint8]
_LIGHT: dict[Backdrop, tuple[float, float, float]] = {
    Backdrop.SUNSET: (1.0, 0.82, 0.68),
    Backdrop.NIGHT: (0.72, 0.76, 1.0),
    Backdrop.CITY: (0.76, 0.74, 1.0),
    Backdrop.FOREST: (0.9, 1.0, 0.86),
    Backdrop.OCEAN: (0.94, 0.99, 1.0),
    Backdrop.RAIN: (0.82, 0.87, 0.96),
    Backdrop.CHERRY: (1.0, 0.93, 0.95),
}


def finish(spec: PictureSpec, pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Return the finished pixels at (width, height)."""
    if spec.tint > 0 and spec.backdrop in _LIGHT:
        pixels = _tinted(pixels, _LIGHT[spec.backdrop], spec.tint)
    if spec.art is ArtStyle.PIXEL_ART:
        pixels = _blocks(pixels, size)
    if spec.backdrop is not Backdrop.TRANSPARENT:
        pixels = _graded(spec, pixels)
    if spec.art in (ArtStyle.GREYSCALE, ArtStyle.SKETCH):
        pixels = _grey(pixels)
    return _worn(spec, pixels)


def _tinted(pixels: Pixels, light: tuple[float, float, float], strength: float) -> Pixels:
    factor = 1.0 - strength + strength * np.array(light, np.float32)
    pixels[..., :3] = (pixels[..., :3] * factor + 0.5).astype(np.uint8)
    return pixels


def _grey(pixels: Pixels) -> Pixels:
    luma = pixels[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32)
    pixels[..., :3] = np.minimum(luma + 0.5, 255.0).astype(np.uint8)[..., None]
    return pixels


def _blocks(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Reduce the colours and enlarge the pixels to blocks."""
    small = Image.fromarray(pixels)
    alpha = small.getchannel("A").point(lambda a: 255 if a > 127 else 0)
    flat = small.convert("RGB").quantize(40, dither=Image.Dither.NONE).convert("RGB")
    flat.putalpha(alpha)
    return np.array(flat.resize(size, Image.Resampling.NEAREST))


def _graded(spec: PictureSpec, pixels: Pixels) -> Pixels:
    """Pale the colours and let light fall in from the corner of the light."""
    wear = spec.wear
    if wear.fade <= 0 and wear.glow <= 0:
        return pixels
    colour = pixels[..., :3].astype(np.float32)
    if wear.fade > 0:
        luma = colour @ np.array([0.299, 0.587, 0.114], np.float32)
        colour += (luma[..., None] - colour) * (0.6 * wear.fade)
        colour = colour * (1.0 - 0.3 * wear.fade) + 66.0 * wear.fade
    if wear.glow > 0:
        height, width = pixels.shape[:2]
        corner = (spec.seed % 5) / 4.0
        across = np.abs(np.linspace(0.0, 1.0, width, dtype=np.float32) - corner)
        down = np.linspace(0.0, 1.0, height, dtype=np.float32)
        fall = np.clip(1.0 - np.hypot(across[None, :], down[:, None]), 0.0, 1.0)
        light = np.array([255.0, 246.0, 224.0], np.float32)
        colour += (light - colour) * (fall * wear.glow)[..., None]
    pixels[..., :3] = np.clip(colour + 0.5, 0.0, 255.0).astype(np.uint8)
    return pixels


def _worn(spec: PictureSpec, pixels: Pixels) -> Pixels:
    wear = spec.wear
    if wear.blur > 0:
        radius = wear.blur * max(pixels.shape[:2]) / 256.0
        pixels = np.array(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(radius)))
    if wear.noise > 0:
        rng = np.random.default_rng(spec.seed)
        grain = rng.standard_normal(pixels.shape[:2], dtype=np.float32)[..., None] * (
            wear.noise * 255
        )
        pixels[..., :3] = np.clip(pixels[..., :3] + grain, 0, 255).astype(np.uint8)
    if wear.jpeg > 0:
        pixels = _jpeg(pixels, wear.jpeg)
    return pixels


def _jpeg(pixels: Pixels, quality: int) -> Pixels:
    """Return the colours after JPEG; transparency stays as it was."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert("RGB").save(buffer, "JPEG", quality=quality)
    worn = pixels.copy()
    worn[..., :3] = np.asarray(Image.open(buffer))
    return worn
