"""From a specification to pixels: ``draw`` is the picture maker."""

from dataclasses import dataclass
from random import Random

import numpy as np
import skia
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from anitag_desktop.domain.tag import Rating
from training.pictures.attributes import ArtStyle, Backdrop
from training.pictures.backdrops import draw_backdrop
from training.pictures.easel import Easel
from training.pictures.figure import Figure
from training.pictures.figure_drawing import draw_figure
from training.pictures.finish import finish
from training.pictures.framing import places_of
from training.pictures.picture import PictureSpec
from training.pictures.scene import Scene
from training.pictures.style import style_of
from training.pictures.subjects import draw_subject
from training.pictures.tagging import FramedTag, rating_of, tags_of

Pixels = NDArray[np.uint8]
_PIXEL_ART_SIDE = 112


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn picture: ``pixels`` is uint8 height x width x RGBA, not premultiplied."""

    pixels: Pixels
    tags: tuple[FramedTag, ...]
    rating: Rating


def size_of(spec: PictureSpec, longest: int) -> tuple[int, int]:
    """Return width and height in pixels for a longest side."""
    if spec.aspect >= 1.0:
        return longest, max(1, round(longest / spec.aspect))
    return max(1, round(longest * spec.aspect)), longest


def draw(spec: PictureSpec, size: int | tuple[int, int]) -> Drawing:
    """Draw a picture; ``size`` is its longest side, or its width and height, in pixels.

    The same specification and size always give the same bytes. With a width and height the
    aspect of the specification is ignored.
    """
    width, height = size_of(spec, size) if isinstance(size, int) else size
    pixels = _paint(spec, *_painted_size(spec, width, height))
    return Drawing(finish(spec, pixels, (width, height)), tags_of(spec), rating_of(spec))


def _painted_size(spec: PictureSpec, width: int, height: int) -> tuple[int, int]:
    if spec.art is not ArtStyle.PIXEL_ART:
        return width, height
    share = min(1.0, _PIXEL_ART_SIDE / max(width, height))
    return max(1, round(width * share)), max(1, round(height * share))


def _paint(spec: PictureSpec, width: int, height: int) -> Pixels:
    pixels = np.zeros((height, width, 4), np.uint8)
    surface = skia.Surface(
        pixels, skia.ColorType.kRGBA_8888_ColorType, skia.AlphaType.kPremul_AlphaType
    )
    canvas = surface.getCanvas()
    style = style_of(spec.art, _chance(spec, "style"))
    easel = Easel(canvas, style)
    canvas.save()
    canvas.scale(height / 100.0, height / 100.0)
    scene = Scene(spec, easel, 100.0 * width / height)
    draw_backdrop(scene)
    if spec.blurry > 0:
        canvas.flush()
        _blur(pixels, spec.blurry * max(width, height) / 256.0)
    draw_subject(scene)
    canvas.restore()
    _paint_people(spec, easel, width, height)
    canvas.flush()
    return _straight(pixels) if spec.backdrop is Backdrop.TRANSPARENT else pixels


def _blur(pixels: Pixels, radius: float) -> None:
    """Blur what is painted so far."""
    pixels[...] = np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(radius)))


def _paint_people(spec: PictureSpec, easel: Easel, width: int, height: int) -> None:
    if not spec.people:
        return
    for i, (person, place) in enumerate(
        zip(spec.people, places_of(spec, width, height), strict=True)
    ):
        easel.canvas.save()
        easel.canvas.translate(place.x, place.y)
        easel.canvas.scale(place.scale, place.scale)
        draw_figure(Figure(person, easel, f"{spec.seed}/{i}", spec.art, place.bottom))
        easel.canvas.restore()


def _chance(spec: PictureSpec, part: str) -> Random:
    return Random(f"{spec.seed}/{part}")


def _straight(pixels: Pixels) -> Pixels:
    """Undo the multiplication with alpha."""
    alpha = pixels[..., 3:].astype(np.float32)
    colour = pixels[..., :3].astype(np.float32) * (255.0 / np.maximum(alpha, 1.0))
    pixels[..., :3] = np.minimum(colour + 0.5, 255.0).astype(np.uint8)
    return pixels
