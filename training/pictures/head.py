"""The head without hair: neck, ears, the face and what shows on it."""

import skia

from training.pictures.attributes import Accessory, EyeState
from training.pictures.curves import (
    Point,
    ellipse,
    joined,
    mirrored,
    moved,
    polygon,
    ribbon,
    smooth,
)
from training.pictures.eyes import brow_paths, draw_eyes, look_of
from training.pictures.figure import Figure
from training.pictures.garments import Top
from training.pictures.mouth import draw_mouth, draw_nose
from training.pictures.palette import WHITE, Colour

_RED = Colour(0.95, 0.35, 0.35)
_TEAR = Colour(0.72, 0.9, 1.0)


def face_path(figure: Figure) -> skia.Path:
    """Return the outline of the face; its upper part is covered by hair."""
    head, shift = figure.head, figure.turn_shift
    points: list[list[Point]] = []
    for side in (-1.0, 1.0):
        far = max(0.0, figure.person.pose.turn * side)
        w = head.width * (1.0 - 0.13 * far)
        points.append(
            [
                (side * w, -14.0),
                (side * (w - 0.5 + 1.0 * far), 12.0),
                (side * (w - 3.0) + shift * 0.08, 29.0),
                (side * head.jaw + shift * 0.25, 45.0),
                (side * (head.jaw * 0.56 + head.chin_width) + shift * 0.45, head.chin - 8.5),
                (side * (head.chin_width + 6.5) + shift * 0.65, head.chin - 2.2),
                (shift * 0.7, head.chin),
            ]
        )
    left, right = points
    crown = [right[0], (head.width * 0.8, -52.0), (0.0, head.top)]
    crown += [(-head.width * 0.8, -52.0), left[0]]
    return joined(left, right[::-1], crown)


def draw_ears(figure: Figure) -> None:
    """Draw the ears; pointed ones reach out far enough to be seen past the hair."""
    pointed = Accessory.POINTY_EARS in figure.person.traits.accessories
    for side in (-1.0, 1.0):
        near = 1.0 - 0.5 * max(0.0, figure.person.pose.turn * side)
        x = side * (figure.head.width - 4.0) - figure.turn_shift * 0.25
        if pointed:
            tip = (x + side * 46.0 * near, -6.0)
            ear = joined(
                [(x, 6), (x + side * 20 * near, -4), tip],
                [tip, (x + side * 14, 30), (x, 34)],
                [(x, 34), (x, 6)],
            )
        else:
            ear = smooth([(x, 4), (x + side * 10 * near, 6), (x + side * 9 * near, 22), (x, 34)])
        figure.easel.shape(ear, figure.skin)
        inner = [(x + side * 2, 14), (x + side * 6 * near, 13), (x + side * 5 * near, 22)]
        figure.easel.line(inner, 1.4, figure.skin_shade)


_DEPTH: dict[Top, float] = {
    Top.SERAFUKU: 40.0,
    Top.SHIRT: 4.0,
    Top.BLAZER: 4.0,
    Top.CARDIGAN: 4.0,
    Top.VEST: 4.0,
    Top.MAID: 4.0,
    Top.DRESS: 6.0,
    Top.KIMONO: 34.0,
    Top.TURTLENECK: -3.0,
    Top.GAKURAN: -3.0,
    Top.ARMOR: -3.0,
}
"""How far down the skin shows in the neckline of a garment."""


def draw_neck(figure: Figure) -> None:
    """Draw the neck and what the neckline shows, in the shade of the chin."""
    n, y = figure.build.neck, figure.build.shoulder_y
    size = 0.6 if figure.chibi else 1.0
    low = y + _DEPTH.get(figure.person.outfit.top, 15.0) * size
    wide = n + 8.0
    side: list[Point] = [(n, 40.0), (n, y - 24), (n + 3, y - 14), (wide, y - 8)]
    neckline: list[Point] = [side[-1], (n * 0.8, (y - 6 + low) / 2), (0.0, low)]
    left = mirrored(side)
    path = joined(side, neckline, mirrored(neckline), left, [left[-1], side[0]])
    easel = figure.easel
    easel.fill(path, figure.skin)
    with easel.clip(path):
        cast = moved(face_path(figure), easel.style.side * -3, 15.0 if not figure.chibi else 8.0)
        easel.cast(cast, figure.skin_shade, 4.0)
    for edge in (side[:3], left[1:]):
        easel.outline(smooth(edge, closed=False), figure.skin)
    shade = figure.skin_shade.times(Colour(0.85, 0.75, 0.75))
    for bone in (-1.0, 1.0):
        if low > y + 10:
            easel.line(
                [(bone * 4, y + 3), (bone * 12, y), (bone * (n + 5), y + 2)], 1.3, shade, 0.8
            )


def draw_face(figure: Figure, fringe: skia.Path) -> None:
    """Draw the face with everything on it; ``fringe`` is the front hair that shades it."""
    easel = figure.easel
    path = face_path(figure)
    easel.fill(path, figure.skin)
    with easel.clip(path):
        _modelling(figure, path, fringe)
        _blush(figure)
        _marks(figure)
    easel.outline(path, figure.skin)
    draw_nose(figure)
    draw_mouth(figure)
    draw_eyes(figure)
    draw_brows(figure, 1.0)
    draw_feelings(figure)


def _modelling(figure: Figure, path: skia.Path, fringe: skia.Path) -> None:
    easel, side = figure.easel, figure.easel.style.side
    if easel.style.depth <= 0:
        return
    easel.inner_shadow(path, figure.skin, (side * 5.0, -1.5), 0.7)
    easel.cast(moved(fringe, -side * 3.0, 8.0), figure.skin_shade, 3.0, 0.85)


def _blush(figure: Figure) -> None:
    expression, easel = figure.person.expression, figure.easel
    strength = 0.10 + 0.45 * expression.blush
    colour = figure.skin.mix(_RED, 0.75)
    for side in (-1.0, 1.0):
        x = side * 29.0 + figure.turn_shift
        y = figure.head.eye_y + 18.5 + figure.nod_shift
        with easel.placed((x, y), scale=(1.5, 0.8)):
            easel.glow((0, 0), 11.0, colour, strength)
        if expression.blush >= 0.5 and figure.chance("blush").random() < 0.6:
            for i in (-1, 0, 1):
                start = (x + i * 5.0 + 1.6, y - 2.6)
                easel.line(
                    [start, (start[0] - 1.7, y), (start[0] - 3.2, y + 2.6)],
                    1.3,
                    colour.times(Colour(0.95, 0.6, 0.6)),
                )


def _marks(figure: Figure) -> None:
    face, easel = figure.person.traits.face, figure.easel
    rng = figure.trait("marks")
    if face.mole:
        side = rng.choice((-1, 1))
        x, y = rng.choice(((side * 22.0, 36.0), (side * 15.0, 52.0)))
        easel.fill(ellipse(x + figure.turn_shift, y, 1.5, 1.5), Colour(0.25, 0.15, 0.14))
    if face.freckles:
        for _ in range(12):
            x, y = rng.choice((-1, 1)) * rng.uniform(15, 38), rng.uniform(28, 38)
            easel.fill(
                ellipse(x + figure.turn_shift, y, 1.0, 0.9),
                figure.skin.times(Colour(0.78, 0.6, 0.52)),
            )


def draw_brows(figure: Figure, alpha: float) -> None:
    """Draw the brows; over the hair they are drawn again, half transparent."""
    colour = figure.hair.times(Colour(0.5, 0.42, 0.45)).mix(figure.easel.style.ink, 0.25)
    for path in brow_paths(figure):
        figure.easel.fill(path, colour, alpha)


def draw_feelings(figure: Figure) -> None:
    """Draw tears and sweat."""
    expression, easel = figure.person.expression, figure.easel
    look = look_of(figure)
    y = figure.head.eye_y + figure.nod_shift
    if expression.tears:
        low = look.half_height * (0.4 if expression.eyes is EyeState.CLOSED else 0.9)
        for side in (-1.0, 1.0):
            x = side * 27.0 + figure.turn_shift
            stream = ribbon(
                [(x, y + low), (x + side * 2, y + low + 10), (x + side, y + low + 24)],
                [2.0, 3.2, 3.4],
            )
            easel.fill(stream, _TEAR, 0.85)
            easel.fill(ellipse(x + side, y + low + 24, 3.6, 4.2), _TEAR, 0.9)
            easel.fill(ellipse(x + side * 2, y + low + 22, 1.0, 1.6), WHITE)
    if expression.sweat:
        x = figure.head.width * 0.8
        drop = joined([(x, -22), (x + 6, -9), (x, -4)], [(x, -4), (x - 6, -9), (x, -22)])
        easel.shape(drop, _TEAR, 0.6)
        easel.fill(polygon([(x - 2, -12), (x - 1, -14), (x - 1, -9)]), WHITE)
