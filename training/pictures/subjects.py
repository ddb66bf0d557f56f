"""Things and animals for pictures without people, drawn in a room 100 units high."""

from collections.abc import Callable

from training.pictures.attributes import Subject
from training.pictures.curves import Point, at_angle, ellipse, joined, polygon, ribbon, smooth
from training.pictures.palette import WHITE, Colour, hsv
from training.pictures.scene import Scene


def draw_subject(scene: Scene) -> None:
    """Draw the thing that a picture without people shows, in the middle below."""
    draw = _DRAW.get(scene.spec.subject) if scene.spec.subject is not None else None
    if draw is None:
        return
    rng = scene.chance("place")
    at = (scene.wide * rng.uniform(0.4, 0.6), 60.0)
    size = rng.uniform(0.85, 1.2) * min(1.0, scene.wide / 90)
    with scene.easel.placed(at, scale=(size * rng.choice((-1, 1)), size)):
        draw(scene)


def _fur(scene: Scene) -> Colour:
    return scene.chance("fur").choice(
        (
            Colour(0.2, 0.19, 0.23),
            Colour(0.96, 0.95, 0.95),
            Colour(0.92, 0.66, 0.36),
            Colour(0.62, 0.62, 0.68),
            Colour(0.55, 0.4, 0.3),
        )
    )


def _cat(scene: Scene) -> None:
    easel, fur = scene.easel, _fur(scene)
    tail: list[Point] = [(16, 24), (32, 18), (34, 0), (26, -8)]
    easel.shaded(ribbon(tail, [3.0, 3.2, 3.0, 2.2]), fur, 1.0, 0.35)
    body = smooth([(-14, 28), (-15, 10), (-8, -6), (8, -6), (18, 10), (18, 28), (2, 31)])
    easel.shaded(body, fur, 3.0, 0.35)
    for x in (-7.0, 4.0):
        easel.shape(
            smooth([(x - 3.5, 10), (x + 3.5, 10), (x + 4, 28), (x, 31), (x - 4, 28)]), fur, 0.3
        )
    for side in (-1.0, 1.0):
        ear = polygon([(side * 15, -18), (side * 14, -36), (side * 3, -28)])
        easel.shape(ear, fur, 0.35)
        easel.fill(
            polygon([(side * 13, -21), (side * 12.5, -31), (side * 6, -26)]),
            Colour(1.0, 0.72, 0.72),
        )
    head = smooth([(-17, -14), (-10, -28), (10, -28), (17, -14), (9, -3), (-9, -3)])
    easel.shaded(head, fur, 2.0, 0.35)
    _cat_face(scene)


def _cat_face(scene: Scene) -> None:
    easel = scene.easel
    iris = hsv(scene.chance("eyes").choice((50, 110, 205)), 0.6, 0.9)
    for side in (-1.0, 1.0):
        easel.fill(ellipse(side * 7.5, -15, 3.8, 4.0), Colour(0.1, 0.08, 0.1))
        easel.fill(ellipse(side * 7.5, -15, 3.3, 3.5), iris)
        easel.fill(ellipse(side * 7.5, -15, 1.3, 3.0), Colour(0.08, 0.06, 0.1))
        easel.fill(ellipse(side * 7.5 - 1.2, -16.6, 1.0, 1.0), WHITE)
        for y in (-10.5, -8.5):
            easel.line(
                [(side * 9, y), (side * 15, y - 0.5), (side * 22, y + (y + 9.5))],
                0.4,
                Colour(0.5, 0.5, 0.5),
            )
    easel.fill(polygon([(-1.5, -10.5), (1.5, -10.5), (0, -9)]), Colour(0.95, 0.55, 0.58))
    easel.line([(-3.6, -7.6), (-1.6, -6.8), (0, -8.8)], 0.6, Colour(0.3, 0.2, 0.22))
    easel.line([(0, -8.8), (1.6, -6.8), (3.6, -7.6)], 0.6, Colour(0.3, 0.2, 0.22))


def _bird(scene: Scene) -> None:
    easel, rng = scene.easel, scene.chance("bird")
    feather = hsv(
        rng.choice((0, 45, 205, 215, 130)) + rng.uniform(-8, 8), rng.uniform(0.4, 0.75), 0.92
    )
    for x in (-2.0, 5.0):
        easel.stroke([(x, 18), (x, 30)], [0.6, 0.6], Colour(0.75, 0.5, 0.2))
    easel.shaded(
        smooth([(16, 4), (38, 14), (36, 18), (14, 14)]),
        feather.times(Colour(0.8, 0.8, 0.85)),
        1.0,
        0.35,
    )
    body = smooth([(-18, -12), (-8, -24), (6, -18), (20, 4), (14, 18), (-6, 20), (-18, 4)])
    easel.shaded(body, feather, 3.0, 0.35)
    easel.fill(smooth([(-16, -2), (-6, 0), (2, 12), (-4, 18), (-14, 10)]), feather.mix(WHITE, 0.65))
    easel.shaded(
        smooth([(0, -6), (16, 0), (24, 12), (8, 12), (0, 4)]),
        feather.times(Colour(0.75, 0.78, 0.85)),
        1.5,
        0.35,
    )
    easel.shape(polygon([(-18, -12), (-27, -9), (-18, -6)]), Colour(0.96, 0.7, 0.25), 0.35)
    easel.fill(ellipse(-10, -14, 2.0, 2.2), Colour(0.1, 0.08, 0.1))
    easel.fill(ellipse(-10.7, -14.9, 0.7, 0.7), WHITE)


def _plate(scene: Scene) -> None:
    scene.easel.shape(ellipse(0, 24, 32, 7.5), Colour(0.95, 0.95, 0.98), 0.35)
    scene.easel.fill(ellipse(0, 23, 24, 5), Colour(0.86, 0.87, 0.92))


def _cake(scene: Scene) -> None:
    easel, rng = scene.easel, scene.chance("cake")
    _plate(scene)
    sponge = Colour(0.98, 0.86, 0.6)
    cream = rng.choice(
        (WHITE, Colour(1.0, 0.85, 0.88), Colour(0.45, 0.29, 0.22), Colour(0.8, 0.9, 0.7))
    )
    easel.shaded(polygon([(-20, -2), (20, -8), (20, 18), (-20, 24)]), sponge, 2.0, 0.35)
    easel.fill(polygon([(-20, 9), (20, 3), (20, 7), (-20, 13)]), cream)
    top = polygon([(-20, -2), (4, -16), (20, -8)])
    easel.shape(top, cream, 0.35)
    easel.fill(polygon([(-20, -2), (20, -8), (20, -3), (-20, 3)]), cream)
    for x, y in ((-9.0, -6.0), (10.0, -11.0)):
        easel.shape(ellipse(x, y, 4, 3.4), cream, 0.3)
    easel.shaded(
        smooth([(1, -26), (7, -20), (4, -12), (0, -9), (-4, -12), (-6, -20)]),
        Colour(0.92, 0.22, 0.26),
        1.5,
        0.35,
    )
    easel.shape(polygon([(0, -24), (-5, -27), (0, -29), (5, -27)]), Colour(0.35, 0.65, 0.3), 0.3)


def _apple(scene: Scene) -> None:
    easel, rng = scene.easel, scene.chance("apple")
    skin = rng.choice((Colour(0.88, 0.2, 0.22), Colour(0.9, 0.26, 0.24), Colour(0.62, 0.8, 0.3)))
    easel.fill(ellipse(0, 27, 24, 4), Colour(0.2, 0.15, 0.25), 0.3)
    body = smooth(
        [
            (0, -14),
            (14, -18),
            (25, -6),
            (21, 16),
            (8, 27),
            (0, 25),
            (-8, 27),
            (-21, 16),
            (-25, -6),
            (-14, -18),
        ]
    )
    easel.shaded(body, skin, 4.0, 0.4)
    easel.haze(ellipse(-11, -5, 4, 7), WHITE, 1.2, 0.7)
    easel.stroke([(0, -13), (1, -20), (4, -26)], [0.9, 0.8, 1.1], Colour(0.42, 0.28, 0.2))
    easel.shape(smooth([(2, -20), (10, -27), (19, -25), (12, -18)]), Colour(0.42, 0.68, 0.32), 0.3)


def _cup(scene: Scene) -> None:
    easel = scene.easel
    cloth = scene.colour.mix(WHITE, 0.25)
    easel.fill(ellipse(0, 27, 30, 5), Colour(0.2, 0.15, 0.25), 0.25)
    easel.shape(ribbon([(17, -6), (30, -4), (29, 12), (14, 15)], [2.2, 2.4, 2.4, 2.0]), cloth, 0.35)
    body = joined(
        [(-20, -12), (-19, 12), (-10, 26)],
        [(-10, 26), (0, 28), (10, 26)],
        [(10, 26), (19, 12), (20, -12)],
        [(20, -12), (-20, -12)],
    )
    easel.shaded(body, cloth, 3.0, 0.35)
    easel.shape(ellipse(0, -12, 20, 4.5), cloth.mix(WHITE, 0.4), 0.35)
    easel.fill(ellipse(0, -11.4, 17.5, 3.4), Colour(0.5, 0.32, 0.22))
    for x in (-6, 3):
        easel.line([(x, -17), (x + 4, -25), (x - 2, -33), (x + 3, -41)], 1.6, WHITE, 0.7)


def _flower(scene: Scene) -> None:
    easel, rng = scene.easel, scene.chance("bloom")
    petal = hsv(rng.choice((345, 5, 48, 280, 215, 325)), rng.uniform(0.35, 0.7), 1.0)
    easel.stroke([(0, 36), (3, 14), (0, -8)], [1.3, 1.2, 1.0], Colour(0.36, 0.6, 0.32))
    easel.shape(smooth([(2, 22), (14, 12), (26, 12), (16, 22)]), Colour(0.42, 0.68, 0.36), 0.35)
    count = rng.choice((5, 6, 8))
    for i in range(count):
        angle = 360.0 * i / count
        tip, side = at_angle((0, -12), angle, 20), 160.0 / count
        easel.shaded(
            smooth(
                [
                    (0, -12),
                    at_angle((0, -12), angle - side, 13),
                    tip,
                    at_angle((0, -12), angle + side, 13),
                ]
            ),
            petal,
            1.0,
            0.35,
        )
    easel.shape(ellipse(0, -12, 5.5, 5.5), Colour(1.0, 0.84, 0.32), 0.35)


_DRAW: dict[Subject, Callable[[Scene], None]] = {
    Subject.CAT: _cat,
    Subject.BIRD: _bird,
    Subject.CAKE: _cake,
    Subject.FRUIT: _apple,
    Subject.CUP: _cup,
    Subject.FLOWER: _flower,
}
