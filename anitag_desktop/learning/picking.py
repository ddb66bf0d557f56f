"""Picking: which of many questions are asked, so that the answers teach as much as they can.

One after the other is drawn, with chances in proportion to the square of what it is worth (always
asking the most doubtful teaches of odd pictures only, asking with chances like the worth itself of
too much that is hardly in doubt), divided among the tags by how many answers they have. An answer
tells of pictures alike, too: what is left to ask of those falls by the square of the cosine, the
share of their vector that was just asked about, and nearly the same picture is not asked about
twice.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.learning.space import Floats, Vectors

ALIKE = 0.97
"""From this cosine on two pictures are nearly the same."""

_SHARPNESS = 2
"""The power of the worth; docs/learning.md has what others gave."""


class Offer(NamedTuple):
    """The questions to pick from, an entry for each: what it is worth, its picture and its tag.

    ``pictures`` are rows of ``vectors`` (at length 1, or zeros where a picture has none), ``tags``
    are places in ``answers``, which has how many answers each tag has.
    """

    worth: Floats
    pictures: NDArray[np.intp]
    tags: NDArray[np.intp]
    vectors: Vectors
    answers: NDArray[np.intp]


def pick(offer: Offer, count: int, seed: int) -> list[int]:
    """Return the places of at most ``count`` questions, in the order drawn.

    The same ``seed`` draws the same.
    """
    draw = np.random.default_rng(seed)
    open_worth = offer.worth.astype(np.float64) ** _SHARPNESS
    answers = offer.answers.astype(np.float64)
    picked: list[int] = []
    while len(picked) < count:
        chances = np.cumsum(open_worth / (1 + answers[offer.tags]))
        if not len(chances) or chances[-1] <= 0:
            break
        place = int(np.searchsorted(chances, draw.random() * chances[-1], side="right"))
        picked.append(place)
        answers[offer.tags[place]] += 1
        same_tag = np.flatnonzero(offer.tags == offer.tags[place])
        open_worth[same_tag] *= _left(offer, same_tag, place)
        open_worth[place] = 0
    return picked


def _left(offer: Offer, others: NDArray[np.intp], place: int) -> Floats:
    """Return what is left to learn of some questions, 0 to 1, once that at ``place`` is asked."""
    alike = offer.vectors[offer.pictures[others]] @ offer.vectors[offer.pictures[place]]
    told = np.where(alike >= ALIKE, np.float32(1), np.clip(alike, 0, 1))
    left: Floats = 1 - told**2
    return left
