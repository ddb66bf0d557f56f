"""How hair is coloured: one or two colours, shade, strands and light."""

from collections.abc import Sequence
from random import Random

import skia

from training.pictures.attributes import HairMix
from training.pictures.curves import Point, box, joined, smooth
from training.pictures.figure import Figure
from training.pictures.palette import WHITE, Colour

_TINGES = (
    WHITE,
    WHITE,
    Colour(1.0, 0.95, 0.84),
    Colour(0.86, 0.93, 1.0),
    Colour(1.0, 0.9, 0.94),
)
"""What light on hair is mixed from: white, warm, cool or rosy."""
_DEPTHS = (
    Colour(1.0, 1.0, 1.0),
    Colour(0.78, 0.72, 0.8),
    Colour(0.66, 0.6, 0.74),
    Colour(0.8, 0.62, 0.62),
)
"""How the deepest shade of hair differs from shade twice over."""


def light_of(figure: Figure) -> Colour:
    """Return the colour of light on a figure's hair: never far from its own for dark hair."""
    rng, colour = figure.chance("hair light"), figure.hair
    share = rng.uniform(0.35, 0.8) if colour.luma > 0.35 else rng.uniform(0.15, 0.5)
    return colour.mix(rng.choice(_TINGES), share)


def deep_of(figure: Figure) -> Colour:
    """Return the colour of the deepest shade in a figure's hair."""
    style, rng = figure.easel.style, figure.chance("hair deep")
    shade = style.shade(style.shade(figure.hair))
    return shade.times(rng.choice(_DEPTHS))


def _base(figure: Figure, path: skia.Path, span: tuple[float, float], colour: Colour) -> None:
    """Fill hair between two heights; its tips may have the second colour."""
    mix, second = figure.person.traits.hair.mix, figure.second_hair
    easel, (top, bottom) = figure.easel, span
    if mix is HairMix.GRADIENT:
        middle = colour.mix(second, 0.15)
        easel.blend(path, ((0, top), (0, bottom)), ((colour, 1), (middle, 1), (second, 1)))
        return
    easel.fill(path, colour)
    if mix is HairMix.TWO_TONE:
        with easel.clip(path):
            easel.fill(box(0.0, -400, 400, 900), second)


def paint_hair(
    figure: Figure,
    path: skia.Path,
    span: tuple[float, float],
    *,
    behind: bool = False,
    reach: float = 7.0,
) -> None:
    """Draw a mass of hair with outline and shade; ``behind`` is in the shade of the head."""
    easel, hair = figure.easel, figure.hair
    inner = behind and figure.person.traits.hair.mix is HairMix.INNER
    colour = figure.second_hair if inner else hair
    if behind:
        colour = easel.style.shade(colour, 0.55 * min(1.0, easel.style.depth + 0.2))
    _base(figure, path, span, colour)
    easel.inner_shadow(path, colour, (easel.style.side * reach, -reach * 0.8))
    if easel.style.soft:
        _soft_depth(figure, path, span, colour)
    easel.outline(path, hair)


def _soft_depth(figure: Figure, path: skia.Path, span: tuple[float, float], colour: Colour) -> None:
    top, bottom = span
    rng = figure.chance("hair depth")
    shade = figure.easel.style.shade(colour)
    ends = ((0.0, top), (0.0, bottom))
    high = (WHITE, rng.uniform(0.0, 0.4)) if rng.random() < 0.7 else (shade, rng.uniform(0.2, 0.8))
    low = (shade, rng.uniform(0.2, 0.9)) if rng.random() < 0.7 else (WHITE, rng.uniform(0.0, 0.3))
    figure.easel.blend(path, ends, (high, (colour, 0.0), low))


def strands(figure: Figure, lines: Sequence[Sequence[Point]], weight: float = 0.8) -> None:
    """Draw the lines that part locks."""
    for line in lines:
        figure.easel.fold(line, figure.hair, weight)


def halo_light(figure: Figure, path: skia.Path, width: float, top: float) -> None:
    """Draw the light on the crown: a toothed ring, a plain one, patches, or none."""
    gloss = figure.easel.style.gloss
    rng = figure.chance("gloss")
    kind = rng.choice(("toothed", "toothed", "plain", "patches", "double"))
    if gloss <= 0:
        return
    y, thick = top + rng.uniform(24, 36), rng.uniform(5, 10)
    bands = [_band(rng, width, (y, thick), 5.0 if kind == "toothed" else 0.6)]
    if kind == "double":
        bands.append(_band(rng, width * 0.94, (y + thick + 5.0, thick * 0.4), 1.5))
    elif kind == "patches":
        bands = [_patch(rng, side * width * 0.42, y + 4.0) for side in (-1.0, 1.0)]
    light = light_of(figure)
    with figure.easel.clip(path):
        for band in bands:
            if figure.easel.style.soft:
                figure.easel.haze(band, light, 3.5, 0.8 * gloss)
            else:
                figure.easel.fill(band, light, 0.45 + 0.5 * gloss)


def _band(rng: Random, width: float, place: Point, teeth: float) -> skia.Path:
    """Return a band of light around the crown; ``place`` is its y and its thickness."""
    count, (y, thick) = rng.choice((7, 9, 11)), place
    upper: list[Point] = []
    lower: list[Point] = []
    for i in range(count):
        u = -1 + 2 * i / (count - 1)
        fall = 15 * u * u
        tooth = rng.uniform(0.2, 1.0) * teeth * (1 if i % 2 else -1)
        upper.append((u * width * 0.86, y + fall - tooth * 0.7))
        lower.append((u * width * 0.86, y + fall + thick * (1 - abs(u) ** 3) + tooth))
    lower.reverse()
    return joined(upper, [upper[-1], lower[0]], lower, [lower[-1], upper[0]])


def _patch(rng: Random, x: float, y: float) -> skia.Path:
    """Return a lens of light."""
    half, lean = rng.uniform(10, 16), -x * 0.1
    return smooth([(x - half, y + lean * -1), (x, y - 4.0), (x + half, y + lean), (x, y + 3.0)])
