"""Ponytails, twintails, braids, buns and drills."""

import math

from training.pictures.attributes import HairStyle
from training.pictures.curves import Point, at_angle, ellipse, limb, ribbon, smooth
from training.pictures.figure import Figure
from training.pictures.hair_back import reach_of
from training.pictures.hair_front import crown_size
from training.pictures.hair_paint import halo_light, light_of, paint_hair, strands


def side_of(figure: Figure) -> float:
    """Return the side on which this identity ties what is tied on one side."""
    return figure.trait("side").choice((-1.0, 1.0))


def draw_tied_behind(figure: Figure) -> None:
    """Draw the tied hair that is behind the head."""
    style = figure.person.traits.hair.style
    width, top = crown_size(figure)
    for side in _sides(figure):
        if style is HairStyle.PONYTAIL:
            start: list[Point] = [(side * 6, top + 10), (side * 46, top - 12), (side * 76, -22)]
            _tail(figure, start, 20.0, side)
        elif style is HairStyle.DRILLS:
            _drill(figure, side * (width + 10))
        elif style in _TAILS:
            (inset, y), (out, high), thick = _TAILS[style]
            start = [(side * (width - inset), y), (side * (width + out), high)]
            _tail(figure, start, thick, side)
    if style is HairStyle.BUN:
        _bun(figure, (0.0, top - 12.0), 27.0)


_TAILS: dict[HairStyle, tuple[Point, Point, float]] = {
    HairStyle.SIDE_PONYTAIL: ((16, -40), (22, -46), 18.0),
    HairStyle.TWINTAILS: ((10, -44), (22, -46), 17.0),
    HairStyle.LOW_TWINTAILS: ((14, 40), (4, 56), 14.0),
    HairStyle.TWO_SIDE_UP: ((14, -48), (8, -52), 9.0),
}
"""Where a tail leaves the head (inset from its edge, y), where it bends, how thick it is."""


def _sides(figure: Figure) -> tuple[float, ...]:
    """Return the sides on which hair is tied."""
    one = (HairStyle.PONYTAIL, HairStyle.SIDE_PONYTAIL)
    return (side_of(figure),) if figure.person.traits.hair.style in one else (-1.0, 1.0)


def draw_tied_before(figure: Figure) -> None:
    """Draw the tied hair that is in front of the shoulders or over the crown."""
    style = figure.person.traits.hair.style
    if style is HairStyle.BRAID:
        _braid(figure, side_of(figure))
    elif style is HairStyle.TWIN_BRAIDS:
        for side in (-1.0, 1.0):
            _braid(figure, side)
    elif style is HairStyle.DOUBLE_BUN:
        width, top = crown_size(figure)
        for side in (-1.0, 1.0):
            _bun(figure, (side * (width - 12.0), top + 8.0), 20.0)


def tie_places(figure: Figure) -> list[Point]:
    """Return where ribbons and bows hold tied hair."""
    style = figure.person.traits.hair.style
    width, top = crown_size(figure)
    side = side_of(figure)
    both = (-1.0, 1.0)
    places: dict[HairStyle, list[Point]] = {
        HairStyle.PONYTAIL: [(side * 22, top + 2)],
        HairStyle.SIDE_PONYTAIL: [(side * (width - 2), -42)],
        HairStyle.TWINTAILS: [(s * (width - 1), -44) for s in both],
        HairStyle.LOW_TWINTAILS: [(s * (width - 8), 46) for s in both],
        HairStyle.TWO_SIDE_UP: [(s * (width - 8), -48) for s in both],
        HairStyle.DRILLS: [(s * (width + 1), -22) for s in both],
    }
    return places.get(style, [])


def _tail(figure: Figure, start: list[Point], thick: float, side: float) -> None:
    """Draw a tail of hair that leaves the head through some points and hangs to its length."""
    rng = figure.trait(f"tail{side}")
    hair = figure.person.traits.hair
    reach = max(reach_of(figure), 90.0 if not figure.chibi else 60.0)
    x, y = start[-1]
    drift = rng.uniform(6, 30)
    sway = 12.0 * hair.wave + 3.0
    points = list(start)
    for i, share in enumerate((0.3, 0.62, 1.0)):
        points.append((x + side * (drift * share + sway * (-1) ** i), y + (reach - y) * share))
    widths = [thick * 0.5, *[thick * 0.95] * (len(start) - 1), thick * 1.2, thick, 0.5]
    paint_hair(figure, ribbon(points, widths), (y, reach), reach=7.0)
    inner = [(px - side * thick * 0.25, py) for px, py in points[1:]]
    outer = [(px + side * thick * 0.35, py) for px, py in points[1:-1]]
    strands(figure, [inner, outer])
    gleam = [(px + side * thick * 0.1, py) for px, py in points[len(start) - 1 : -1]]
    if figure.easel.style.gloss > 0:
        figure.easel.line(gleam, thick * 0.35, light_of(figure), 0.5 * figure.easel.style.gloss)


def _braid(figure: Figure, side: float) -> None:
    """Draw a braid over the shoulder as a chain of interlocked leaves."""
    reach = max(reach_of(figure), 120.0) if not figure.chibi else 110.0
    top, x = 58.0, side * (figure.head.width - 10.0)
    count = max(3, int((reach - top) / 17))
    for i in range(count):
        y = top + i * (reach - top) / count
        taper = 1.0 - 0.35 * i / count
        lean = 5.0 * (-1) ** i
        points = [(x - lean, y - 4), (x + lean * 0.6, y + 9), (x + lean * 0.2, y + 23)]
        path = limb(points, [6.5 * taper, 10.0 * taper, 3.0 * taper])
        paint_hair(figure, path, (y, y + 20), reach=3.5)
    tuft = [(x, reach + 8), (x + side * 2, reach + 20), (x - side * 2, reach + 36)]
    paint_hair(figure, ribbon(tuft, [4.0, 7.5, 0.3]), (reach, reach + 36), reach=3.0)
    figure.easel.shape(ellipse(x, reach + 8, 6.5, 4.5), figure.accent)


def _bun(figure: Figure, at: Point, radius: float) -> None:
    path = ellipse(*at, radius, radius * 0.93)
    paint_hair(figure, path, (at[1] - radius, at[1] + radius), reach=6.0)
    for turn in (20, 140, 250):
        arc = [at_angle(at, turn + 30 * i, radius * (0.82 - 0.13 * i)) for i in range(4)]
        figure.easel.fold(arc, figure.hair, 0.7)
    with figure.easel.placed((at[0], at[1])):
        halo_light(figure, ellipse(0, 0, radius, radius), radius * 0.8, -radius - 12)


def _drill(figure: Figure, x: float) -> None:
    """Draw a ringlet as a stack of narrowing turns."""
    reach = max(110.0, min(reach_of(figure), 230.0)) if not figure.chibi else 90.0
    count = max(4, int((reach + 20) / 24))
    for i in reversed(range(count)):
        share = i / count
        y = -12 + (reach + 12) * share
        w = 21.0 * (1.0 - share) ** 0.7 + 3.0
        sway = math.sin(i * 1.1) * 2.0
        turn = smooth(
            [
                (x - w + sway, y - 3),
                (x - w * 0.2 + sway, y - 12),
                (x + w + sway, y - 5),
                (x + w * 0.86 + sway, y + 10),
                (x - w * 0.3 + sway, y + 18),
                (x - w * 0.95 + sway, y + 9),
            ]
        )
        paint_hair(figure, turn, (y - 14, y + 20), reach=5.0)
