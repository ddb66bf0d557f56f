"""Cartoon hair: one flat mass with a plain hairline."""

from itertools import pairwise
from random import Random

from training.pictures.attributes import Gender
from training.pictures.curves import Point, joined
from training.pictures.figure import Figure
from training.pictures.hair_front import crown_points, crown_size


def draw_cartoon_hair(figure: Figure) -> None:
    """Draw the hair over the brow: a cap, a swoop, spikes or curls."""
    rng = figure.trait("cartoon hair")
    girl = figure.person.traits.gender is Gender.GIRL
    kind = rng.choice(("cap", "swoop", "curls", "parting") if girl else ("cap", "swoop", "spikes"))
    path = joined(*_outline(figure, kind, rng))
    easel = figure.easel
    easel.shaded(path, figure.hair, 5.0)
    if rng.random() < 0.5:
        width, top = crown_size(figure)
        for side in (-1.0, 1.0):
            x = side * width * 0.35
            easel.fold([(x, top + 12.0), (x * 1.3, top + 24.0)], figure.hair)


def _outline(figure: Figure, kind: str, rng: Random) -> list[list[Point]]:
    width, top = crown_size(figure)
    crown = crown_points(width, top)
    if kind == "spikes":
        crown = _spiked(crown, rng)
    elif kind == "curls":
        crown = [(x * (1.08 if i % 2 else 0.98), y) for i, (x, y) in enumerate(crown)]
    return [crown, *_hairline(kind, crown[-1], crown[0], rng)]


def _spiked(crown: list[Point], rng: Random) -> list[Point]:
    """Return the outline with every other point pulled out."""
    spiked: list[Point] = [crown[0]]
    for a, b in pairwise(crown):
        pull = rng.uniform(1.12, 1.3)
        spiked += [((a[0] + b[0]) / 2 * pull, (a[1] + b[1]) / 2 * pull), b]
    return spiked


def _hairline(kind: str, right: Point, left: Point, rng: Random) -> list[list[Point]]:
    """Return the runs from the right temple to the left one."""
    high = rng.uniform(-38.0, -26.0)
    inner, outer = right[0] - 9.0, left[0] + 9.0
    first: list[Point] = [right, (inner, 12.0), (inner - 2.0, -12.0)]
    last: list[Point] = [(outer + 2.0, -12.0), (outer, 12.0), left]
    if kind == "parting":
        peak = (rng.uniform(-12, 12), high - 14.0)
        return [first, [first[-1], (peak[0] + 14, high + 4), peak],
                [peak, (peak[0] - 14, high + 4), last[0]], last]  # fmt: skip
    if kind == "swoop":
        low = rng.choice((first[-1], last[0]))
        return [
            first,
            [first[-1], (low[0] * 0.5, high + 14.0), (-low[0] * 0.4, high), last[0]],
            last,
        ]
    return [first, [first[-1], (inner * 0.5, high), (outer * 0.5, high), last[0]], last]
