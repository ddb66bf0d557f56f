"""Skies, seas, trees, hills and towns."""

from random import Random

import skia

from training.pictures.curves import Point, at_angle, box, ellipse, joined, polygon, smooth
from training.pictures.palette import WHITE, Colour, hsv
from training.pictures.scene import Scene


def _sky(scene: Scene, high: Colour, low: Colour, horizon: float = 100.0) -> None:
    scene.easel.blend(scene.room, ((0, 0), (0, horizon)), ((high, 1.0), (low, 1.0)))


def _day(scene: Scene, horizon: float = 100.0) -> Random:
    rng = scene.chance("sky")
    hue = rng.uniform(198, 220)
    _sky(
        scene,
        hsv(hue, rng.uniform(0.5, 0.75), 0.95),
        hsv(hue - 8, rng.uniform(0.1, 0.25), 1.0),
        horizon,
    )
    return rng


def _cloud(scene: Scene, at: Point, size: float, colour: Colour, rng: Random) -> None:
    x, y = at
    puffs = skia.Path()
    for i in range(6):
        radius = size * rng.uniform(0.26, 0.5) * (1.0 - 0.25 * abs(i - 2.5) / 2.5)
        px, py = x + (i - 2.5) * size * 0.42, y - radius * rng.uniform(0.5, 0.9)
        puffs.addPath(ellipse(px, py, radius * 1.15, radius))
    puffs.addPath(
        smooth([(x - size * 1.5, y), (x, y - size * 0.2), (x + size * 1.5, y), (x, y + size * 0.1)])
    )
    shade = colour.mix(Colour(0.62, 0.72, 0.9), 0.5)
    with scene.easel.clip(box(x - size * 2, y - size * 2, x + size * 2, y + size * 0.03)):
        scene.easel.blend(
            puffs, ((x, y - size * 0.75), (x, y)), ((colour, 1.0), (colour, 1.0), (shade, 1.0))
        )


def _clouds(scene: Scene, rng: Random, count: int, low: float, colour: Colour = WHITE) -> None:
    for _ in range(count):
        at = (rng.uniform(-0.05, 1.05) * scene.wide, rng.uniform(6, low))
        _cloud(scene, at, rng.uniform(7, 17), colour, rng)


def draw_sky(scene: Scene) -> None:
    """Draw a blue sky with clouds."""
    rng = _day(scene)
    _clouds(scene, rng, 5, 95)


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
    rng = _day(scene, 70)
    _clouds(scene, rng, 4, 50)
    _meadow(scene, 68, _grass(rng), rng)


def draw_flowers(scene: Scene) -> None:
    """Draw a meadow full of flowers."""
    rng = _day(scene, 62)
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


def _sea(scene: Scene, y: float, near: Colour, far: Colour, rng: Random) -> None:
    scene.easel.blend(
        box(-1, y, scene.wide + 1, 101), ((0, y), (0, 100)), ((far, 1.0), (near, 1.0))
    )
    for _ in range(26):
        x, level = rng.uniform(0, scene.wide), y + 2 + 40 * rng.random() ** 1.5
        size = 2 + (level - y) * 0.2
        line = [(x - size, level), (x, level - 0.4), (x + size, level)]
        scene.easel.line(line, 0.5 + (level - y) * 0.015, WHITE, 0.55)


def draw_ocean(scene: Scene) -> None:
    """Draw sea, sky and a strip of beach."""
    rng = _day(scene, 60)
    _clouds(scene, rng, 4, 44)
    _sea(scene, 56, hsv(190, 0.55, 0.9), hsv(212, 0.7, 0.75), rng)
    sand = joined(
        [(-1, 88), (scene.wide * 0.4, 84), (scene.wide + 1, 90)],
        [(scene.wide + 1, 90), (scene.wide + 1, 101)],
        [(scene.wide + 1, 101), (-1, 101)],
        [(-1, 101), (-1, 88)],
    )
    scene.easel.fill(sand, Colour(0.98, 0.92, 0.76))
    scene.easel.line([(-1, 88), (scene.wide * 0.4, 84), (scene.wide + 1, 90)], 2.4, WHITE, 0.9)


def draw_sunset(scene: Scene) -> None:
    """Draw the sun low over the sea."""
    rng = scene.chance("sunset")
    _sky(scene, hsv(rng.uniform(255, 285), 0.45, 0.6), hsv(rng.uniform(22, 38), 0.75, 1.0), 66)
    x = scene.wide * rng.uniform(0.2, 0.8)
    scene.easel.glow((x, 58), 44, Colour(1.0, 0.85, 0.5), 0.8)
    scene.easel.fill(ellipse(x, 58, 8.5, 8.5), Colour(1.0, 0.95, 0.8))
    _clouds(scene, rng, 4, 44, Colour(1.0, 0.72, 0.6))
    _sea(scene, 66, hsv(265, 0.45, 0.4), hsv(20, 0.6, 0.9), rng)
    scene.easel.fill(
        polygon([(x - 4, 66), (x + 4, 66), (x + 11, 101), (x - 11, 101)]),
        Colour(1.0, 0.88, 0.6),
        0.45,
    )


def _stars(scene: Scene, rng: Random, count: int, low: float) -> None:
    for _ in range(count):
        size = rng.uniform(0.15, 0.5)
        scene.easel.fill(
            ellipse(rng.uniform(0, scene.wide), rng.uniform(0, low), size, size),
            WHITE,
            rng.uniform(0.5, 1),
        )


def _night(scene: Scene) -> Random:
    rng = scene.chance("night")
    hue = rng.uniform(222, 265)
    _sky(scene, hsv(hue, 0.7, rng.uniform(0.14, 0.24)), hsv(hue - 12, 0.5, rng.uniform(0.4, 0.62)))
    return rng


def draw_night(scene: Scene) -> None:
    """Draw a starry sky with a moon."""
    rng = _night(scene)
    _stars(scene, rng, int(scene.wide * 1.1), 96)
    x, y, size = scene.wide * rng.choice((0.16, 0.84)), rng.uniform(12, 26), rng.uniform(6, 11)
    scene.easel.glow((x, y), size * 3.2, Colour(1.0, 0.97, 0.8), 0.45)
    scene.easel.fill(ellipse(x, y, size, size), Colour(1.0, 0.97, 0.84))
    if rng.random() < 0.5:
        scene.easel.fill(
            ellipse(x + size * 0.5, y - size * 0.2, size * 0.92, size * 0.92), hsv(240, 0.6, 0.27)
        )


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
    rng = _day(scene, 90)
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
    _sky(scene, hsv(140, 0.2, 0.9), hsv(70, 0.25, 1.0), 80)
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
    rng = _day(scene, 80)
    _clouds(scene, rng, 4, 36)
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


def draw_city(scene: Scene) -> None:
    """Draw a skyline at night with lit windows."""
    rng = _night(scene)
    _stars(scene, rng, 30, 40)
    for depth, value in enumerate((0.34, 0.2)):
        x = -2.0
        while x < scene.wide:
            width, top = rng.uniform(8, 17), rng.uniform(28, 62) + depth * 14
            scene.easel.fill(box(x, top, x + width, 101), hsv(238, 0.45, value))
            _windows(scene, (x, top), width, rng)
            x += width + rng.uniform(0, 2)


def _windows(scene: Scene, corner: Point, width: float, rng: Random) -> None:
    x, y = corner
    for j in range(int((98 - y) / 5)):
        for i in range(int(width / 4)):
            if rng.random() < 0.45:
                left, top = x + 1.4 + i * 4, y + 2 + j * 5
                scene.easel.fill(
                    box(left, top, left + 1.7, top + 2.2), Colour(1.0, 0.88, 0.55), 0.9
                )


def draw_snow(scene: Scene) -> None:
    """Draw a winter day with falling snow."""
    rng = scene.chance("snow")
    _sky(scene, hsv(215, 0.3, 0.75), hsv(215, 0.1, 0.95), 80)
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


def draw_rain(scene: Scene) -> None:
    """Draw a grey sky and slanted rain."""
    rng = scene.chance("rain")
    _sky(scene, hsv(218, 0.25, 0.45), hsv(212, 0.18, 0.68))
    for _ in range(4):
        at = (rng.uniform(0, scene.wide), rng.uniform(2, 20))
        _cloud(scene, at, rng.uniform(14, 24), hsv(218, 0.18, 0.58), rng)
    for _ in range(60):
        x, y, size = rng.uniform(0, scene.wide), rng.uniform(-5, 100), rng.uniform(4, 10)
        scene.easel.stroke([(x, y), (x - size * 0.2, y + size)], [0.12, 0.3], WHITE, 0.5)
