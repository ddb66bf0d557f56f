"""What makes one upper garment unlike another: openings, buttons, pockets, plates."""

from collections.abc import Callable

from training.pictures.body import hem_of
from training.pictures.cloth_print import frill
from training.pictures.curves import Point, ellipse, joined, mirrored, star
from training.pictures.figure import Figure
from training.pictures.garments import Top
from training.pictures.palette import WHITE, Colour


def draw_details(figure: Figure) -> None:
    """Draw the opening of a layered garment, then its own details."""
    top = figure.person.outfit.top
    if top in (Top.BLAZER, Top.JACKET, Top.CARDIGAN, Top.VEST):
        _opening(figure)
    _DETAILS.get(top, _no_detail)(figure)


def _opening(figure: Figure) -> None:
    """Draw what a jacket shows of the shirt below, with the lapels."""
    b, easel, top = figure.build, figure.easel, figure.person.outfit.top
    wide = 0.55 if top is Top.JACKET else 0.36
    low = hem_of(figure) if top is Top.JACKET else b.chest_y + 34.0
    neck, y = b.neck + 6.0, b.shoulder_y - 10.0
    under = figure.second_cloth
    right: list[Point] = [
        (neck, y),
        (b.chest * wide, b.chest_y - 10.0),
        (4.0 if top is not Top.JACKET else b.chest * wide, low),
    ]
    left = mirrored(right)
    path = joined(right, [right[-1], left[0]], left, [left[-1], right[0]])
    easel.shape(path, under)
    easel.fold([(0, y + 12), (0, (y + low) / 2), (0, low - 4)], under, 0.6)
    if top is Top.BLAZER:
        for side in (-1.0, 1.0):
            lapel = [
                (side * neck, y),
                (side * (b.chest * wide + 13), b.chest_y - 26),
                (side * (b.chest * wide + 5), b.chest_y - 16),
                (side * 4.0, low),
            ]
            path = joined(
                lapel[:2],
                lapel[1:3],
                lapel[2:],
                [lapel[-1], (side * b.chest * wide * 0.8, b.chest_y - 8), lapel[0]],
            )
            easel.shape(path, figure.cloth.mix(WHITE, 0.05), 0.9)
    _buttons(figure, [low + 14.0, low + 34.0], 0.0 if top is not Top.JACKET else b.chest * wide + 4)


def _buttons(figure: Figure, heights: list[float], x: float, colour: Colour | None = None) -> None:
    button = colour or Colour(0.92, 0.8, 0.45)
    for y in heights:
        if y < hem_of(figure) - 4:
            figure.easel.shape(ellipse(x, y, 3.0, 3.0), button, 0.6)


def _no_detail(figure: Figure) -> None:
    """Leave a plain garment plain."""


def _shirt(figure: Figure) -> None:
    b = figure.build
    figure.easel.fold([(0, b.shoulder_y), (0, b.waist_y), (0, hem_of(figure))], figure.cloth, 0.7)
    heights = [b.chest_y - 20.0 + 24.0 * i for i in range(5)]
    _buttons(figure, heights, 0.0, figure.cloth.mix(WHITE, 0.5).times(Colour(0.85, 0.85, 0.88)))


def _t_shirt(figure: Figure) -> None:
    kind = figure.chance("logo").choice(("star", "stripe", "none", "circle"))
    y = figure.build.chest_y + 2.0
    if kind == "star":
        figure.easel.fill(star(0, y, 17, 8), figure.second_cloth)
    elif kind == "circle":
        figure.easel.fill(ellipse(0, y, 15, 15), figure.second_cloth)
    elif kind == "stripe":
        band = joined(
            [(-figure.build.chest, y - 8), (0, y - 4), (figure.build.chest, y - 8)],
            [(figure.build.chest, y - 8), (figure.build.chest, y + 8)],
            [(figure.build.chest, y + 8), (0, y + 12), (-figure.build.chest, y + 8)],
            [(-figure.build.chest, y + 8), (-figure.build.chest, y - 8)],
        )
        figure.easel.fill(band, figure.second_cloth)


def _knit(figure: Figure) -> None:
    """Draw the ribbed hem of a sweater."""
    b, hem = figure.build, hem_of(figure)
    figure.easel.fold([(-b.hip, hem - 11), (0, hem - 7), (b.hip, hem - 11)], figure.cloth, 0.8)
    for i in range(-6, 7):
        x = i * b.hip / 6.5
        figure.easel.fold([(x, hem - 8), (x, hem - 4), (x, hem + 2)], figure.cloth, 0.5)


def _hoodie(figure: Figure) -> None:
    b, easel = figure.build, figure.easel
    hem = hem_of(figure)
    pocket = joined(
        [(-24, hem - 48), (24, hem - 48)],
        [(24, hem - 48), (36, hem - 14)],
        [(36, hem - 14), (-36, hem - 14)],
        [(-36, hem - 14), (-24, hem - 48)],
    )
    if not figure.chibi:
        easel.shaded(pocket, figure.cloth, 3.0, 0.8)
    for side in (-1.0, 1.0):
        cord = [
            (side * 9, b.shoulder_y + 6),
            (side * 11, b.shoulder_y + 24),
            (side * 10, b.shoulder_y + 42),
        ]
        easel.stroke(
            cord, [1.4, 1.4, 1.8], WHITE if figure.cloth.luma < 0.7 else figure.second_cloth
        )
    _knit(figure)


def obi_top(figure: Figure) -> float:
    """Return the y at which the sash of a kimono begins."""
    b = figure.build
    return b.waist_y - 24.0 if not figure.chibi else b.chest_y + 8.0


def draw_obi(figure: Figure) -> None:
    """Draw the sash of a kimono."""
    b, easel, low = figure.build, figure.easel, obi_top(figure)
    deep = 38.0 if not figure.chibi else 18.0
    wide = b.waist + 7
    obi = joined(
        [(-wide, low - 4), (0, low), (wide, low - 4)],
        [(wide, low - 4), (wide, low + deep)],
        [(wide, low + deep), (0, low + deep + 4), (-wide, low + deep)],
        [(-wide, low + deep), (-wide, low - 4)],
    )
    easel.shaded(obi, figure.neck_cloth, 6.0)
    middle = low + deep / 2
    easel.stroke([(-wide, middle), (0, middle + 4), (wide, middle)], [2.4] * 3, figure.second_cloth)


def _maid(figure: Figure) -> None:
    b, easel = figure.build, figure.easel
    bib = joined(
        [(-24, b.chest_y - 22), (24, b.chest_y - 22)],
        [(24, b.chest_y - 22), (b.waist * 0.8, b.waist_y)],
        [(b.waist * 0.8, b.waist_y), (-b.waist * 0.8, b.waist_y)],
        [(-b.waist * 0.8, b.waist_y), (-24, b.chest_y - 22)],
    )
    easel.shape(bib, WHITE)
    for side in (-1.0, 1.0):
        strap = [(side * 22, b.chest_y - 18), (side * (b.shoulder * 0.62), b.shoulder_y - 2)]
        frill(figure, [strap[0], strap[1]], 7.0)
    _buttons(figure, [b.shoulder_y + 12.0, b.shoulder_y + 24.0], 0.0, WHITE)


def _armor(figure: Figure) -> None:
    b, easel = figure.build, figure.easel
    steel = Colour(0.78, 0.8, 0.86)
    right: list[Point] = [
        (b.neck + 12, b.shoulder_y + 4),
        (b.chest + 4, b.shoulder_y + 36),
        (b.chest + 7, b.chest_y + 4),
        (b.waist + 2, b.waist_y - 12),
    ]
    left = mirrored(right)
    plate = joined(
        right,
        [right[-1], (0, b.waist_y), left[0]],
        left,
        [left[-1], (0, b.shoulder_y + 16), right[0]],
    )
    easel.shaded(plate, steel, 9.0)
    easel.fold([(0, b.shoulder_y + 18), (0, b.chest_y), (0, b.waist_y - 6)], steel)
    gleam = [
        (-b.chest * 0.6, b.chest_y - 24),
        (-b.chest * 0.66, b.chest_y),
        (-b.chest * 0.5, b.chest_y + 22),
    ]
    easel.line(gleam, 6.0, WHITE, 0.8)


def _gakuran(figure: Figure) -> None:
    b = figure.build
    figure.easel.fold([(0, b.shoulder_y), (0, b.waist_y), (0, hem_of(figure))], figure.cloth, 0.8)
    _buttons(figure, [b.shoulder_y + 16.0 + 26.0 * i for i in range(6)], 0.0)


def _cardigan(figure: Figure) -> None:
    low = figure.build.chest_y + 34.0
    figure.easel.fold([(0, low), (0, low + 30), (0, hem_of(figure))], figure.cloth)


_DETAILS: dict[Top, Callable[[Figure], None]] = {
    Top.SHIRT: _shirt,
    Top.T_SHIRT: _t_shirt,
    Top.SWEATER: _knit,
    Top.TURTLENECK: _knit,
    Top.HOODIE: _hoodie,
    Top.MAID: _maid,
    Top.ARMOR: _armor,
    Top.GAKURAN: _gakuran,
    Top.CARDIGAN: _cardigan,
    Top.BLAZER: _cardigan,
}
