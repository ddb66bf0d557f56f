"""Few shots: how often two models' vectors know characters by a few pictures of each.

Of each character some pictures are drawn as examples, and all others are asked who they show; the
likeliest is counted, as the gallery ranks them. Both models get the same draws.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.learning.gallery import fits
from anitag_desktop.learning.resampling import Interval, draws_of, interval_of
from anitag_desktop.learning.space import Floats, Vectors, middle_of

Rank = Callable[[Vectors, Vectors], Floats]
"""Tells how well vectors (the second ones) fit a character's examples."""

SHOTS = 5
"""So many pictures are the examples of a character; of fewer than ten pictures it is half."""

LEAST_PICTURES = 4
"""Characters with fewer pictures are left out."""

DRAWS = 20

Rights = NDArray[np.float64]
"""For each picture: how often it was asked, and how often the old and the new model were right."""


class FewShots(NamedTuple):
    """Two models on the same draws: parts that are right, 0 to 1; NaN where nothing was asked."""

    characters: int
    pictures: int
    old: Interval
    new: Interval
    difference: Interval


def compare_vectors(
    who: NDArray[np.intp],
    groups: NDArray[np.intp],
    old: Vectors,
    new: Vectors,
    seed: int = 0,
    *,
    rank: Rank = fits,
) -> FewShots:
    """Compare two models' vectors of N pictures (N x E each).

    ``who`` are numbers of the characters that the pictures show, ``groups`` those of look-alikes,
    which are drawn together for the intervals. ``rank`` tells how well pictures fit examples.
    """
    names, counts = np.unique(who, return_counts=True)
    names = names[counts >= LEAST_PICTURES]
    known = np.isin(who, names)
    unknown = Interval(np.nan, np.nan, np.nan)
    if len(names) < 2:
        return FewShots(len(names), int(known.sum()), unknown, unknown, unknown)
    rights = _rights(who[known], [_placed(one[known]) for one in (old, new)], seed, rank)
    places = np.unique(groups[known], return_inverse=True)[1]
    sums: Rights = np.stack([np.bincount(places, column) for column in rights.T], 1).astype(float)
    drawn, whole = _parts(draws_of(len(sums), seed) @ sums), _parts(sums.sum(0)[None])[0]
    before, after = (interval_of(whole[i], drawn[:, i]) for i in (0, 1))
    gain = interval_of(whole[1] - whole[0], drawn[:, 1] - drawn[:, 0])
    return FewShots(len(names), int(known.sum()), before, after, gain)


def draw_examples(
    who: NDArray[np.intp], dice: np.random.Generator, shots: int = SHOTS
) -> list[NDArray[np.intp]]:
    """Return the places of each character's examples, by number of the character."""
    every = [dice.permutation(np.flatnonzero(who == name)) for name in np.unique(who)]
    return [places[: min(shots, len(places) // 2)] for places in every]


def _placed(vectors: Vectors) -> Vectors:
    return middle_of(vectors).place(vectors)


def _rights(who: NDArray[np.intp], models: list[Vectors], seed: int, rank: Rank) -> Rights:
    dice, names = np.random.default_rng(seed), np.unique(who)
    found = np.zeros((len(who), 3))
    for _ in range(DRAWS):
        examples = draw_examples(who, dice)
        asked = np.setdiff1d(np.arange(len(who)), np.concatenate(examples))
        found[asked, 0] += 1
        for column, vectors in enumerate(models, 1):
            ranked = np.stack([rank(vectors[own], vectors[asked]) for own in examples], axis=1)
            found[asked, column] += names[ranked.argmax(axis=1)] == who[asked]
    return found


def _parts(sums: Rights) -> Rights:
    """Return the right parts of old and new for rows of sums; NaN where nothing was asked."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Rights = sums[:, 1:] / sums[:, :1]
    return found
