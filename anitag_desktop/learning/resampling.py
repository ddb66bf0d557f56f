"""Resampling: how sure a difference between two models is, by drawing pictures again and again.

Answers about look-alikes are not independent, so whole groups are drawn (the cluster bootstrap of
Efron and Tibshirani 1993, "An Introduction to the Bootstrap"), and both models answer for the same
draw, so that what makes a group hard or easy for both does not blur the difference.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

DRAWS = 1_000
CERTAINTY = 0.98
"""The part of the draws that an interval holds: it lies under one end in 1 of 100."""

Numbers = NDArray[np.float64]


class Answers(NamedTuple):
    """Held-out answers, one a row: the group of the picture, the tag, what is right, what was said.

    ``groups`` and ``tags`` are numbers from 0 on; ``has``, ``old`` and ``new`` are truth values.
    """

    groups: NDArray[np.intp]
    tags: NDArray[np.intp]
    has: NDArray[np.bool_]
    old: NDArray[np.bool_]
    new: NDArray[np.bool_]

    def where(self, rows: NDArray[np.bool_]) -> "Answers":
        """Return some of the rows."""
        groups, tags, has, old, new = self
        return Answers(groups[rows], tags[rows], has[rows], old[rows], new[rows])


class Interval(NamedTuple):
    """A figure with the ends of its interval; all NaN where nothing can be said."""

    value: float
    low: float
    high: float


class Compared(NamedTuple):
    """Two models on the same answers; ``yes`` and ``no`` are how many are right of each kind."""

    yes: int
    no: int
    old: Interval
    new: Interval
    difference: Interval


def compare(answers: Answers, seed: int = 0) -> Compared:
    """Return the balanced accuracy of both models: the mean of what is found and left out rightly.

    It is 0.5 for whoever guesses, however often the answer is yes. With answers of one kind only
    it is the part of these that is right.
    """
    counts = _counts(answers)
    if not len(counts):
        unknown = Interval(np.nan, np.nan, np.nan)
        return Compared(0, 0, unknown, unknown, unknown)
    drawn = _accuracies(draws_of(len(counts), seed) @ counts)
    whole = _accuracies(counts.sum(0)[None])[0]
    old, new = (interval_of(whole[i], drawn[:, i]) for i in (0, 1))
    difference = interval_of(whole[1] - whole[0], drawn[:, 1] - drawn[:, 0])
    yes = int(answers.has.sum())
    return Compared(yes, len(answers.has) - yes, old, new, difference)


def draws_of(groups: int, seed: int = 0) -> NDArray[np.int64]:
    """Return how often each of ``groups`` comes in each draw: a row of them a draw."""
    shares = np.full(groups, 1 / groups)
    return np.random.default_rng(seed).multinomial(groups, shares, DRAWS)


def interval_of(value: float, drawn: Numbers) -> Interval:
    """Return a figure with the ends between which it lies in the draws."""
    known = drawn[~np.isnan(drawn)]
    if not len(known) or np.isnan(value):
        return Interval(np.nan, np.nan, np.nan)
    tail = 50 * (1 - CERTAINTY)
    low, high = np.percentile(known, [tail, 100 - tail])
    return Interval(float(value), float(low), float(high))


def _counts(answers: Answers) -> Numbers:
    """Return a row for each group: answers yes, no, and of each the rightly given, old and new."""
    groups = np.unique(answers.groups, return_inverse=True)[1]
    size = int(groups.max(initial=-1)) + 1
    columns = [answers.has, ~answers.has]
    for said in (answers.old, answers.new):
        columns += [answers.has & said, ~answers.has & ~said]
    return np.stack(
        [np.bincount(groups, column.astype(np.float64), size) for column in columns], axis=1
    )


def _accuracies(sums: Numbers) -> Numbers:
    """Return the balanced accuracies of old and new (a row of two) for each row of sums."""
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = sums[:, 2:].reshape(-1, 2, 2) / sums[:, None, :2]
    has_any = ~np.isnan(parts)
    with np.errstate(invalid="ignore"):
        found: Numbers = np.where(has_any, parts, 0).sum(2) / has_any.sum(2)
    return found
