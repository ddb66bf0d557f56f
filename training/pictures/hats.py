"""Hats, crowns and caps."""

from itertools import pairwise

from training.pictures.curves import ellipse, joined, polygon, ribbon, smooth, star
from training.pictures.figure import Figure
from training.pictures.hair_front import crown_points, crown_size
from training.pictures.hair_tied import side_of
from training.pictures.neckwear import draw_bow
from training.pictures.palette import GOLD, WHITE, Colour


def draw_witch_hat(figure: Figure) -> None:
    """Draw a pointed hat with a broad brim."""
    width, top = crown_size(figure)
    easel, rng = figure.easel, figure.trait("hat")
    cloth = rng.choice((Colour(0.2, 0.17, 0.24), Colour(0.26, 0.2, 0.4), figure.accent))
    bend = rng.choice((-1.0, 1.0))
    y = top + 28
    cone = joined(
        [(-width * 0.86, y), (-width * 0.44, y - 52), (bend * 14 - 6, y - 112)],
        [(bend * 14 - 6, y - 112), (bend * 40, y - 128), (bend * 52, y - 112)],
        [(bend * 52, y - 112), (bend * 26 + 10, y - 92), (width * 0.5, y - 46), (width * 0.86, y)],
        [(width * 0.86, y), (0, y + 12), (-width * 0.86, y)],
    )
    brim = smooth(
        [
            (-width * 1.75, y + 6),
            (-width * 0.8, y - 14),
            (0, y - 12),
            (width * 0.8, y - 14),
            (width * 1.75, y + 6),
            (width * 0.8, y + 20),
            (0, y + 26),
            (-width * 0.8, y + 20),
        ]
    )
    easel.shaded(brim, cloth, 6.0)
    easel.shaded(cone, cloth, 9.0)
    band = ribbon([(-width * 0.83, y - 8), (0, y + 4), (width * 0.83, y - 8)], [7.0, 8.0, 7.0])
    ribbon_colour = figure.accent if cloth is not figure.accent else WHITE
    easel.shape(band, ribbon_colour)
    if rng.random() < 0.6:
        draw_bow(figure, (bend * width * 0.55, y - 6), 20.0, ribbon_colour, 0.6)


def draw_beret(figure: Figure) -> None:
    """Draw a beret, worn to one side."""
    width, top = crown_size(figure)
    side, y = side_of(figure), top + 24
    cap = smooth(
        [
            (-width * 0.92, y + 6),
            (-width * 1.02, y - 18),
            (-width * 0.4, y - 42),
            (width * 0.4, y - 42),
            (width * 1.02, y - 18),
            (width * 0.92, y + 6),
            (0, y + 2),
        ]
    )
    with figure.easel.placed((side * 6, -3), degrees=side * 8):
        figure.easel.shaded(cap, figure.accent, 8.0)
        stem = [(0, y - 40), (2, y - 46), (5, y - 50)]
        figure.easel.stroke(stem, [2.2, 2.0, 1.6], figure.easel.style.shade(figure.accent))


def draw_straw_hat(figure: Figure) -> None:
    """Draw a straw hat with a band."""
    width, top = crown_size(figure)
    easel, straw = figure.easel, Colour(0.94, 0.82, 0.55)
    y = top + 30
    brim = smooth(
        [
            (-width * 1.7, y + 12),
            (-width * 0.9, y - 12),
            (0, y - 16),
            (width * 0.9, y - 12),
            (width * 1.7, y + 12),
            (width * 0.8, y + 17),
            (0, y + 14),
            (-width * 0.8, y + 17),
        ]
    )
    easel.shaded(brim, straw, 5.0)
    dome = joined(
        [
            (-width * 0.8, y - 4),
            (-width * 0.72, y - 42),
            (0, y - 58),
            (width * 0.72, y - 42),
            (width * 0.8, y - 4),
        ],
        [(width * 0.8, y - 4), (0, y + 4), (-width * 0.8, y - 4)],
    )
    easel.shaded(dome, straw, 8.0)
    easel.shape(
        ribbon([(-width * 0.8, y - 10), (0, y - 2), (width * 0.8, y - 10)], [6.5, 7.0, 6.5]),
        figure.accent,
    )


def draw_baseball_cap(figure: Figure) -> None:
    """Draw a cap with its bill to the front."""
    width, top = crown_size(figure)
    easel, y = figure.easel, top + 32
    dome = joined(
        [
            (-width * 0.99, y + 2),
            (-width * 0.86, y - 34),
            (0, y - 52),
            (width * 0.86, y - 34),
            (width * 0.99, y + 2),
        ],
        [(width * 0.99, y + 2), (0, y - 6), (-width * 0.99, y + 2)],
    )
    easel.shaded(dome, figure.accent, 8.0)
    easel.fold([(0, y - 50), (0, y - 28), (0, y - 5)], figure.accent, 0.7)
    bill = smooth(
        [
            (-width * 0.86, y),
            (0, y - 10),
            (width * 0.86, y),
            (width * 0.7, y + 14),
            (0, y + 19),
            (-width * 0.7, y + 14),
        ]
    )
    easel.shaded(bill, figure.accent.times(Colour(0.85, 0.85, 0.88)), 4.0)
    easel.shape(star(0, y - 24, 10, 4.5), WHITE, 0.6)


def draw_crown(figure: Figure) -> None:
    """Draw a golden crown."""
    _, top = crown_size(figure)
    y = top + 8
    points = [
        (-27, y + 2),
        (-30, y - 22),
        (-15, y - 8),
        (0, y - 28),
        (15, y - 8),
        (30, y - 22),
        (27, y + 2),
    ]
    figure.easel.shaded(polygon(points), GOLD, 4.0)
    for x, dy in ((-30, -22), (0, -28), (30, -22)):
        figure.easel.shape(ellipse(x, y + dy, 3.4, 3.4), figure.accent, 0.6)
    figure.easel.shape(ellipse(0, y - 6, 4.0, 5.0), figure.accent, 0.6)


def draw_maid_headdress(figure: Figure) -> None:
    """Draw the frilled band of a maid."""
    width, top = crown_size(figure)
    line = [
        (x * 0.95, y + 10 + 5 * (1 - abs(x) / width)) for x, y in crown_points(width, top)[2:-2]
    ]
    for a, b in pairwise(line):
        for share in (0.15, 0.5, 0.85):
            x, y = a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
            figure.easel.shape(ellipse(x, y - 5, 8.0, 8.5), WHITE, 0.7)
    figure.easel.shape(ribbon(line, [4.5] * len(line)), WHITE)
