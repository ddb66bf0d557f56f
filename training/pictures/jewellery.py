"""Glasses, eyepatch, earrings, chokers and necklaces."""

import skia

from training.pictures.attributes import Accessory
from training.pictures.curves import ellipse, ribbon, smooth, star
from training.pictures.eyes import look_of
from training.pictures.figure import Figure
from training.pictures.palette import GOLD, WHITE, Colour


def draw_on_face(figure: Figure) -> None:
    """Draw glasses and eyepatch; they are above the eyes and below the hair over them."""
    worn = figure.person.traits.accessories
    if Accessory.GLASSES in worn:
        _glasses(figure)
    if Accessory.EYEPATCH in worn:
        _eyepatch(figure)


def _glasses(figure: Figure) -> None:
    rng, easel = figure.trait("glasses"), figure.easel
    colour = rng.choice(
        (
            Colour(0.2, 0.17, 0.2),
            Colour(0.75, 0.2, 0.22),
            Colour(0.28, 0.3, 0.5),
            Colour(0.45, 0.3, 0.2),
        )
    )
    width = rng.uniform(2.2, 3.4)
    round_ = rng.random() < 0.5
    y = figure.head.eye_y + 3.0 + figure.nod_shift
    rx, ry = 20.5, 18.0 if round_ else 14.0
    paint = skia.Paint(
        Color=colour.argb(), AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=width
    )
    for side in (-1.0, 1.0):
        x = side * figure.head.eye_x + figure.turn_shift
        rim = skia.Path()
        corner = ry if round_ else 7.0
        rim.addRoundRect(skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry), corner + 2, corner)
        easel.fill(rim, WHITE, 0.14)
        easel.canvas.drawPath(rim, paint)
        end = (side * (figure.head.width - 1), y - 5)
        easel.stroke([(x + side * rx, y - 4), end], [width / 2, width / 2], colour)
    bridge = [
        (-6.5 + figure.turn_shift, y - 2),
        (figure.turn_shift, y - 5),
        (6.5 + figure.turn_shift, y - 2),
    ]
    easel.stroke(bridge, [width / 2] * 3, colour)


def _eyepatch(figure: Figure) -> None:
    side = figure.trait("patch").choice((-1.0, 1.0))
    white = figure.trait("patch colour").random() < 0.4
    colour = WHITE if white else Colour(0.17, 0.15, 0.19)
    x, y = side * figure.head.eye_x + figure.turn_shift, figure.head.eye_y + figure.nod_shift
    w, h = look_of(figure).half_width + 4.5, look_of(figure).half_height + 3.5
    band = [
        (-figure.head.width, y - 30 if side > 0 else y - 2),
        (x, y - 8),
        (figure.head.width, y - 30 if side < 0 else y - 2),
    ]
    figure.easel.stroke(band, [1.4, 1.6, 1.4], colour.times(Colour(0.85, 0.85, 0.9)))
    patch = smooth(
        [
            (x - w, y - h * 0.7),
            (x, y - h),
            (x + w, y - h * 0.7),
            (x + w * 0.8, y + h * 0.6),
            (x, y + h * 1.05),
            (x - w * 0.8, y + h * 0.6),
        ]
    )
    figure.easel.shaded(patch, colour, 3.0)


def draw_earrings(figure: Figure) -> None:
    """Draw earrings, low enough to show under the hair."""
    if Accessory.EARRINGS not in figure.person.traits.accessories:
        return
    rng = figure.trait("earrings")
    kind = rng.choice(("drop", "ring", "star"))
    colour = rng.choice((GOLD, figure.accent))
    for side in (-1.0, 1.0):
        x, y = side * (figure.head.width + 2.5) - figure.turn_shift * 0.2, 40.0
        if kind == "star":
            figure.easel.shape(star(x, y + 6, 7.5, 3.4), colour, 0.7)
        elif kind == "drop":
            figure.easel.shape(ellipse(x, y - 2, 2.4, 2.4), GOLD, 0.6)
            figure.easel.shape(
                smooth([(x, y), (x + 4.5, y + 9), (x, y + 14), (x - 4.5, y + 9)]), colour, 0.7
            )
        else:
            paint = skia.Paint(
                Color=colour.argb(), AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=2.6
            )
            figure.easel.canvas.drawPath(ellipse(x, y + 5, 6.0, 7.0), paint)


def draw_at_neck(figure: Figure) -> None:
    """Draw a choker or a necklace."""
    if figure.person.outfit.covers_neck:
        return
    worn, b, easel = figure.person.traits.accessories, figure.build, figure.easel
    if Accessory.CHOKER in worn:
        y = b.shoulder_y - 21
        band = ribbon([(-b.neck - 0.5, y - 2), (0, y + 3), (b.neck + 0.5, y - 2)], [3.6, 4.0, 3.6])
        easel.shape(
            band,
            Colour(0.17, 0.14, 0.18) if figure.trait("choker").random() < 0.7 else figure.accent,
            0.8,
        )
        if figure.trait("bell").random() < 0.5:
            easel.shape(ellipse(0, y + 8, 4.5, 4.8), GOLD, 0.7)
    if Accessory.NECKLACE in worn:
        low = b.shoulder_y + 26
        chain = [
            (-b.neck - 9, b.shoulder_y - 8),
            (-b.neck * 0.6, low - 10),
            (0, low),
            (b.neck * 0.6, low - 10),
            (b.neck + 9, b.shoulder_y - 8),
        ]
        easel.stroke(chain, [1.0, 1.1, 1.2, 1.1, 1.0], GOLD)
        easel.shape(
            smooth([(0, low - 2), (5, low + 6), (0, low + 12), (-5, low + 6)]), figure.accent, 0.7
        )
