"""Collars, ties, bows and scarves."""

from collections.abc import Callable

from training.pictures.attributes import Neckwear, Top
from training.pictures.curves import Point, ellipse, joined, mirrored, polygon, ribbon, smooth
from training.pictures.figure import Figure
from training.pictures.palette import WHITE, Colour
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
    _NECKWEAR.get(figure.person.outfit.neckwear, _nothing)(figure)


def _nothing(figure: Figure) -> None:
    """Wear nothing there."""


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


def _knot_y(figure: Figure) -> float:
    if figure.person.outfit.top is Top.SERAFUKU:
        return figure.build.chest_y - 6.0
    return figure.build.shoulder_y + 3.0


def draw_bow(figure: Figure, at: Point, size: float, colour: Colour, tails: float = 1.0) -> None:
    """Draw a ribbon bow; ``size`` is the length of one loop, ``tails`` scales the hanging ends."""
    easel, (x, y) = figure.easel, at
    for side in (-1.0, 1.0):
        if tails > 0:
            tail = polygon(
                [
                    (x + side * 1.0, y),
                    (x + side * size * 0.22, y + size * 1.1 * tails),
                    (x + side * size * 0.45, y + size * 0.95 * tails),
                    (x + side * size * 0.62, y + size * 1.05 * tails),
                    (x + side * size * 0.2, y),
                ]
            )
            easel.shaded(tail, colour, size * 0.08)
    for side in (-1.0, 1.0):
        loop = joined(
            [
                (x, y - size * 0.1),
                (x + side * size * 0.45, y - size * 0.52),
                (x + side * size * 0.95, y - size * 0.48),
            ],
            [
                (x + side * size * 0.95, y - size * 0.48),
                (x + side * size * 1.04, y),
                (x + side * size * 0.92, y + size * 0.46),
            ],
            [
                (x + side * size * 0.92, y + size * 0.46),
                (x + side * size * 0.45, y + size * 0.38),
                (x, y + size * 0.12),
            ],
            [(x, y + size * 0.12), (x, y - size * 0.1)],
        )
        easel.shaded(loop, colour, size * 0.12)
        easel.fold(
            [
                (x + side * size * 0.12, y),
                (x + side * size * 0.4, y - size * 0.12),
                (x + side * size * 0.66, y - size * 0.14),
            ],
            colour,
            0.7,
        )
    easel.shape(ellipse(x, y, size * 0.19, size * 0.24), colour)


def _tie(figure: Figure) -> None:
    b, easel = figure.build, figure.easel
    y, cloth = _knot_y(figure), figure.neck_cloth
    long = min(88.0, b.waist_y - y)
    blade = polygon(
        [(-4, y + 8), (4, y + 8), (8.5, y + long - 10), (0, y + long), (-8.5, y + long - 10)]
    )
    easel.shaded(blade, cloth, 3.0)
    for i in range(3 if figure.chance("tie").random() < 0.4 else 0):
        stripe = y + 26 + i * 18
        easel.stroke([(-6, stripe + 4), (6, stripe - 4)], [1.6, 1.6], figure.second_cloth)
    easel.shape(polygon([(-7, y - 2), (7, y - 2), (4.5, y + 11), (-4.5, y + 11)]), cloth)


def _bow(figure: Figure) -> None:
    draw_bow(
        figure, (0, _knot_y(figure) + 4), 24.0 if not figure.chibi else 16.0, figure.neck_cloth
    )


def _bowtie(figure: Figure) -> None:
    draw_bow(figure, (0, _knot_y(figure)), 15.0, figure.neck_cloth, 0.0)


def _ribbon(figure: Figure) -> None:
    y, easel, cloth = _knot_y(figure), figure.easel, figure.neck_cloth
    for side in (-1.0, 1.0):
        loop = ribbon(
            [(0, y), (side * 9, y + 3), (side * 15, y + 9), (side * 6, y + 6), (0, y)],
            [1.2, 1.6, 1.6, 1.4, 1.0],
        )
        easel.shape(loop, cloth, 0.7)
        easel.shape(
            ribbon([(0, y), (side * 4, y + 18), (side * 7, y + 38)], [1.4, 1.9, 2.2]), cloth, 0.7
        )
    easel.shape(ellipse(0, y, 3.2, 3.0), cloth, 0.8)


def _neckerchief(figure: Figure) -> None:
    y, easel, cloth = _knot_y(figure), figure.easel, figure.neck_cloth
    for side in (-1.0, 1.0):
        end = joined(
            [(side * 1, y), (side * 15, y + 14), (side * 19, y + 40)],
            [(side * 19, y + 40), (side * 9, y + 34)],
            [(side * 9, y + 34), (side * 4, y + 22), (side * 1, y)],
        )
        easel.shaded(end, cloth, 3.0)
    easel.shape(smooth([(-7, y - 5), (7, y - 5), (5, y + 7), (-5, y + 7)]), cloth)


def _scarf(figure: Figure) -> None:
    b, easel, cloth = figure.build, figure.easel, figure.neck_cloth
    y, side = b.shoulder_y - 16.0, figure.chance("scarf").choice((-1.0, 1.0))
    tail = ribbon(
        [(side * 16, y + 14), (side * 22, y + 50), (side * 19, y + 92)], [9.0, 11.0, 12.0]
    )
    easel.shaded(tail, cloth, 5.0)
    for i in range(-2, 3):
        x = side * 19 + i * 4.5
        easel.stroke([(x, y + 90), (x, y + 100)], [1.2, 1.0], cloth)
    right: list[Point] = [(b.neck + 8, y - 14), (b.neck + 24, y + 4), (b.neck + 14, y + 20)]
    wrap = joined(
        right,
        [right[-1], (0, y + 28), (-right[-1][0], right[-1][1])],
        mirrored(right),
        [(-right[0][0], right[0][1]), (0, y - 2), right[0]],
    )
    easel.shaded(wrap, cloth, 6.0)
    easel.fold([(-b.neck - 15, y + 2), (0, y + 16), (b.neck + 12, y + 8)], cloth)
    easel.fold([(-b.neck - 6, y - 6), (4, y + 7), (b.neck + 8, y + 2)], cloth)


_NECKWEAR: dict[Neckwear, Callable[[Figure], None]] = {
    Neckwear.NECKTIE: _tie,
    Neckwear.BOW: _bow,
    Neckwear.BOWTIE: _bowtie,
    Neckwear.RIBBON: _ribbon,
    Neckwear.NECKERCHIEF: _neckerchief,
    Neckwear.SCARF: _scarf,
}
