"""Wings and tails, and what hands hold."""

from collections.abc import Callable

from training.pictures.attributes import Accessory, ArmPose, Held
from training.pictures.curves import Point, at_angle, box, ellipse, joined, polygon, ribbon, star
from training.pictures.figure import Figure
from training.pictures.headwear import draw_blossom
from training.pictures.limbs import arms_of
from training.pictures.palette import WHITE, Colour


def draw_behind_all(figure: Figure) -> None:
    """Draw wings and a tail, behind hair and body."""
    worn = figure.person.traits.accessories
    if Accessory.ANGEL_WINGS in worn:
        _feathered(figure)
    if Accessory.DEMON_WINGS in worn:
        _leathery(figure)
    if Accessory.TAIL in worn:
        _tail(figure)


def _feathered(figure: Figure) -> None:
    b, size = figure.build, 0.6 if figure.chibi else 1.0
    for side in (-1.0, 1.0):
        with figure.easel.placed((side * 16, b.chest_y - 8), scale=(side * size, size)):
            for row, (count, long) in enumerate(((7, 150.0), (6, 105.0), (5, 66.0))):
                for i in range(count):
                    angle = 62 + i * (92.0 / count) + row * 4
                    start = at_angle((18, -6), 98 + i * 9, 16 + i * 8)
                    reach = long * (0.75 + 0.25 * i / count)
                    tip = at_angle(start, angle + 14, reach)
                    middle = at_angle(start, angle, reach * 0.55)
                    feather = ribbon([start, middle, tip], [9.0, 13.0, 1.5])
                    shade = 0.25 * (2 - row) / 2
                    figure.easel.shape(
                        feather, figure.easel.style.shade(Colour(0.98, 0.98, 1.0), shade), 0.8
                    )


def _leathery(figure: Figure) -> None:
    b, size = figure.build, 0.6 if figure.chibi else 1.0
    skin = figure.trait("wing").choice((Colour(0.26, 0.2, 0.28), Colour(0.5, 0.16, 0.24)))
    for side in (-1.0, 1.0):
        with figure.easel.placed((side * 14, b.chest_y), scale=(side * size, size)):
            wing = joined(
                [(0, 0), (50, -70), (112, -104)],
                [(112, -104), (142, -60), (150, -4)],
                [(150, -4), (122, -18), (104, 12)],
                [(104, 12), (80, -4), (58, 30)],
                [(58, 30), (34, 12), (0, 30)],
                [(0, 30), (0, 0)],
            )
            figure.easel.shaded(wing, skin, 8.0)
            for tip in ((150, -4), (104, 12), (58, 30)):
                figure.easel.fold(
                    [(112, -102), ((112 + tip[0]) / 2 + 6, (tip[1] - 102) / 2), tip], skin, 1.2
                )


def _tail(figure: Figure) -> None:
    b, side = figure.build, figure.trait("tail side").choice((-1.0, 1.0))
    size = 0.55 if figure.chibi else 1.0
    worn = figure.person.traits.accessories
    thick = 22.0 if Accessory.FOX_EARS in worn else 8.0
    demon = Accessory.DEMON_WINGS in worn or Accessory.HORNS in worn
    colour = Colour(0.28, 0.2, 0.28) if demon else figure.hair
    with figure.easel.placed((side * 10, b.hip_y - 6), scale=(side * size, size)):
        line: list[Point] = [(0, 0), (52, 34), (92, 6), (100, -52), (124, -84)]
        widths = [5.0, thick * 0.8, thick, thick * 0.9, 1.0 if thick > 10 else 5.0]
        widths = [3.5, 4.0, 4.0, 3.5, 2.0] if demon else widths
        figure.easel.shaded(ribbon(line, widths), colour, 4.0)
        if demon:
            figure.easel.shape(polygon([(124, -110), (140, -80), (124, -87), (110, -78)]), colour)
        elif thick > 10:
            figure.easel.fill(ribbon([(104, -58), (116, -74), (124, -84)], [15.0, 8.0, 1.0]), WHITE)


def draw_held(figure: Figure) -> None:
    """Draw what the raised hand holds; the hand is drawn afterwards."""
    pose = figure.person.pose
    if pose.arms is not ArmPose.HOLDING or pose.held is Held.NOTHING:
        return
    arm = next(a for a in arms_of(figure) if a.posing)
    size = 0.7 if figure.chibi else 1.0
    with figure.easel.placed(arm.palm, scale=(arm.side * size, size)):
        _HELD[pose.held](figure)


def _book(figure: Figure) -> None:
    cover = polygon([(-22, -46), (24, -52), (26, 6), (-20, 10)])
    figure.easel.shaded(cover, figure.accent, 4.0)
    figure.easel.fill(
        polygon([(-18, -40), (20, -45), (20, -36), (-18, -31)]), figure.accent.mix(WHITE, 0.5)
    )


def _cup(figure: Figure) -> None:
    easel = figure.easel
    cup = joined(
        [(-13, -26), (13, -26)],
        [(13, -26), (11, 0)],
        [(11, 0), (0, 3), (-11, 0)],
        [(-11, 0), (-13, -26)],
    )
    easel.shaded(cup, WHITE, 4.0)
    easel.fill(ellipse(0, -26, 12, 3.0), Colour(0.55, 0.36, 0.24))
    for x in (-4, 4):
        easel.line([(x, -34), (x + 4, -43), (x - 2, -52), (x + 2, -60)], 2.5, WHITE, 0.7)


def _sword(figure: Figure) -> None:
    easel = figure.easel
    with easel.placed(degrees=24):
        blade = polygon([(-5.5, -16), (-5.5, -150), (0, -166), (5.5, -150), (5.5, -16)])
        easel.shape(blade, Colour(0.86, 0.89, 0.95))
        easel.fill(
            polygon([(0, -16), (0, -162), (5.5, -150), (5.5, -16)]), Colour(0.68, 0.72, 0.82)
        )
        easel.shape(box(-18, -18, 18, -11), Colour(0.9, 0.74, 0.34))
        easel.shape(box(-4, -11, 4, 26), Colour(0.4, 0.25, 0.2))


def _staff(figure: Figure) -> None:
    easel = figure.easel
    with easel.placed(degrees=6):
        easel.shape(
            ribbon([(0, -110), (0, 0), (0, 210)], [3.6, 3.8, 3.6]), Colour(0.52, 0.36, 0.24)
        )
        easel.glow((0, -124), 34, figure.accent.mix(WHITE, 0.4), 0.8)
        easel.shape(star(0, -124, 20, 9), figure.accent.mix(WHITE, 0.2))


def _flower(figure: Figure) -> None:
    figure.easel.stroke([(0, 14), (3, -14), (0, -38)], [1.8, 1.7, 1.5], Colour(0.36, 0.6, 0.32))
    draw_blossom(figure, (0, -44), 15.0, figure.accent.mix(WHITE, 0.1))


def _umbrella(figure: Figure) -> None:
    easel = figure.easel
    easel.shape(ribbon([(0, 24), (0, -60), (0, -150)], [2.0] * 3), Colour(0.5, 0.4, 0.35))
    top = joined(
        [(-112, -128), (-84, -182), (0, -206), (84, -182), (112, -128)],
        [(112, -128), (75, -142), (38, -128)],
        [(38, -128), (0, -142), (-38, -128)],
        [(-38, -128), (-75, -142), (-112, -128)],
    )
    easel.shaded(top, figure.accent, 10.0)
    for x in (-38, 38):
        easel.fold([(x, -128), (x * 0.8, -174), (0, -204)], figure.accent)


_HELD: dict[Held, Callable[[Figure], None]] = {
    Held.BOOK: _book,
    Held.CUP: _cup,
    Held.SWORD: _sword,
    Held.STAFF: _staff,
    Held.FLOWER: _flower,
    Held.UMBRELLA: _umbrella,
}
"""Drawn around the palm, for a hand on the viewer's right; mirrored for the other one."""
