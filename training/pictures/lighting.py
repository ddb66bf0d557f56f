"""Light on a finished drawing: the backdrop's tint, paled colours, beams, veils and casts."""

from random import Random

import numpy as np
from numpy.typing import NDArray

from training.pictures.attributes import Backdrop
from training.pictures.palette import hsv
from training.pictures.picture import PictureSpec

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_LIGHT: dict[Backdrop, tuple[float, float, float]] = {
    Backdrop.SUNSET: (1.0, 0.82, 0.68),
    Backdrop.NIGHT: (0.72, 0.76, 1.0),
    Backdrop.CITY: (0.76, 0.74, 1.0),
    Backdrop.FOREST: (0.9, 1.0, 0.86),
    Backdrop.OCEAN: (0.94, 0.99, 1.0),
    Backdrop.RAIN: (0.82, 0.87, 0.96),
    Backdrop.CHERRY: (1.0, 0.93, 0.95),
}


def tinted(spec: PictureSpec, pixels: Pixels) -> Pixels:
    """Return the pixels in the light of their backdrop."""
    if spec.tint <= 0 or spec.backdrop not in _LIGHT:
        return pixels
    factor = 1.0 - spec.tint + spec.tint * np.array(_LIGHT[spec.backdrop], np.float32)
    pixels[..., :3] = (pixels[..., :3] * factor + 0.5).astype(np.uint8)
    return pixels


def graded(spec: PictureSpec, pixels: Pixels) -> Pixels:
    """Return the pixels with the light that their wear tells of."""
    wear = spec.wear
    if max(wear.fade, wear.glow, wear.veil, wear.cast) <= 0:
        return pixels
    colour = pixels[..., :3].astype(np.float32)
    if wear.cast > 0:
        _cast(spec, colour)
    if wear.veil > 0:
        _veil(spec, colour)
    if wear.fade > 0:
        luma = colour @ _LUMA
        colour += (luma[..., None] - colour) * (0.6 * wear.fade)
        colour *= 1.0 - 0.3 * wear.fade
        colour += 66.0 * wear.fade
    if wear.glow > 0:
        _glow(spec, colour)
    pixels[..., :3] = np.clip(colour + 0.5, 0.0, 255.0).astype(np.uint8)
    return pixels


def _hue(spec: PictureSpec, part: str, saturation: float) -> Floats:
    light = hsv(Random(f"{spec.seed}/{part}").uniform(0.0, 360.0), saturation, 1.0)
    return np.array([light.r, light.g, light.b], np.float32)


def _cast(spec: PictureSpec, colour: Floats) -> None:
    """Let all colours lean to one hue, as bright as before."""
    light = _hue(spec, "cast", spec.wear.cast)
    colour *= light / (light @ _LUMA)


def _veil(spec: PictureSpec, colour: Floats) -> None:
    """Lay a coloured shade over one side; it ends softly."""
    rng = Random(f"{spec.seed}/veil")
    height, width = colour.shape[:2]
    across, down = rng.uniform(-1.0, 1.0), rng.uniform(-1.0, 1.0)
    x = np.linspace(-across, across, width, dtype=np.float32)[None, :]
    y = np.linspace(-down, down, height, dtype=np.float32)[:, None]
    share = np.clip(0.5 + (x + y) * rng.uniform(0.8, 4.0), 0.0, 1.0) * spec.wear.veil
    light = _hue(spec, "veil colour", rng.uniform(0.05, 0.3)) * np.float32(rng.uniform(0.6, 1.0))
    for channel in range(3):
        colour[..., channel] *= 1.0 - share * (1.0 - light[channel])


def _glow(spec: PictureSpec, colour: Floats) -> None:
    """Let light fall in from a corner."""
    height, width = colour.shape[:2]
    corner = (spec.seed % 5) / 4.0
    across = np.abs(np.linspace(0.0, 1.0, width, dtype=np.float32) - corner)
    down = np.linspace(0.0, 1.0, height, dtype=np.float32)
    fall = np.clip(1.0 - np.hypot(across[None, :], down[:, None]), 0.0, 1.0)
    light = np.array([255.0, 246.0, 224.0], np.float32)
    fall *= np.float32(spec.wear.glow)
    for channel in range(3):
        colour[..., channel] += (light[channel] - colour[..., channel]) * fall
