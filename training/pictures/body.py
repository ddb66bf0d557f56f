"""The trunk of the body: its outline for skin and for clothes that follow it."""

from itertools import pairwise

import skia

from training.pictures.curves import Point, joined, mirrored
from training.pictures.figure import Figure
from training.pictures.garments import Top
from training.pictures.palette import Colour

LOOSE = frozenset({Top.HOODIE, Top.SWEATER, Top.TURTLENECK, Top.JACKET, Top.CARDIGAN})
"""Upper garments that stand off the body and end below the hips."""


def hem_of(figure: Figure) -> float:
    """Return the y at which the upper garment ends."""
    b, top = figure.build, figure.person.outfit.top
    if top in (Top.DRESS, Top.SUNDRESS, Top.MAID, Top.KIMONO):
        return b.hip_y - 30.0 if not figure.chibi else b.hip_y - 10.0
    if top in (Top.SHIRT, Top.VEST, Top.ARMOR):
        return b.hip_y - 18.0
    return b.hip_y + (16.0 if top in LOOSE else 2.0)


def trunk_side(figure: Figure, ease: float, hem: float) -> list[Point]:
    """Return the viewer's right side from the neck over the shoulder to the hem.

    ``ease`` is how much wider than the skin; ``hem`` is the y where it ends.
    """
    b = figure.build
    arm = 0.45 * b.arm
    points: list[Point] = [
        (b.neck * 1.0, b.shoulder_y - 13.0),
        (b.shoulder * 0.62, b.shoulder_y - 6.0),
        (b.shoulder - arm + ease * 0.5, b.shoulder_y + 3.0),
        (b.shoulder - arm + ease, b.shoulder_y + b.arm * 1.3),
        (b.chest + 1.0 + ease, b.shoulder_y + (b.chest_y - b.shoulder_y) * 0.72),
        (b.chest + 2.0 * b.bust + ease, b.chest_y),
        (b.waist + ease * 1.6, b.waist_y),
        (b.hip + ease, b.hip_y),
    ]
    kept = [p for p in points if p[1] < hem - 3.0]
    return [*kept, (_width_at(points, hem) + ease * 0.3, hem)]


def _width_at(points: list[Point], y: float) -> float:
    for (ax, ay), (bx, by) in pairwise(points):
        if ay <= y <= by:
            return ax + (bx - ax) * (y - ay) / max(1.0, by - ay)
    return points[-1][0]


def trunk_path(figure: Figure, ease: float = 0.0, hem: float | None = None) -> skia.Path:
    """Return the closed outline of the trunk from the neck to the hem (default the hip)."""
    right = trunk_side(figure, ease, figure.build.hip_y + 14.0 if hem is None else hem)
    left = mirrored(right)
    dip = [right[-1], (0.0, right[-1][1] + 4.0), left[0]]
    return joined(right, dip, left, [left[-1], right[0]])


def draw_bust_fold(figure: Figure, cloth: Colour) -> None:
    """Draw the soft shade under the chest of a garment."""
    b = figure.build
    if b.bust <= 0.05 or figure.easel.style.depth <= 0:
        return
    y = b.chest_y + 8.0
    for side in (-1.0, 1.0):
        x = side * b.chest * 0.6
        arc: list[Point] = [(x - side * 11, y + 7), (x, y + 9), (x + side * 13, y + 2)]
        figure.easel.line(arc, 2.4, figure.easel.style.shade(cloth), 0.8)
