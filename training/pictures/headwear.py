"""Hats, ears, horns and what is worn in the hair."""

from collections.abc import Callable

import skia

from training.pictures.attributes import Accessory
from training.pictures.curves import Point, at_angle, ellipse, joined, ribbon, smooth, star
from training.pictures.figure import Figure
from training.pictures.hair_front import crown_points, crown_size
from training.pictures.hair_tied import side_of, tie_places
from training.pictures.hats import (
    draw_baseball_cap,
    draw_beret,
    draw_crown,
    draw_maid_headdress,
    draw_straw_hat,
    draw_witch_hat,
)
from training.pictures.neckwear import draw_bow
from training.pictures.palette import GOLD, WHITE, Colour


def draw_headwear(figure: Figure) -> None:
    """Draw everything on the head, in a fixed order."""
    worn = figure.person.traits.accessories
    _ties(figure)
    for accessory, draw in _DRAW.items():
        if accessory in worn:
            draw(figure)


def draw_ears_behind(figure: Figure) -> None:
    """Draw animal ears, which grow from behind the front hair."""
    worn = figure.person.traits.accessories
    for accessory, draw in _BEHIND.items():
        if accessory in worn:
            draw(figure)


def _ties(figure: Figure) -> None:
    ribbons = Accessory.HAIR_RIBBON in figure.person.traits.accessories
    places = tie_places(figure)
    for x, y in places:
        if ribbons:
            draw_bow(figure, (x, y), 19.0, figure.accent)
        else:
            figure.easel.shape(ellipse(x, y, 6.5, 6.0), figure.accent)
    if ribbons and not places:
        width, _ = crown_size(figure)
        draw_bow(figure, (side_of(figure) * (width - 6), -34.0), 17.0, figure.accent)


def _ear_pair(figure: Figure, outline: list[Point], inner: list[Point], spot: Point) -> None:
    """Draw two pointed ears from their outline, given upright around its foot."""
    for side in (-1.0, 1.0):
        x, y = spot
        at = (side * x + figure.turn_shift * 0.2, y)
        with figure.easel.placed(at, degrees=side * 16.0, scale=(side, 1.0)):
            easel = figure.easel
            easel.shaded(
                joined(outline[:3], outline[2:5], [outline[4], outline[0]]), figure.hair, 4.0
            )
            easel.fill(smooth(inner), figure.skin.mix(Colour(1.0, 0.6, 0.65), 0.4))


def _cat_ears(figure: Figure) -> None:
    width, top = crown_size(figure)
    outline: list[Point] = [(-21, 20), (-15, -18), (2, -42), (17, -16), (21, 22)]
    inner: list[Point] = [(-11, 14), (-8, -10), (1, -28), (10, -8), (12, 14)]
    _ear_pair(figure, outline, inner, (width * 0.66, top + 22))


def _fox_ears(figure: Figure) -> None:
    width, top = crown_size(figure)
    outline: list[Point] = [(-21, 20), (-20, -26), (2, -64), (17, -22), (21, 22)]
    inner: list[Point] = [(-12, 12), (-11, -18), (1, -46), (9, -14), (12, 12)]
    _ear_pair(figure, outline, inner, (width * 0.62, top + 22))


def _rabbit_ears(figure: Figure) -> None:
    width, top = crown_size(figure)
    fur = WHITE if figure.trait("fur").random() < 0.5 else figure.hair
    for side in (-1.0, 1.0):
        with figure.easel.placed((side * width * 0.42, top + 14), degrees=side * 12.0):
            ear = smooth([(-13, 8), (-17, -44), (-5, -88), (5, -88), (17, -44), (13, 8)])
            figure.easel.shaded(ear, fur, 4.0)
            figure.easel.fill(
                smooth([(-6, 0), (-9, -42), (0, -74), (9, -42), (6, 0)]), Colour(1.0, 0.76, 0.78)
            )


def _horns(figure: Figure) -> None:
    width, top = crown_size(figure)
    rng = figure.trait("horns")
    colour = rng.choice((Colour(0.25, 0.2, 0.24), Colour(0.62, 0.2, 0.22), Colour(0.9, 0.84, 0.72)))
    long = rng.uniform(30, 46)
    for side in (-1.0, 1.0):
        x, y = side * width * 0.6, top + 16
        line = [(x, y + 8), (x + side * 14, y - long * 0.5), (x + side * 8, y - long)]
        horn = ribbon(line, [9.0, 6.5, 0.4])
        figure.easel.shaded(horn, colour, 3.0)
        for i in (0.25, 0.5):
            px, py = x + side * 10 * i * 2, y - long * i
            figure.easel.fold([(px - 6, py + 3), (px, py), (px + 6, py + 3)], colour, 0.6)


def _halo(figure: Figure) -> None:
    _, top = crown_size(figure)
    colour = figure.trait("halo").choice((GOLD, Colour(0.62, 0.85, 1.0), Colour(1.0, 0.72, 0.85)))
    for width, shade in ((7.0, colour.times(Colour(0.8, 0.7, 0.6))), (4.5, colour), (1.5, WHITE)):
        paint = skia.Paint(
            Color=shade.argb(), AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=width
        )
        figure.easel.canvas.drawPath(ellipse(0, top - 18, 36, 9), paint)


def _hairband(figure: Figure) -> None:
    width, top = crown_size(figure)
    arc = [(x * 0.99, y) for x, y in crown_points(width, top)[1:-1]]
    line = [(x * (1 - 0.02), y + 13 + 4 * (1 - abs(x) / width)) for x, y in arc]
    figure.easel.shape(ribbon(line, [3.6, 4.4, 5.0, 5.4, 5.0, 4.4, 3.6]), figure.accent)


def _hair_bow(figure: Figure) -> None:
    width, top = crown_size(figure)
    if figure.trait("bow place").random() < 0.5:
        draw_bow(figure, (0.0, top + 4.0), 32.0, figure.accent, 0.55)
        return
    x = side_of(figure) * width * 0.66
    with figure.easel.placed((x, top + 22), degrees=x * 0.5):
        draw_bow(figure, (0.0, 0.0), 25.0, figure.accent, 0.7)


def _clip_place(figure: Figure) -> Point:
    width, _ = crown_size(figure)
    return figure.trait("clip").choice((-1.0, 1.0)) * (
        width - 17.0
    ) + figure.turn_shift * 0.5, -24.0


def _hairclip(figure: Figure) -> None:
    x, y = _clip_place(figure)
    tilt = 28.0 if x < 0 else -28.0
    crossed = figure.trait("clip kind").random() < 0.4
    with figure.easel.placed((x, y), degrees=tilt):
        for turn in (0.0, 70.0) if crossed else (0.0,):
            with figure.easel.placed(degrees=turn):
                figure.easel.shape(
                    ribbon([(-11, 0), (0, 0), (11, 0)], [2.6, 3.2, 2.6]), figure.accent, 0.8
                )
        if not crossed:
            figure.easel.shape(
                ribbon([(-10, 8), (0, 8), (10, 8)], [2.4, 3.0, 2.4]), figure.accent, 0.8
            )


def _star_ornament(figure: Figure) -> None:
    x, y = _clip_place(figure)
    figure.easel.shape(star(x, y, 12.5, 5.6), GOLD if figure.accent.luma < 0.4 else figure.accent)


def draw_blossom(figure: Figure, at: Point, size: float, colour: Colour) -> None:
    """Draw a five-petalled flower."""
    for i in range(5):
        px, py = at_angle(at, i * 72.0, size * 0.62)
        figure.easel.shape(ellipse(px, py, size * 0.5, size * 0.5), colour, 0.7)
    figure.easel.fill(ellipse(*at, size * 0.42, size * 0.42), colour)
    figure.easel.fill(ellipse(*at, size * 0.26, size * 0.26), GOLD)


def _hair_flower(figure: Figure) -> None:
    x, y = _clip_place(figure)
    draw_blossom(figure, (x, y - 6), 15.0, figure.accent.mix(WHITE, 0.1))
    leaf = smooth([(x + 6, y + 8), (x + 17, y + 10), (x + 22, y + 18), (x + 10, y + 16)])
    figure.easel.shape(leaf, Colour(0.4, 0.66, 0.36), 0.7)


def _headphones(figure: Figure) -> None:
    width, top = crown_size(figure)
    colour = figure.accent
    arc = [(x * 1.03, y - 3) for x, y in crown_points(width, top)]
    line = [(x, y) for x, y in arc[1:-1]]
    figure.easel.shape(ribbon(line, [4.0] * len(line)), Colour(0.25, 0.25, 0.3))
    for side in (-1.0, 1.0):
        x = side * (width + 2) + figure.turn_shift * 0.1
        cup = smooth(
            [
                (x - side * 9, -12),
                (x + side * 7, -10),
                (x + side * 9, 14),
                (x + side * 5, 30),
                (x - side * 9, 30),
            ]
        )
        figure.easel.shaded(cup, colour, 4.0)


_BEHIND: dict[Accessory, Callable[[Figure], None]] = {
    Accessory.RABBIT_EARS: _rabbit_ears,
    Accessory.CAT_EARS: _cat_ears,
    Accessory.FOX_EARS: _fox_ears,
    Accessory.HORNS: _horns,
}


_DRAW: dict[Accessory, Callable[[Figure], None]] = {
    Accessory.HALO: _halo,
    Accessory.HAIRBAND: _hairband,
    Accessory.MAID_HEADDRESS: draw_maid_headdress,
    Accessory.HEADPHONES: _headphones,
    Accessory.HAIRCLIP: _hairclip,
    Accessory.STAR_ORNAMENT: _star_ornament,
    Accessory.HAIR_FLOWER: _hair_flower,
    Accessory.HAIR_BOW: _hair_bow,
    Accessory.BERET: draw_beret,
    Accessory.STRAW_HAT: draw_straw_hat,
    Accessory.BASEBALL_CAP: draw_baseball_cap,
    Accessory.CROWN: draw_crown,
    Accessory.WITCH_HAT: draw_witch_hat,
}
