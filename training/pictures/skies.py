"""Skies by day and night, seas, rain and towns."""

from random import Random

import skia

from training.pictures.curves import Point, box, ellipse, joined, polygon, smooth
from training.pictures.palette import WHITE, Colour, hsv
from training.pictures.scene import Scene


def fill_sky(scene: Scene, high: Colour, low: Colour, horizon: float = 100.0) -> None:
    """Blend the whole room from a high to a low colour."""
    scene.easel.blend(scene.room, ((0, 0), (0, horizon)), ((high, 1.0), (low, 1.0)))


def day_sky(scene: Scene, horizon: float = 100.0) -> Random:
    """Draw a blue sky down to a horizon; return the chances of what is on it."""
    rng = scene.chance("sky")
    hue = rng.uniform(198, 220)
    fill_sky(
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


def clouds(scene: Scene, rng: Random, count: int, low: float, colour: Colour = WHITE) -> None:
    """Draw clouds between the top and a height."""
    for _ in range(count):
        at = (rng.uniform(-0.05, 1.05) * scene.wide, rng.uniform(6, low))
        _cloud(scene, at, rng.uniform(7, 17), colour, rng)


def draw_sky(scene: Scene) -> None:
    """Draw a blue sky with clouds."""
    rng = day_sky(scene)
    clouds(scene, rng, 5, 95)


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
    rng = day_sky(scene, 60)
    clouds(scene, rng, 4, 44)
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
    fill_sky(scene, hsv(rng.uniform(255, 285), 0.45, 0.6), hsv(rng.uniform(22, 38), 0.75, 1.0), 66)
    x = scene.wide * rng.uniform(0.2, 0.8)
    scene.easel.glow((x, 58), 44, Colour(1.0, 0.85, 0.5), 0.8)
    scene.easel.fill(ellipse(x, 58, 8.5, 8.5), Colour(1.0, 0.95, 0.8))
    clouds(scene, rng, 4, 44, Colour(1.0, 0.72, 0.6))
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
    fill_sky(
        scene, hsv(hue, 0.7, rng.uniform(0.14, 0.24)), hsv(hue - 12, 0.5, rng.uniform(0.4, 0.62))
    )
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


def draw_rain(scene: Scene) -> None:
    """Draw a grey sky and slanted rain."""
    rng = scene.chance("rain")
    fill_sky(scene, hsv(218, 0.25, 0.45), hsv(212, 0.18, 0.68))
    for _ in range(4):
        at = (rng.uniform(0, scene.wide), rng.uniform(2, 20))
        _cloud(scene, at, rng.uniform(14, 24), hsv(218, 0.18, 0.58), rng)
    for _ in range(60):
        x, y, size = rng.uniform(0, scene.wide), rng.uniform(-5, 100), rng.uniform(4, 10)
        scene.easel.stroke([(x, y), (x - size * 0.2, y + size)], [0.12, 0.3], WHITE, 0.5)
