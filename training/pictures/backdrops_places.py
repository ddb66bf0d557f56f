"""More places: a brick wall, a library, under water, and a wood in autumn."""

from random import Random

from training.pictures.curves import Point, box, ellipse, joined, polygon, smooth
from training.pictures.palette import WHITE, Colour, hsv
from training.pictures.scene import Scene


def draw_bricks(scene: Scene) -> None:
    """Draw a wall of bricks, each in its own shade."""
    rng = scene.chance("bricks")
    clay = hsv(rng.uniform(5, 30), rng.uniform(0.2, 0.55), rng.uniform(0.45, 0.75))
    scene.easel.fill(scene.room, clay.mix(WHITE, 0.4))
    high = rng.uniform(5.0, 8.0)
    long = high * 2.3
    for j in range(int(100 / high) + 1):
        for i in range(int(scene.wide / long) + 2):
            x, y = (i - 0.5 * (j % 2)) * long, j * high
            shade = clay.times(Colour(*[rng.uniform(0.82, 1.08)] * 3))
            scene.easel.fill(box(x + 0.35, y + 0.35, x + long - 0.35, y + high - 0.35), shade)


def draw_library(scene: Scene) -> None:
    """Draw shelves full of books."""
    rng, easel = scene.chance("library"), scene.easel
    wood = hsv(rng.uniform(18, 32), rng.uniform(0.4, 0.6), rng.uniform(0.3, 0.55))
    easel.fill(scene.room, wood.times(Colour(0.55, 0.5, 0.5)))
    shelf = rng.uniform(22, 30)
    for j in range(int(100 / shelf) + 1):
        _books(scene, rng, ((j + 1) * shelf, shelf))
        easel.fill(box(-1, (j + 1) * shelf, scene.wide + 1, (j + 1) * shelf + 2.4), wood)
    for x in (scene.wide * rng.uniform(0.2, 0.3), scene.wide * rng.uniform(0.7, 0.8)):
        easel.fill(box(x, -1, x + 2.6, 101), wood)


def _books(scene: Scene, rng: Random, place: Point) -> None:
    """Draw a row of books; ``place`` is the level that they stand on and the height there is."""
    level, high = place
    x = -1.0
    while x < scene.wide:
        thick = rng.uniform(2.0, 5.0)
        top = level - high * rng.uniform(0.55, 0.85)
        cover = hsv(rng.uniform(0, 360), rng.uniform(0.2, 0.6), rng.uniform(0.35, 0.8))
        scene.easel.fill(box(x, top, x + thick * 0.92, level), cover)
        band = top + (level - top) * 0.2
        scene.easel.fill(box(x, band, x + thick * 0.92, band + 1.0), cover.mix(WHITE, 0.5))
        x += thick if rng.random() < 0.93 else thick * 2.0


def draw_underwater(scene: Scene) -> None:
    """Draw light falling through water, and bubbles."""
    rng, easel = scene.chance("water"), scene.easel
    hue = rng.uniform(180, 215)
    shallow, deep = hsv(hue, 0.45, 0.98), hsv(hue + 12, 0.85, rng.uniform(0.35, 0.6))
    easel.blend(scene.room, ((0, 0), (0, 100)), ((shallow, 1.0), (deep, 1.0)))
    for _ in range(6):
        x, wide = rng.uniform(-10, scene.wide), rng.uniform(3, 12)
        ray = polygon([(x, -1), (x + wide, -1), (x + wide * 2 + 25, 101), (x + 15, 101)])
        easel.haze(ray, WHITE, 1.5, 0.12)
    for _ in range(int(scene.wide * 0.22) + 6):
        x, y, size = rng.uniform(0, scene.wide), rng.uniform(0, 100), rng.uniform(0.8, 4.5)
        easel.fill(ellipse(x, y, size, size), WHITE, 0.22)
        easel.fill(ellipse(x - size * 0.35, y - size * 0.35, size * 0.25, size * 0.25), WHITE, 0.9)


def draw_autumn(scene: Scene) -> None:
    """Draw trees with red and golden leaves, and leaves in the air."""
    rng, easel = scene.chance("autumn"), scene.easel
    easel.blend(scene.room, ((0, 0), (0, 100)), ((hsv(40, 0.12, 1.0), 1), (hsv(34, 0.5, 0.85), 1)))
    bark = hsv(20, 0.45, rng.uniform(0.25, 0.4))
    for i in range(int(scene.wide / 26) + 2):
        x, wide = i * 26 + rng.uniform(-9, 9), rng.uniform(2.0, 5.0)
        trunk = joined(
            [(x - wide, 101), (x - wide * 0.5, 40), (x - wide * 0.3, -1)],
            [(x - wide * 0.3, -1), (x + wide * 0.3, -1)],
            [(x + wide * 0.3, -1), (x + wide * 0.5, 40), (x + wide, 101)],
            [(x + wide, 101), (x - wide, 101)],
        )
        easel.fill(trunk, bark)
    for _ in range(int(scene.wide * 0.7)):
        _foliage(scene, rng)
    for _ in range(int(scene.wide * 0.25)):
        _leaf(scene, rng, (rng.uniform(0, scene.wide), rng.uniform(20, 100)))


def _russet(rng: Random) -> Colour:
    return hsv(rng.uniform(6, 46), rng.uniform(0.6, 0.85), rng.uniform(0.7, 0.98))


def _foliage(scene: Scene, rng: Random) -> None:
    x, y = rng.uniform(-4, scene.wide + 4), 42.0 * rng.random() ** 1.5
    scene.easel.fill(ellipse(x, y, rng.uniform(3, 9), rng.uniform(2, 6)), _russet(rng), 0.8)


def _leaf(scene: Scene, rng: Random, at: Point) -> None:
    size = rng.uniform(1.2, 3.0)
    with scene.easel.placed(at, degrees=rng.uniform(0, 360)):
        leaf = smooth([(0, -size), (size * 0.55, 0), (0, size), (-size * 0.55, 0)])
        scene.easel.fill(leaf, _russet(rng))
