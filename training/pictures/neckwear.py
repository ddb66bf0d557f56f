"""Ties, bows and scarves."""

from collections.abc import Callable

from training.pictures.curves import Point, ellipse, joined, mirrored, polygon, ribbon, smooth
from training.pictures.figure import Figure
from training.pictures.garments import Neckwear, Top
from training.pictures.palette import Colour


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


def draw_neckwear(figure: Figure) -> None:
    """Draw what the outfit has around its collar."""
    draw = _NECKWEAR.get(figure.person.outfit.neckwear)
    if draw is not None:
        draw(figure)
