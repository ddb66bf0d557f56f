"""The hair behind the head and the shoulders."""

import math

from training.pictures.attributes import HairLength, HairStyle
from training.pictures.curves import Point, ellipse, joined, lock
from training.pictures.figure import Figure
from training.pictures.hair_front import crown_points, crown_size
from training.pictures.hair_paint import deep_of, light_of, paint_hair, strands

TIED_UP = frozenset(
    {
        HairStyle.PONYTAIL,
        HairStyle.SIDE_PONYTAIL,
        HairStyle.TWINTAILS,
        HairStyle.LOW_TWINTAILS,
        HairStyle.BUN,
        HairStyle.DOUBLE_BUN,
        HairStyle.DRILLS,
        HairStyle.TWIN_BRAIDS,
        HairStyle.BRAID,
    }
)
"""Styles in which nothing hangs loose behind the back."""

_REACH = {
    HairLength.SHORT: 60.0,
    HairLength.MEDIUM: 112.0,
    HairLength.LONG: 222.0,
    HairLength.VERY_LONG: 345.0,
}
_CHIBI_REACH = {
    HairLength.SHORT: 56.0,
    HairLength.MEDIUM: 84.0,
    HairLength.LONG: 130.0,
    HairLength.VERY_LONG: 180.0,
}


def reach_of(figure: Figure) -> float:
    """Return the y that hair of this length reaches."""
    reach = _CHIBI_REACH if figure.chibi else _REACH
    return reach[figure.person.traits.hair.length] * figure.trait("reach").uniform(0.94, 1.06)


def draw_back_hair(figure: Figure) -> None:
    """Draw what hangs behind the body, or the close hair of those who tie it up."""
    hair = figure.person.traits.hair
    width, top = crown_size(figure)
    reach = 46.0 if hair.style in TIED_UP else reach_of(figure)
    if hair.style is HairStyle.BOB:
        reach = min(reach, 70.0)
    left = _edge(figure, width, reach, -1.0)
    right = _edge(figure, width, reach, 1.0)
    crown = crown_points(width, top)
    hem = _hem(figure, right[-1], left[-1], reach)
    path = joined(crown, [crown[-1], *right], *hem, [*reversed(left), crown[0]])
    _flicks(figure, left, right)
    _tufts(figure, width, top)
    paint_hair(figure, path, (top, reach), behind=True, reach=9.0)
    _depth(figure, path, reach)
    with figure.easel.clip(path):
        _strands(figure, left, right, reach)


def _flicks(figure: Figure, left: list[Point], right: list[Point]) -> None:
    """Let a few locks stand out from the outline."""
    hair = figure.person.traits.hair
    rng = figure.trait("flicks")
    if hair.style is HairStyle.BOB or rng.random() < 0.35:
        return
    shade = figure.easel.style.shade(figure.hair, 0.5)
    for edge, side in ((left, -1.0), (right, 1.0)):
        for x, y in edge[: rng.choice((1, 2, 3))]:
            out = rng.uniform(6, 18)
            root = ((x - side * 9, y - 16), (x - side * 9, y + 6))
            figure.easel.shape(
                lock(root, (x + side * out, y + rng.uniform(8, 18)), side * 0.1), shade
            )


def _tufts(figure: Figure, width: float, top: float) -> None:
    """Let a few pointed locks break the outline over the head."""
    rng = figure.trait("tufts")
    count = rng.choice((0, 0, 3, 6, 9))
    if figure.person.traits.hatted:
        return
    for _ in range(count):
        u = rng.uniform(-0.98, 0.98)
        x, y = u * width * 0.95, (top + 16.0) * math.sqrt(1.0 - u * u) - 14.0
        long, side = rng.uniform(6.0, 17.0), 1.0 if u > 0 else -1.0
        root = ((x - side * 6.0, y - 1.0), (x + side * 2.0, y + 8.0))
        tip = (x + side * long * (0.35 + 0.65 * abs(u)), y + long * rng.uniform(-0.7, 0.6))
        figure.easel.shape(lock(root, tip, side * 0.15), figure.hair)


def _edge(figure: Figure, width: float, reach: float, side: float) -> list[Point]:
    """Return the outer edge from below the temple to the hem."""
    hair = figure.person.traits.hair
    rng = figure.trait(f"edge{side}")
    flare = rng.uniform(-6, 10) + 12.0 * hair.volume
    if hair.style is HairStyle.BOB:
        flare = 10.0
    count = max(2, int(reach // 45))
    points = []
    for i in range(1, count + 1):
        share = i / count
        y = 12.0 + (reach - 12.0) * share
        swell = math.sin(share * math.pi * 0.75) * flare
        wave = math.sin(share * reach / 26.0 + rng.uniform(-0.3, 0.3)) * 7.0 * hair.wave
        points.append((side * (width + swell + wave + 2.0), y))
    if hair.style is HairStyle.BOB:
        return [
            (side * (width + 7.0), 34.0),
            (side * (width + 8.0), reach - 12.0),
            (side * (width + 2.0), reach),
        ]
    if reach < 80:
        flick = rng.choice((-8.0, -4.0, 7.0))
        return [
            (side * (width + 4.0), 28.0),
            (side * (width - 1.0), reach - 14.0),
            (side * (width + flick), reach),
        ]
    return points


def _hem(figure: Figure, start: Point, end: Point, reach: float) -> list[list[Point]]:
    """Return the pointed lower edge as short runs from the right to the left."""
    rng = figure.trait("hem")
    count = rng.choice((5, 6, 7))
    jag = min(26.0, 6.0 + reach * 0.09)
    if figure.person.traits.hair.style is HairStyle.BOB:
        jag = 2.5
    runs = []
    before = start
    for i in range(count):
        after = (
            end
            if i == count - 1
            else (_along(start, end, (i + 1) / count), reach - jag * rng.uniform(0.2, 0.6))
        )
        tip = ((before[0] + after[0]) / 2 + rng.uniform(-5, 5), reach + jag * rng.uniform(0.3, 1.0))
        runs.append([before, ((before[0] * 0.6 + tip[0] * 0.4), (before[1] + tip[1]) / 2 + 2), tip])
        runs.append([tip, ((after[0] * 0.6 + tip[0] * 0.4), (after[1] + tip[1]) / 2 + 2), after])
        before = after
    return runs


def _along(start: Point, end: Point, share: float) -> float:
    return start[0] + (end[0] - start[0]) * share


def _depth(figure: Figure, path: object, reach: float) -> None:
    """Darken the hollow behind neck and chin."""
    easel = figure.easel
    shade = easel.style.shade(easel.style.shade(figure.hair))
    with easel.clip(path):
        easel.cast(ellipse(0, 66, 44, min(60.0, reach * 0.7)), shade, 10.0, 0.75)


def _strands(figure: Figure, left: list[Point], right: list[Point], reach: float) -> None:
    """Part the hair that hangs down with lines, lights and shades along its edges."""
    rng, easel = figure.trait("strands"), figure.easel
    soft, deep, light = easel.style.soft, deep_of(figure), light_of(figure)
    lines = []
    for i in range(14 if soft else 8):
        edge, side = (left, -1.0) if i % 2 else (right, 1.0)
        inset = rng.uniform(2, 26)
        run = [(side * (abs(x) - inset * 0.8), -20.0) for x, _ in edge[:1]]
        run += [(x - side * inset, y - 6.0) for x, y in edge]
        first = rng.randrange(0, max(1, len(run) - 2))
        lines.append(run[first:])
    if reach >= 100:
        strands(figure, [line for line in lines[:5] if len(line) > 1])
    if easel.style.gloss > 0:
        for i, line in enumerate(lines[5:]):
            easel.line(line, rng.uniform(1.5, 6.0), deep if i % 2 else light, 0.5)
