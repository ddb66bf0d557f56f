"""Pieces of cloth and what is printed on them: stripes, checks, dots and flowers."""

import math

import skia

from training.pictures.curves import Point, box, ellipse
from training.pictures.figure import Figure
from training.pictures.garments import ClothPattern
from training.pictures.palette import WHITE, Colour


def print_on(figure: Figure, path: skia.Path, cloth: Colour) -> None:
    """Lay the outfit's pattern over a piece of cloth."""
    pattern = figure.person.outfit.pattern
    if pattern is ClothPattern.PLAIN:
        return
    ink = figure.second_cloth
    if abs(ink.luma - cloth.luma) < 0.2:
        ink = WHITE if cloth.luma < 0.6 else cloth.times(Colour(0.5, 0.45, 0.55))
    bounds = path.getBounds()
    area = (bounds.left(), bounds.top(), bounds.right(), bounds.bottom())
    with figure.easel.clip(path):
        {
            ClothPattern.STRIPES: _stripes,
            ClothPattern.PLAID: _plaid,
            ClothPattern.DOTS: _dots,
            ClothPattern.FLORAL: _flowers,
        }[pattern](figure, area, ink)


Area = tuple[float, float, float, float]


def _stripes(figure: Figure, area: Area, ink: Colour) -> None:
    step = figure.chance("print").uniform(13, 20)
    for i in range(int((area[3] - area[1]) / step) + 1):
        y = area[1] + i * step
        figure.easel.fill(box(area[0], y, area[2], y + step * 0.42), ink)


def _plaid(figure: Figure, area: Area, ink: Colour) -> None:
    step = figure.chance("print").uniform(14, 20)
    for i in range(int((area[3] - area[1]) / step) + 1):
        y = area[1] + i * step
        figure.easel.fill(box(area[0], y, area[2], y + step * 0.36), ink, 0.45)
    for i in range(int((area[2] - area[0]) / step) + 1):
        x = area[0] + i * step
        figure.easel.fill(box(x, area[1], x + step * 0.36, area[3]), ink, 0.45)


def _dots(figure: Figure, area: Area, ink: Colour) -> None:
    step = figure.chance("print").uniform(12, 17)
    for j in range(int((area[3] - area[1]) / step) + 1):
        for i in range(int((area[2] - area[0]) / step) + 2):
            x = area[0] + (i + 0.5 * (j % 2)) * step
            figure.easel.fill(ellipse(x, area[1] + j * step, step * 0.22, step * 0.22), ink)


def _flowers(figure: Figure, area: Area, ink: Colour) -> None:
    rng = figure.chance("print")
    for _ in range(int((area[2] - area[0]) * (area[3] - area[1]) / 900) + 2):
        x, y = rng.uniform(area[0], area[2]), rng.uniform(area[1], area[3])
        size = rng.uniform(3.5, 6.0)
        for k in range(5):
            angle = math.tau * k / 5 + x
            figure.easel.fill(
                ellipse(
                    x + math.cos(angle) * size, y + math.sin(angle) * size, size * 0.62, size * 0.62
                ),
                ink,
            )
        figure.easel.fill(ellipse(x, y, size * 0.45, size * 0.45), Colour(1.0, 0.85, 0.35))


def cloth_piece(figure: Figure, path: skia.Path, cloth: Colour, reach: float) -> None:
    """Draw a piece of printed cloth with shade and outline."""
    easel = figure.easel
    easel.fill(path, cloth)
    print_on(figure, path, cloth)
    easel.inner_shadow(path, cloth, (easel.style.side * reach, -reach * 0.3), 0.8)
    easel.outline(path, cloth)


def frill(figure: Figure, line: list[Point], depth: float, colour: Colour = WHITE) -> None:
    """Draw a row of scallops along a straight line."""
    (ax, ay), (bx, by) = line[0], line[-1]
    length = max(1.0, ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5)
    count = max(3, int(length / (depth * 1.05)))
    for i in range(count):
        share = (i + 0.5) / count
        figure.easel.shape(
            ellipse(ax + (bx - ax) * share, ay + (by - ay) * share, depth * 0.66, depth * 0.6),
            colour,
            0.7,
        )
