"""The trunk of the body: its outline for skin and for clothes that follow it."""

import skia

from training.pictures.curves import Point, joined, mirrored
from training.pictures.figure import Figure
from training.pictures.palette import Colour


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
    for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
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
    """Draw the hint of a chest under cloth."""
    b = figure.build
    if b.bust <= 0.05:
        return
    y = b.chest_y + 6.0
    for side in (-1.0, 1.0):
        x = side * b.chest * 0.52
        arc = [(x - side * 17, y + 4), (x - side * 2, y + 11 + 3 * b.bust), (x + side * 17, y + 1)]
        figure.easel.line(arc, 2.2 + 2.0 * b.bust, figure.easel.style.shade(cloth), 0.9)
