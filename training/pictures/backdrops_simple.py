"""Backdrops without depth: plain, gradients and patterns."""

import math

from training.pictures.curves import Point, box, ellipse, polygon, ribbon, smooth
from training.pictures.palette import WHITE, Colour, hsv
from training.pictures.scene import Scene


def draw_white(scene: Scene) -> None:
    """Fill with white."""
    scene.easel.fill(scene.room, WHITE)


def draw_plain(scene: Scene) -> None:
    """Fill with one colour."""
    scene.easel.fill(scene.room, scene.colour)


def draw_gradient(scene: Scene) -> None:
    """Blend the colour with a lighter or darker neighbour."""
    rng = scene.chance("gradient")
    other = (
        scene.colour.mix(WHITE, rng.uniform(0.4, 0.85))
        if rng.random() < 0.7
        else scene.colour.times(Colour(0.6, 0.55, 0.7))
    )
    ends = ((0.0, 0.0), (rng.uniform(-30, 30), 100.0))
    pair = (scene.colour, other) if rng.random() < 0.5 else (other, scene.colour)
    scene.easel.blend(scene.room, ends, ((pair[0], 1.0), (pair[1], 1.0)))


def _ground(scene: Scene) -> Colour:
    """Fill with a lighter shade and return the colour of the pattern."""
    share = 0.55 if scene.colour.luma < 0.9 else 0.0
    ground = scene.colour.mix(WHITE, share)
    scene.easel.fill(scene.room, ground)
    return scene.colour if share else scene.colour.times(Colour(0.86, 0.87, 0.92))


def draw_dots(scene: Scene) -> None:
    """Draw dots in offset rows."""
    ink, step = _ground(scene), scene.chance("dots").uniform(8, 15)
    for j in range(int(100 / step) + 2):
        for i in range(int(scene.wide / step) + 2):
            x, y = (i + 0.5 * (j % 2)) * step, j * step
            scene.easel.fill(ellipse(x, y, step * 0.24, step * 0.24), ink)


def draw_stripes(scene: Scene) -> None:
    """Draw slanted or upright stripes."""
    ink, rng = _ground(scene), scene.chance("stripes")
    step, slant = rng.uniform(8, 16), rng.choice((0.0, 60.0, -60.0))
    for i in range(-10, int(scene.wide / step) + 10):
        x = i * step
        scene.easel.fill(
            polygon([(x, 0), (x + step / 2, 0), (x + step / 2 + slant, 100), (x + slant, 100)]), ink
        )


def draw_checkered(scene: Scene) -> None:
    """Draw a board of squares."""
    ink, step = _ground(scene), scene.chance("check").uniform(8, 16)
    for j in range(int(100 / step) + 1):
        for i in range(int(scene.wide / step) + 1):
            if (i + j) % 2:
                scene.easel.fill(box(i * step, j * step, (i + 1) * step, (j + 1) * step), ink)


def heart_path(x: float, y: float, size: float) -> object:
    """Return a heart around a place."""
    points = []
    for i in range(16):
        t = math.tau * i / 16
        px = 16 * math.sin(t) ** 3
        py = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((x + px * size / 17, y - py * size / 17))
    return smooth(points)


def draw_hearts(scene: Scene) -> None:
    """Scatter hearts."""
    ink, rng = _ground(scene), scene.chance("hearts")
    for _ in range(int(scene.wide * 0.22) + 4):
        size = rng.uniform(2.5, 7.0)
        scene.easel.fill(
            heart_path(rng.uniform(0, scene.wide), rng.uniform(0, 100), size),
            ink,
            rng.uniform(0.5, 1.0),
        )


def draw_glint(scene: Scene, at: Point, size: float, colour: Colour) -> None:
    """Draw a four-pointed star of light."""
    for turn in (0.0, 90.0):
        with scene.easel.placed(at, degrees=turn):
            scene.easel.stroke([(0, -size), (0, 0), (0, size)], [0.05, size * 0.16, 0.05], colour)


def draw_sparkles(scene: Scene) -> None:
    """Scatter glints and soft discs of light."""
    draw_gradient(scene)
    rng = scene.chance("sparkles")
    for _ in range(10):
        scene.easel.glow(
            (rng.uniform(0, scene.wide), rng.uniform(0, 100)), rng.uniform(6, 16), WHITE, 0.5
        )
    for _ in range(14):
        draw_glint(
            scene, (rng.uniform(0, scene.wide), rng.uniform(0, 100)), rng.uniform(2, 7), WHITE
        )


def draw_abstract(scene: Scene) -> None:
    """Draw broad ribbons of related colours."""
    rng = scene.chance("abstract")
    draw_gradient(scene)
    for _ in range(7):
        colour = scene.colour.mix(
            hsv(rng.uniform(0, 360), rng.uniform(0.2, 0.7), 0.95), rng.uniform(0.2, 0.6)
        )
        line = [(rng.uniform(-0.2, 1.2) * scene.wide, rng.uniform(-20, 120)) for _ in range(3)]
        scene.easel.fill(
            ribbon(line, [rng.uniform(1, 12) for _ in range(3)]), colour, rng.uniform(0.25, 0.7)
        )
