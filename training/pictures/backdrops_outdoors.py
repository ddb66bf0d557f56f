"""Meadows, trees, hills and snow."""

from random import Random

from training.pictures.curves import Point, at_angle, box, ellipse, joined, polygon, smooth
from training.pictures.palette import WHITE, Colour, hsv
from training.pictures.scene import Scene
from training.pictures.skies import clouds, day_sky, fill_sky


def _meadow(scene: Scene, y: float, colour: Colour, rng: Random) -> None:
    bend = rng.uniform(-6, 6)
    hill = joined(
        [(-1, y + bend), (scene.wide * 0.5, y - 3), (scene.wide + 1, y - bend)],
        [(scene.wide + 1, y - bend), (scene.wide + 1, 101), (-1, 101), (-1, y + bend)],
    )
    scene.easel.fill(
        polygon([(-1, y + 8), (scene.wide + 1, y + 8), (scene.wide + 1, 101), (-1, 101)]), colour
    )
    scene.easel.fill(hill, colour)
    scene.easel.blend(
        box(-1, y + 8, scene.wide + 1, 101),
        ((0, y), (0, 101)),
        ((colour, 0.0), (colour.times(Colour(0.6, 0.72, 0.6)), 1.0)),
    )
    for _ in range(40):
        x, base = rng.uniform(0, scene.wide), rng.uniform(y + 8, 100)
        size = 1.0 + (base - y) * 0.05
        scene.easel.stroke(
            [(x, base), (x + rng.uniform(-1, 1), base - size * 2)],
            [0.3 * size, 0.05],
            colour.mix(Colour(0.85, 1.0, 0.5), 0.35),
        )


def _grass(rng: Random) -> Colour:
    return hsv(rng.uniform(85, 130), rng.uniform(0.45, 0.65), rng.uniform(0.6, 0.82))


def draw_field(scene: Scene) -> None:
    """Draw a meadow under a sky."""
    rng = day_sky(scene, 70)
    clouds(scene, rng, 4, 50)
    _meadow(scene, 68, _grass(rng), rng)


def draw_flowers(scene: Scene) -> None:
    """Draw a meadow full of flowers."""
    rng = day_sky(scene, 62)
    _meadow(scene, 58, _grass(rng), rng)
    hues = [rng.uniform(0, 360), rng.uniform(300, 420)]
    for _ in range(int(scene.wide * 0.9)):
        y = 60 + 42 * rng.random() ** 1.4
        size = 0.4 + (y - 56) * 0.04
        x = rng.uniform(0, scene.wide)
        petal = hsv(rng.choice(hues) + rng.uniform(-12, 12), rng.uniform(0.3, 0.7), 1.0)
        for k in range(5):
            scene.easel.fill(
                ellipse(*at_angle((x, y), 72.0 * k, size * 0.8), size * 0.6, size * 0.6), petal
            )
        scene.easel.fill(ellipse(x, y, size * 0.5, size * 0.5), Colour(1.0, 0.85, 0.3))


def _tree(scene: Scene, at: Point, size: float, crown: Colour, rng: Random) -> None:
    x, y = at
    bark = Colour(0.42, 0.3, 0.26)
    trunk = joined(
        [(x - size * 0.09, y), (x - size * 0.05, y - size * 0.5), (x - size * 0.12, y - size)],
        [(x - size * 0.12, y - size), (x + size * 0.12, y - size)],
        [(x + size * 0.12, y - size), (x + size * 0.05, y - size * 0.5), (x + size * 0.1, y)],
        [(x + size * 0.1, y), (x - size * 0.09, y)],
    )
    scene.easel.fill(trunk, bark)
    dark = crown.times(Colour(0.72, 0.72, 0.8))
    spots = [
        (
            x + rng.uniform(-0.5, 0.5) * size,
            y - size * rng.uniform(0.7, 1.35),
            size * rng.uniform(0.24, 0.4),
        )
        for _ in range(9)
    ]
    for tone, rise in ((dark, 0.0), (crown, 0.1), (crown.mix(WHITE, 0.3), 0.3)):
        for px, py, r in spots:
            scale = 1.0 - rise
            scene.easel.fill(
                ellipse(px - r * rise * 0.5, py - r * rise, r * scale, r * scale * 0.9), tone
            )


def draw_cherry(scene: Scene) -> None:
    """Draw blossoming cherry trees and falling petals."""
    rng = day_sky(scene, 90)
    pink = hsv(rng.uniform(338, 352), 0.28, 1.0)
    _meadow(scene, 86, _grass(rng), rng)
    for share, size in ((0.08, 62.0), (0.95, 70.0), (0.5, 40.0)):
        _tree(scene, (scene.wide * share + rng.uniform(-5, 5), 92), size, pink, rng)
    scatter_petals(scene, rng, 36, pink)


def scatter_petals(scene: Scene, rng: Random, count: int, colour: Colour) -> None:
    """Scatter falling petals over the picture."""
    for _ in range(count):
        at = (rng.uniform(0, scene.wide), rng.uniform(0, 100))
        with scene.easel.placed(at, degrees=rng.uniform(0, 360)):
            size = rng.uniform(0.8, 1.8)
            scene.easel.fill(
                smooth([(0, -size), (size * 0.7, 0), (0, size), (-size * 0.7, 0)]), colour
            )


def draw_forest(scene: Scene) -> None:
    """Draw trees behind trees."""
    rng = scene.chance("forest")
    green = hsv(rng.uniform(95, 150), 0.45, 0.62)
    fill_sky(scene, hsv(140, 0.2, 0.9), hsv(70, 0.25, 1.0), 80)
    for depth in range(3):
        pale = green.mix(Colour(0.85, 0.95, 0.85), 0.55 - depth * 0.27)
        count = 6 - depth
        for i in range(count):
            x = scene.wide * (i + rng.random()) / count
            _tree(scene, (x, 84 + depth * 4), 46 + depth * 18, pale, rng)
    _meadow(scene, 86, green, rng)
    for _ in range(3):
        x = rng.uniform(0, scene.wide)
        scene.easel.fill(
            polygon([(x, -1), (x + 9, -1), (x - 12, 101), (x - 34, 101)]),
            Colour(1.0, 1.0, 0.8),
            0.13,
        )


def draw_mountains(scene: Scene) -> None:
    """Draw two ranges behind a meadow."""
    rng = day_sky(scene, 80)
    clouds(scene, rng, 4, 36)
    for depth, tone in enumerate((hsv(220, 0.3, 0.82), hsv(222, 0.4, 0.6))):
        points: list[Point] = [(-1, 101)]
        peaks = 5
        for i in range(peaks * 2 + 1):
            y = (44 if i % 2 else 64) + depth * 12 + rng.uniform(-8, 8)
            points.append((scene.wide * i / (peaks * 2), y))
        scene.easel.fill(polygon([*points, (scene.wide + 1, 101)]), tone)
        for x, y in points[2::2] if depth == 0 else []:
            scene.easel.fill(
                polygon([(x, y), (x + 5, y + 8), (x + 1.5, y + 6), (x - 1, y + 9), (x - 5, y + 8)]),
                WHITE,
            )
    _meadow(scene, 80, _grass(rng), rng)


def draw_snow(scene: Scene) -> None:
    """Draw a winter day with falling snow."""
    rng = scene.chance("snow")
    fill_sky(scene, hsv(215, 0.3, 0.75), hsv(215, 0.1, 0.95), 80)
    for i in range(4):
        x = scene.wide * (i + rng.random()) / 4
        for step in range(3):
            w, y = 11 - step * 2.6, 80 - step * 11
            scene.easel.fill(polygon([(x - w, y), (x, y - 17), (x + w, y)]), hsv(165, 0.25, 0.45))
            scene.easel.fill(
                polygon([(x - w * 0.6, y - 7), (x, y - 17), (x + w * 0.6, y - 7), (x, y - 10)]),
                WHITE,
            )
    scene.easel.fill(
        smooth(
            [
                (-20, 82),
                (scene.wide * 0.5, 77),
                (scene.wide + 20, 82),
                (scene.wide + 20, 120),
                (-20, 120),
            ]
        ),
        Colour(0.96, 0.97, 1.0),
    )
    for _ in range(70):
        size = rng.uniform(0.3, 1.1)
        scene.easel.fill(
            ellipse(rng.uniform(0, scene.wide), rng.uniform(0, 100), size, size),
            WHITE,
            rng.uniform(0.6, 1.0),
        )
