"""The front hair: crown, bangs and the locks before the ears."""

from dataclasses import dataclass
from random import Random

import skia

from training.pictures.attributes import Bangs, HairMix, HairStyle
from training.pictures.curves import Point, between, lock, moved, ribbon
from training.pictures.figure import Figure
from training.pictures.hair_paint import halo_light, paint_hair, strands
from training.pictures.hair_sheen import Fringe, draw_sheen


@dataclass(frozen=True, slots=True)
class _Cut:
    """How bangs are cut: where each lock ends, seen from its place -1..1 across the forehead."""

    locks: int
    tip: float
    sides: float
    depth: float
    ragged: float
    sweep: float
    part: float
    spread: float


_LONGER = {Bangs.PLAIN: 16.0, Bangs.SWEPT: 14.0, Bangs.BETWEEN_EYES: 12.0, Bangs.BLUNT: 5.0}
"""How much longer than the shortest bangs of a cut can be."""


def _cut(bangs: Bangs, rng: Random) -> _Cut:
    flip = rng.choice((-1.0, 1.0))
    if bangs is Bangs.BLUNT:
        return _Cut(rng.choice((7, 8, 9, 10)), -3.5, 4.0, 6.0, 0.8, 0.0, rng.uniform(-8, 8), 0.0)
    if bangs is Bangs.PARTED:
        part = rng.choice((0.0, flip * 0.25))
        return _Cut(rng.choice((4, 6)), -12.0, 26.0, 13.0, 3.0, 0.0, part * 50, 15.0)
    if bangs in (Bangs.SWEPT, Bangs.OVER_ONE_EYE):
        return _Cut(rng.choice((4, 5, 6)), -4.0, 9.0, 15.0, 3.0, flip * 15.0, -flip * 26.0, 0.0)
    sweep = rng.choice((-1, 1)) * rng.uniform(2, 8)
    return _Cut(rng.choice((6, 7, 8)), -5.0, 12.0, 17.0, 5.0, sweep, rng.uniform(-14, 14), 3.0)


def _tip(figure: Figure, cut: _Cut, u: float, rng: Random) -> Point:
    """Return where the lock at a place across the forehead ends."""
    bangs = figure.person.traits.hair.bangs
    part = cut.part / 50.0
    x = u * 46.0 + cut.sweep * (1.0 - 0.35 * abs(u))
    x += cut.spread * (1.0 if u > part else -1.0) * (1.0 - 0.5 * abs(u))
    y = cut.tip + cut.sides * abs(u - part * 0.5) ** 1.4 + rng.uniform(-1, 1) * cut.ragged
    y += _LONGER.get(bangs, 0.0) * figure.trait("bangs length").random()
    if bangs is Bangs.BETWEEN_EYES and abs(u) < 0.26:
        return x * 0.6, 24.0 + rng.uniform(-3, 4)
    if bangs is Bangs.OVER_ONE_EYE and u * cut.sweep > 0.1 * abs(cut.sweep):
        y = 38.0 + rng.uniform(-3, 5) - 8.0 * abs(u)
    return x, y


def _notch(figure: Figure, cut: _Cut, u: float, rng: Random) -> Point:
    """Return where two locks part."""
    x = u * 46.0 + cut.sweep * 0.4
    y = cut.tip - cut.depth + 7.0 * abs(u) + rng.uniform(-1, 1) * cut.ragged * 0.6
    bangs = figure.person.traits.hair.bangs
    if bangs is Bangs.PARTED:
        gap = max(0.0, 1.0 - 2.2 * abs(u - cut.part / 50.0))
        return x, y - 38.0 * gap
    if bangs is Bangs.BLUNT:
        y += cut.depth * 0.3 - 4.0 * abs(u)
    return x, y


def crown_points(width: float, top: float) -> list[Point]:
    """Return the outline over the head from the viewer's left temple to the right one."""
    half = [
        (-width, 10.0),
        (-width * 1.01, -16.0),
        (-width * 0.87, top * 0.61),
        (-width * 0.5, top * 0.915),
    ]
    return [*half, (0.0, top), *[(-x, y) for x, y in reversed(half)]]


def crown_size(figure: Figure) -> Point:
    """Return the half width and the top of the hair over the head."""
    volume = figure.person.traits.hair.volume
    return figure.head.width + 5.0 + 11.0 * volume, figure.head.top - 6.0 - 15.0 * volume


def fringe_of(figure: Figure) -> Fringe:
    """Return the front hair of a figure; it is the same in all its pictures."""
    rng = figure.trait("bangs")
    cut = _cut(figure.person.traits.hair.bangs, rng)
    width, top = crown_size(figure)
    shift = figure.turn_shift * 0.75
    count = cut.locks
    notches = [
        _notch(figure, cut, -0.92 + 1.84 * i / (count - 1), rng) for i in range(1, count - 1)
    ]
    tips = [
        _tip(figure, cut, -0.86 + 1.72 * (i + 0.5) / (count - 1), rng) for i in range(count - 1)
    ]
    ends = [(-width + 8.0 - shift, -4.0), *notches, (width - 8.0 - shift, -4.0)]
    ends = [(x + shift, y + figure.nod_shift) for x, y in ends]
    limit = width - 11.0
    tips = [(max(-limit, min(limit, x + shift)), y + figure.nod_shift) for x, y in tips]
    path = skia.Path()
    crown = crown_points(width, top)
    _over(path, crown, figure.trait("tuft").uniform(18, 34))
    locks = tuple(zip(reversed(ends[1:]), reversed(tips), reversed(ends[:-1]), strict=True))
    for start, tip, end in locks:
        _blade(path, start, tip, end)
    path.close()
    root = (cut.part * 0.6 + shift * 0.6, top + 12.0)
    partings = tuple(_parting(n, root) for n in ends[1:-1])
    return Fringe(path, locks, partings, width, top)


def _over(path: skia.Path, crown: list[Point], tuft: float) -> None:
    """Go from the left temple over the head to the right one, with a tuft on both sides."""
    (lx, ly), (rx, ry) = crown[0], crown[-1]
    path.moveTo(lx + 9.0, 2.0)
    path.quadTo(lx + 6.0, tuft * 0.6, lx + 3.0, tuft)
    path.quadTo(lx - 2.0, ly + 8, lx, ly)
    for i in range(len(crown) - 1):
        a, b = crown[max(0, i - 1)], crown[i]
        c, d = crown[i + 1], crown[min(len(crown) - 1, i + 2)]
        path.cubicTo(
            b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6,
            c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6, c[0], c[1],
        )  # fmt: skip
    path.quadTo(rx + 2.0, ry + 8, rx - 3.0, tuft)
    path.quadTo(rx - 6.0, tuft * 0.6, rx - 9.0, 2.0)


def _blade(path: skia.Path, start: Point, tip: Point, end: Point) -> None:
    """Add one lock: from a notch to its tip and up to the next notch."""
    for a, b, lead in ((start, tip, 0.25), (tip, end, 0.75)):
        x = a[0] + (b[0] - a[0]) * lead
        y = (a[1] if lead > 0.5 else b[1]) * 0.62 + (b[1] if lead > 0.5 else a[1]) * 0.38
        path.quadTo(x, y, b[0], b[1])


def _parting(notch: Point, root: Point) -> tuple[Point, ...]:
    end = between(notch, root, 0.55)
    middle = between(notch, end, 0.5)
    return notch, (middle[0] + (notch[0] - root[0]) * 0.07, middle[1]), end


def draw_front_hair(figure: Figure, fringe: Fringe) -> None:
    """Draw the locks before the ears and the bangs."""
    _side_locks(figure, fringe)
    _sit(figure, fringe)
    paint_hair(figure, fringe.path, (fringe.top, 30.0), reach=6.0)
    _streaks(figure, fringe)
    _lock_shades(figure, fringe)
    halo_light(figure, fringe.path, fringe.width, fringe.top)
    strands(figure, fringe.partings)
    draw_sheen(figure, fringe)
    _ahoge(figure, fringe)


def _lock_shades(figure: Figure, fringe: Fringe) -> None:
    """Shade the side of each lock that is turned from the light."""
    easel = figure.easel
    if easel.style.depth <= 0:
        return
    shade, turned = easel.style.shade(figure.hair), easel.style.side > 0
    with easel.clip(fringe.path):
        for start, tip, end in fringe.locks[1:-1]:
            dark, other = (end, start) if turned else (start, end)
            inner = between(dark, other, 0.42)
            inner = (inner[0] * 0.9, inner[1] - 12.0)
            path = skia.Path()
            path.moveTo(*dark)
            path.quadTo(*between(dark, tip, 0.5), *tip)
            path.quadTo(*between(tip, inner, 0.45), *inner)
            path.close()
            easel.cast(path, shade, 2.0, 0.9)


def _sit(figure: Figure, fringe: Fringe) -> None:
    """Darken the side locks right under the bangs."""
    figure.easel.cast(moved(fringe.path, 0.0, 2.0), figure.easel.style.shade(figure.hair), 2.0, 0.5)


def _side_locks(figure: Figure, fringe: Fringe) -> None:
    hair = figure.person.traits.hair
    if hair.sidelocks < 0.12:
        return
    rng = figure.trait("sidelocks")
    reach = 36.0 + 95.0 * hair.sidelocks
    reach = min(reach, 88.0) if figure.chibi else reach
    thick = rng.uniform(6, 14)
    for side in (-1.0, 1.0):
        near = 1.0 - 0.25 * max(0.0, figure.person.pose.turn * side)
        x = side * (fringe.width - thick * 0.95) * (1.0 if near == 1.0 else 0.97)
        bow = side * rng.uniform(-2, 5)
        sway = hair.wave * 6.0
        points = [
            (x, -8.0),
            (x + bow * 0.5 + side * 1.5, reach * 0.25),
            (x + bow + sway * side, reach * 0.58),
            (x - side * rng.uniform(2, 8) - sway * side, reach),
        ]
        points = [(px + figure.turn_shift * 0.2, py) for px, py in points]
        path = ribbon(points, [thick * near, thick * 1.05 * near, thick * 0.8 * near, 0.4])
        paint_hair(figure, path, (-8.0, reach), reach=4.0)
        strands(figure, [[points[0], points[1], points[2]]], 0.7)


def _streaks(figure: Figure, fringe: Fringe) -> None:
    """Lay one or two locks of the second colour into the bangs."""
    if figure.person.traits.hair.mix is not HairMix.STREAKED:
        return
    rng = figure.trait("streaks")
    with figure.easel.clip(fringe.path):
        for _ in range(rng.choice((1, 2, 3))):
            x = rng.uniform(-34, 34)
            root = ((x * 0.3 - 5, fringe.top), (x * 0.3 + 5, fringe.top))
            path = lock(root, (x * 1.25, 40.0), 0.04 if x < 0 else -0.04)
            wide = ribbon([(x * 0.3, fringe.top), (x, -25), (x * 1.2, 30)], [3.0, 7.5, 6.0])
            figure.easel.fill(path, figure.second_hair)
            figure.easel.fill(wide, figure.second_hair)


def _ahoge(figure: Figure, fringe: Fringe) -> None:
    hair = figure.person.traits.hair
    if not hair.ahoge or hair.style is HairStyle.BUN or figure.person.traits.hatted:
        return
    rng = figure.trait("ahoge")
    side = rng.choice((-1.0, 1.0))
    height = rng.uniform(24, 38)
    x, y = rng.uniform(-6, 6), fringe.top + 4.0
    points = [
        (x, y),
        (x + side * 3.0, y - height * 0.6),
        (x + side * 16.0, y - height),
        (x + side * rng.uniform(26, 34), y - height * rng.uniform(0.45, 0.8)),
    ]
    path = ribbon(points, [3.6, 3.4, 3.2, 0.3])
    figure.easel.shape(path, figure.hair)
