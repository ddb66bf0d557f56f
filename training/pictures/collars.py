"""Collars, and hoods behind the neck."""

from collections.abc import Callable

from training.pictures.curves import Point, joined, ribbon, smooth
from training.pictures.figure import Figure
from training.pictures.garments import Top
from training.pictures.neckwear import draw_neckwear
from training.pictures.palette import WHITE
from training.pictures.top_details import draw_obi, obi_top


def draw_collar_behind(figure: Figure) -> None:
    """Draw what rises behind the neck: a hood, the back of a collar."""
    b = figure.build
    if figure.person.outfit.top is Top.HOODIE:
        hood = smooth(
            [
                (-46, b.shoulder_y + 4),
                (-40, b.shoulder_y - 34),
                (0, b.shoulder_y - 44),
                (40, b.shoulder_y - 34),
                (46, b.shoulder_y + 4),
                (0, b.shoulder_y + 16),
            ]
        )
        figure.easel.shape(hood, figure.easel.style.shade(figure.cloth))


def draw_collar(figure: Figure) -> None:
    """Draw the collar of the upper garment, then what is worn around it."""
    _COLLARS.get(figure.person.outfit.top, _round)(figure)
    draw_neckwear(figure)


def _sailor(figure: Figure) -> None:
    b, easel = figure.build, figure.easel
    collar = figure.second_cloth
    y, low = b.shoulder_y - 12, b.chest_y - 4
    for side in (-1.0, 1.0):
        outer: list[Point] = [
            (side * (b.neck + 1), y),
            (side * b.shoulder * 0.66, b.shoulder_y + 1),
            (side * b.shoulder * 0.62, b.shoulder_y + 26),
        ]
        inner: list[Point] = [
            (side * 2, low),
            (side * (b.neck * 0.72), b.shoulder_y + 14),
            (side * (b.neck + 1), y),
        ]
        flap = joined(outer, [outer[-1], (side * 26, low - 8), inner[0]], inner)
        easel.shaded(flap, collar, 3.0)
        stripe = [
            (side * (b.shoulder * 0.62 - 5), b.shoulder_y + 3),
            (side * (b.shoulder * 0.57 - 2), b.shoulder_y + 23),
            (side * 12, low - 9),
        ]
        trim = WHITE if collar.luma < 0.75 else figure.neck_cloth
        easel.stroke(stripe, [1.1, 1.1, 1.0], trim)


def _pointed(figure: Figure) -> None:
    """Draw a shirt collar with two points."""
    b, easel = figure.build, figure.easel
    layered = figure.person.outfit.top in (Top.BLAZER, Top.CARDIGAN, Top.VEST, Top.JACKET)
    cloth = figure.second_cloth if layered else figure.cloth
    if figure.person.outfit.top in (Top.MAID, Top.DRESS):
        cloth = WHITE if figure.person.outfit.top is Top.MAID else figure.second_cloth
    y = b.shoulder_y - 20
    for side in (-1.0, 1.0):
        points: list[Point] = [
            (side * (b.neck + 2), y),
            (side * (b.neck + 15), b.shoulder_y - 4),
            (side * (b.neck + 5), b.shoulder_y + 13),
            (side * 1.0, b.shoulder_y - 2),
        ]
        flap = joined(
            points[:2],
            points[1:3],
            points[2:],
            [points[3], (side * b.neck * 0.7, b.shoulder_y - 9), points[0]],
        )
        easel.shaded(flap, cloth.mix(WHITE, 0.06), 2.0)


def _round_flap(figure: Figure) -> None:
    """Draw a round (Peter Pan) collar."""
    b = figure.build
    for side in (-1.0, 1.0):
        flap = smooth(
            [
                (side * (b.neck + 2), b.shoulder_y - 17),
                (side * (b.neck + 20), b.shoulder_y - 1),
                (side * (b.neck + 10), b.shoulder_y + 16),
                (side * 3, b.shoulder_y + 11),
                (side * 2, b.shoulder_y),
            ]
        )
        figure.easel.shaded(flap, figure.second_cloth, 2.0)


def _round(figure: Figure) -> None:
    """Draw the edge of a round neck."""
    b = figure.build
    wide = b.neck + 9
    edge = [
        (-wide, b.shoulder_y - 12),
        (-wide * 0.72, b.shoulder_y + 6),
        (0, b.shoulder_y + 14),
        (wide * 0.72, b.shoulder_y + 6),
        (wide, b.shoulder_y - 12),
    ]
    rim = ribbon(edge, [2.6, 3.2, 3.4, 3.2, 2.6])
    layered = figure.person.outfit.top is Top.JACKET
    figure.easel.shape(rim, figure.second_cloth if layered else figure.cloth, 0.8)


def _high(figure: Figure) -> None:
    b = figure.build
    n = b.neck + 3.5
    path = joined(
        [(-n, b.shoulder_y - 32), (0, b.shoulder_y - 26), (n, b.shoulder_y - 32)],
        [(n, b.shoulder_y - 32), (n + 1, b.shoulder_y - 12), (n + 9, b.shoulder_y - 2)],
        [(n + 9, b.shoulder_y - 2), (0, b.shoulder_y + 8), (-n - 9, b.shoulder_y - 2)],
        [(-n - 9, b.shoulder_y - 2), (-n - 1, b.shoulder_y - 12), (-n, b.shoulder_y - 32)],
    )
    figure.easel.shaded(path, figure.cloth, 4.0)


def _hood_edge(figure: Figure) -> None:
    b = figure.build
    for side in (-1.0, 1.0):
        roll = smooth(
            [
                (side * (b.neck + 4), b.shoulder_y - 26),
                (side * 38, b.shoulder_y - 10),
                (side * 30, b.shoulder_y + 10),
                (side * 2, b.shoulder_y + 20),
                (side * 1, b.shoulder_y + 4),
                (side * b.neck, b.shoulder_y - 8),
            ]
        )
        figure.easel.shaded(roll, figure.cloth, 4.0)


def _crossed(figure: Figure) -> None:
    """Draw the collars of a kimono, the viewer's right one above."""
    b, low = figure.build, obi_top(figure)
    for side in (1.0, -1.0):
        start: Point = (side * (b.neck + 4), b.shoulder_y - 17)
        line = [start, (side * b.neck * 0.8, b.shoulder_y + 8), (-side * b.chest * 0.34, low)]
        figure.easel.shape(ribbon(line, [7.5, 8.5, 8.5]), figure.second_cloth, 0.8)
        inner = [(x - side * 7.5, y - 1.0) for x, y in line]
        figure.easel.shape(ribbon(inner, [2.4, 2.6, 1.0]), WHITE, 0.6)
    draw_obi(figure)


def _bare(figure: Figure) -> None:
    """Leave neck and shoulders bare."""


_COLLARS: dict[Top, Callable[[Figure], None]] = {
    Top.SERAFUKU: _sailor,
    Top.BLAZER: _pointed,
    Top.SHIRT: _pointed,
    Top.CARDIGAN: _pointed,
    Top.VEST: _pointed,
    Top.DRESS: _round_flap,
    Top.MAID: _pointed,
    Top.TURTLENECK: _high,
    Top.GAKURAN: _high,
    Top.ARMOR: _high,
    Top.HOODIE: _hood_edge,
    Top.SUNDRESS: _bare,
    Top.TANK_TOP: _bare,
    Top.KIMONO: _crossed,
}
