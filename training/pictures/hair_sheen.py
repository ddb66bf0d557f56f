"""The sheen of the front hair: strands in light and in shade that follow the skull."""

from dataclasses import dataclass
from random import Random

import skia

from training.pictures.curves import Point, between
from training.pictures.figure import Figure
from training.pictures.hair_paint import deep_of, light_of
from training.pictures.palette import Colour


@dataclass(frozen=True, slots=True)
class Fringe:
    """The front hair as one mass: its outline and the lines that part its locks."""

    path: skia.Path
    locks: tuple[tuple[Point, Point, Point], ...]
    """Start, tip and end of each lock, from the viewer's right to the left."""
    partings: tuple[tuple[Point, ...], ...]
    width: float
    top: float


@dataclass(frozen=True, slots=True)
class _Brush:
    """How strands are laid in one picture."""

    light: Colour
    deep: Colour
    per_lock: int
    width: float
    strength: float


def draw_sheen(figure: Figure, fringe: Fringe) -> None:
    """Lay strands from the crown to the tips of the bangs; skin shines through some tips."""
    if figure.easel.style.paper:
        return
    rng, brush = figure.chance("fine"), _brush_of(figure)
    root = (figure.turn_shift * 0.4, fringe.top + 12.0)
    with figure.easel.clip(fringe.path):
        _thin_tips(figure, fringe, rng)
        for lock in fringe.locks:
            for _ in range(brush.per_lock):
                _strand(figure, brush, (root, _end(lock, rng)), rng)


def _brush_of(figure: Figure) -> _Brush:
    rng = figure.chance("sheen")
    soft = figure.easel.style.soft
    return _Brush(
        light_of(figure),
        deep_of(figure),
        rng.choice((4, 7, 10, 14) if soft else (0, 1, 2, 4, 6)),
        rng.uniform(1.0, 5.0) if soft else rng.uniform(0.8, 2.8),
        rng.uniform(0.25, 0.75) if soft else rng.uniform(0.4, 0.95),
    )


def _thin_tips(figure: Figure, fringe: Fringe, rng: Random) -> None:
    if rng.random() < 0.6:
        clear = 0.4 if figure.hair.luma > 0.35 else 0.12
        tips = ((figure.skin, 0.0), (figure.skin, clear))
        figure.easel.blend(fringe.path, ((0, -22.0), (0, 26.0)), tips)


def _end(lock: tuple[Point, Point, Point], rng: Random) -> Point:
    """Return a place at the lower edge of a lock."""
    start, tip, end = lock
    edge = start if rng.random() < 0.5 else end
    return between(tip, edge, rng.random() * 0.9)


def _strand(figure: Figure, brush: _Brush, ends: tuple[Point, Point], rng: Random) -> None:
    """Draw one strand: light in the middle of its way, dark towards root or tip."""
    (rx, ry), (ex, ey) = ends
    turn = (rx + (ex - rx) * 0.86, ry + (ey - ry) * 0.36)
    lit = rng.random() < 0.5
    if lit:
        first, last = rng.uniform(0.2, 0.4), rng.uniform(0.5, 0.75)
    elif rng.random() < 0.6:
        first, last = rng.uniform(0.5, 0.75), 1.0
    else:
        first, last = 0.05, rng.uniform(0.25, 0.5)
    points = [_on(ends, turn, first + (last - first) * i / 2.0) for i in range(3)]
    colour = brush.light if lit else brush.deep
    width = brush.width * rng.uniform(0.4, 1.2)
    figure.easel.line(points, width, colour, brush.strength * rng.uniform(0.5, 1.0))


def _on(ends: tuple[Point, Point], turn: Point, share: float) -> Point:
    """Return the point at a share of the way of a curve that bends towards ``turn``."""
    return between(between(ends[0], turn, share), between(turn, ends[1], share), share)
