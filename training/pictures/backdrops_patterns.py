"""Printed backdrops: halftone, flowers, two tones, a grid, rays, and washes of watercolour."""

import math

from training.pictures.backdrops_simple import draw_gradient
from training.pictures.curves import Point, at_angle, box, ellipse, polygon, smooth
from training.pictures.palette import WHITE, Colour, hsv
from training.pictures.scene import Scene


def _paler(scene: Scene, share: float) -> Colour:
    """Return a lighter neighbour of the colour; of white, a darker one."""
    if scene.colour.luma > 0.9:
        return scene.colour.times(Colour(0.84, 0.86, 0.92))
    return scene.colour.mix(WHITE, share)


def draw_halftone(scene: Scene) -> None:
    """Draw dots that grow towards one side."""
    rng = scene.chance("halftone")
    scene.easel.fill(scene.room, _paler(scene, 0.7))
    step, upwards = rng.uniform(4.0, 7.0), rng.random() < 0.5
    for j in range(int(100 / step) + 2):
        share = j * step / 100.0
        radius = step * 0.68 * (1.0 - share if upwards else share)
        if radius < 0.15 * step:
            continue
        for i in range(int(scene.wide / step) + 2):
            at = ((i + 0.5 * (j % 2)) * step, j * step)
            scene.easel.fill(ellipse(*at, radius, radius), scene.colour)


def draw_floral(scene: Scene) -> None:
    """Scatter blossoms over a pale ground."""
    rng = scene.chance("floral")
    scene.easel.fill(scene.room, _paler(scene, 0.6))
    petals = rng.choice((5, 5, 6))
    for _ in range(int(scene.wide * 0.2) + 6):
        at = (rng.uniform(0, scene.wide), rng.uniform(0, 100))
        size, turn = rng.uniform(3.0, 9.0), rng.uniform(0, 360)
        tone = scene.colour.mix(WHITE, rng.uniform(0.0, 0.35))
        for k in range(petals):
            _petal(scene, at, (turn + 360.0 * k / petals, size), tone)
        scene.easel.fill(ellipse(*at, size * 0.2, size * 0.2), hsv(48, 0.5, 1.0))


def _petal(scene: Scene, at: Point, reach: Point, tone: Colour) -> None:
    """Draw one petal; ``reach`` is its direction in degrees and its length."""
    degrees, size = reach
    middle = [at_angle(at, degrees + side, size * 0.7) for side in (-24.0, 24.0)]
    tip = [at_angle(at, degrees + side, size) for side in (-8.0, 8.0)]
    scene.easel.fill(smooth([at, middle[0], *tip, middle[1]]), tone, 0.9)


def draw_two_tone(scene: Scene) -> None:
    """Divide the room into the colour and a paler one."""
    rng = scene.chance("two tones")
    scene.easel.fill(scene.room, scene.colour)
    cut, slant = scene.wide * rng.uniform(0.3, 0.7), rng.uniform(-40, 40)
    half = [(cut + slant, -1), (scene.wide + 1, -1), (scene.wide + 1, 101), (cut - slant, 101)]
    scene.easel.fill(polygon(half), _paler(scene, rng.uniform(0.45, 0.8)))


def draw_grid(scene: Scene) -> None:
    """Draw a grid of thin lines."""
    rng = scene.chance("grid")
    scene.easel.fill(scene.room, _paler(scene, 0.75))
    step, thick = rng.uniform(7, 14), rng.uniform(0.4, 1.0)
    for i in range(int(scene.wide / step) + 1):
        scene.easel.fill(box(i * step, -1, i * step + thick, 101), scene.colour)
    for j in range(int(100 / step) + 1):
        scene.easel.fill(box(-1, j * step, scene.wide + 1, j * step + thick), scene.colour)


def draw_sunburst(scene: Scene) -> None:
    """Draw rays from a place in the picture."""
    rng = scene.chance("sunburst")
    scene.easel.fill(scene.room, _paler(scene, rng.uniform(0.4, 0.75)))
    centre = (scene.wide * rng.uniform(0.3, 0.7), rng.uniform(30, 110))
    rays, turn, far = rng.choice((10, 14, 18)), rng.uniform(0, 30), scene.wide + 150.0
    for k in range(rays):
        start = turn + 360.0 * k / rays
        ends = [at_angle(centre, start + side, far) for side in (0.0, 180.0 / rays)]
        scene.easel.fill(polygon([centre, *ends]), scene.colour)


def draw_watercolour(scene: Scene) -> None:
    """Lay washes with darker rims over each other on white paper."""
    rng, easel = scene.chance("washes"), scene.easel
    if rng.random() < 0.4:
        draw_gradient(scene)
    else:
        easel.fill(scene.room, WHITE)
    for _ in range(9):
        x, y = rng.uniform(0, scene.wide), rng.uniform(0, 100)
        size, tone = rng.uniform(12, 38), _paler(scene, rng.uniform(0.0, 0.6))
        points = []
        for k in range(11):
            angle, reach = math.tau * k / 11, size * rng.uniform(0.6, 1.1)
            points.append((x + math.cos(angle) * reach, y + math.sin(angle) * reach))
        wash = smooth(points)
        easel.haze(wash, tone, 1.5, 0.3)
        easel.fill(wash, tone, 0.12)
