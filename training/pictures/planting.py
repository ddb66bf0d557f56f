"""Flaws planted on purpose, for tests and studies of cleaning; their truth is written beside.

A flaw of a numbered picture depends on the seed and the number alone, so the same order always
plants the same flaws, whoever draws which part of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.pictures.attributes import EyeColour, HairColour
from training.pictures.vocabulary import GENERAL

PLANTED_FILE = "planted.jsonl"
Pixels = NDArray[np.uint8]
_SWAPPED = tuple(frozenset(c.value for c in colours) for colours in (HairColour, EyeColour))
"""Groups of tags of which a wrong label says another."""


@dataclass(frozen=True, slots=True)
class Flaws:
    """How many pictures are flawed, as shares in 0..1."""

    duplicates: float = 0.0
    """The same bytes as an earlier picture."""
    look_alikes: float = 0.0
    """An earlier picture cut, shrunk or mirrored."""
    wrong_labels: float = 0.0
    """Tags that are missing, and others that are wrong."""
    long_tail: float = 0.0
    """How unevenly named characters turn up: the k-th as often as k to the power of minus this."""


FLAWLESS = Flaws()


@dataclass(frozen=True, slots=True)
class Planted:
    """What is planted at one number: of which earlier number it is a copy, if any."""

    kind: str = ""
    """``duplicate``, ``look_alike``, ``wrong_labels`` or nothing."""
    of: int | None = None


def planted_at(flaws: Flaws, seed: int, number: int, first: int) -> Planted:
    """Return what is planted at a number of an order that begins with ``first``."""
    rng = Random(f"{seed}/planted/{number}")
    draw, earlier = rng.random(), rng.random()
    if number > first and draw < flaws.duplicates + flaws.look_alikes:
        of = first + int(earlier * (number - first))
        while (older := planted_at(flaws, seed, of, first)).of is not None:
            of = older.of
        return Planted("duplicate" if draw < flaws.duplicates else "look_alike", of)
    if rng.random() < flaws.wrong_labels:
        return Planted("wrong_labels")
    return Planted()


def altered(pixels: Pixels, rng: Random) -> Pixels:
    """Return a look-alike of a picture: cut at the edges, smaller and sometimes mirrored."""
    image = Image.fromarray(pixels)
    width, height = image.size
    left, top = (rng.uniform(0.0, 0.05) * side for side in image.size)
    right, bottom = (side * (1.0 - rng.uniform(0.0, 0.05)) for side in image.size)
    share = rng.uniform(0.7, 1.0)
    size = (max(8, round(width * share)), max(8, round(height * share)))
    image = image.resize(size, Image.Resampling.LANCZOS, (left, top, right, bottom))
    if rng.random() < 0.3:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return np.array(image)


def mislabelled(tags: Sequence[str], rng: Random) -> tuple[list[str], list[str], list[str]]:
    """Return wrong tags for the true ones, then which are missing and which are wrong.

    Hair and eyes get another colour, some tags are forgotten, and one or two are made up.
    """
    missing = {tag for tag in tags if rng.random() < 0.12}
    wrong: set[str] = set()
    for group in _SWAPPED:
        told = [tag for tag in tags if tag in group]
        if told and rng.random() < 0.6:
            missing.add(told[0])
            wrong.add(rng.choice(sorted(group - set(tags))))
    wrong |= {tag for tag in rng.sample(GENERAL, rng.choice((1, 1, 2))) if tag not in tags}
    said = sorted({*tags, *wrong} - missing)
    return said, sorted(missing), sorted(wrong)


def tail_weights(count: int, steepness: float) -> list[float]:
    """Return how often each of ``count`` ranks turns up, the first being 1."""
    return [(rank + 1) ** -steepness for rank in range(count)]
