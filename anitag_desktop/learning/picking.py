"""Picking: which of many questions are asked, so that the answers teach as much as they can.

One after the other is drawn, with chances in proportion to what it is worth (always asking the most
doubtful teaches of odd pictures only), divided among the tags by how many answers they have. What
is nearly the same picture is not asked about twice.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.learning.space import Floats, Vectors

ALIKE = 0.97
"""From this cosine on two pictures are nearly the same."""


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
    open_worth = offer.worth.astype(np.float64)
    answers = offer.answers.astype(np.float64)
    picked: list[int] = []
    while len(picked) < count:
        chances = np.cumsum(open_worth / (1 + answers[offer.tags]))
        if not len(chances) or chances[-1] <= 0:
            break
        place = int(np.searchsorted(chances, draw.random() * chances[-1], side="right"))
        picked.append(place)
        answers[offer.tags[place]] += 1
        open_worth[_covered(offer, place)] = 0
    return picked


def _covered(offer: Offer, place: int) -> NDArray[np.intp]:
    """Return the questions that need no asking once that at ``place`` is: it, and its likes."""
    same_tag = np.flatnonzero(offer.tags == offer.tags[place])
    alike = offer.vectors[offer.pictures[same_tag]] @ offer.vectors[offer.pictures[place]]
    return np.append(same_tag[alike >= ALIKE], place)
