"""Rooms: a window with curtains, and a classroom."""

from training.pictures.curves import box, joined, polygon
from training.pictures.palette import WHITE, Colour, hsv
from training.pictures.scene import Scene


def draw_window(scene: Scene) -> None:
    """Draw a wall with a bright window between curtains."""
    rng, easel, w = scene.chance("window"), scene.easel, scene.wide
    wall = hsv(rng.uniform(20, 50), rng.uniform(0.08, 0.25), rng.uniform(0.75, 0.95))
    easel.fill(scene.room, wall)
    middle, half = w * rng.uniform(0.3, 0.7), max(26.0, w * 0.3)
    pane = box(middle - half, 6, middle + half, 64)
    easel.blend(pane, ((0, 6), (0, 64)), ((hsv(205, 0.5, 1.0), 1.0), (hsv(195, 0.12, 1.0), 1.0)))
    frame = Colour(0.97, 0.96, 0.93)
    for x in (middle - half, middle, middle + half):
        easel.fill(box(x - 1.6, 5, x + 1.6, 65), frame)
    for y in (6.0, 34.0, 64.0):
        easel.fill(box(middle - half - 2, y - 1.4, middle + half + 2, y + 1.4), frame)
    cloth = scene.colour.mix(WHITE, 0.45)
    for side in (-1.0, 1.0):
        x = middle + side * half
        curtain = joined(
            [(x - side * 9, 2), (x - side * 14, 36), (x - side * 3, 74)],
            [(x - side * 3, 74), (x + side * 13, 74)],
            [(x + side * 13, 74), (x + side * 14, 2)],
            [(x + side * 14, 2), (x - side * 9, 2)],
        )
        easel.fill(curtain, cloth)
        for i in range(3):
            line = [
                (x + side * (i * 6 - 4), 3),
                (x + side * (i * 5 - 6), 38),
                (x + side * (i * 5), 73),
            ]
            easel.line(line, 1.2, easel.style.shade(cloth))
    easel.fill(box(-1, 84, w + 1, 101), wall.times(Colour(0.7, 0.6, 0.52)))
    ray = polygon(
        [
            (middle - half, 64),
            (middle + half, 64),
            (middle + half + 30, 101),
            (middle - half + 20, 101),
        ]
    )
    easel.fill(ray, WHITE, 0.16)


def draw_classroom(scene: Scene) -> None:
    """Draw a chalkboard and rows of desks."""
    rng, easel, w = scene.chance("classroom"), scene.easel, scene.wide
    easel.fill(scene.room, Colour(0.93, 0.9, 0.82))
    board = box(w * 0.08, 12, w * 0.92, 50)
    easel.fill(box(w * 0.08 - 1.6, 10.4, w * 0.92 + 1.6, 51.6), Colour(0.6, 0.45, 0.3))
    easel.fill(board, Colour(0.2, 0.4, 0.33))
    for i in range(4):
        y = 20 + i * 7
        x = w * rng.uniform(0.12, 0.5)
        easel.stroke([(x, y), (x + rng.uniform(8, 22), y + 0.5)], [0.35, 0.35], WHITE, 0.7)
    easel.fill(box(-1, 66, w + 1, 101), Colour(0.76, 0.62, 0.46))
    for row, level in enumerate((66.0, 78.0)):
        size = 13.0 + 6.0 * row
        for i in range(int(w / size) + 1):
            x = i * size * 1.35 - row * 6
            easel.fill(
                polygon(
                    [(x + 2, level), (x + size - 2, level), (x + size, level + 5), (x, level + 5)]
                ),
                Colour(0.85, 0.68, 0.47),
            )
            easel.fill(box(x, level + 5, x + size, level + 7), Colour(0.62, 0.46, 0.32))
            for leg in (x + 1, x + size - 2):
                easel.fill(box(leg, level + 7, leg + 1, level + 17), Colour(0.5, 0.5, 0.54))
