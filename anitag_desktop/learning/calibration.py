r"""Calibration: what the score of a row means, and from which score on it counts.

Shares: rows are learnt again on parts of the evidence, and asked about the rest: of pictures that a
row has seen, it is too sure. From these answers come two numbers for each row (Platt,
"Probabilistic outputs for support vector machines", 1999), after which a score is a share of
pictures. This is done where many more pictures are known without the tag than with it; elsewhere
the score of the row is taken for the share.

Thresholds: F1 is best on the pictures that nobody spoke of if the threshold maximises

.. math:: 2 \sum_{p_i \ge t} p_i \Big/ \Big(|\{i: p_i \ge t\}| + \sum_i p_i\Big)

over the shares of a sample of them (plug-in rule: Lewis, "Evaluating and optimizing autonomous text
classification systems", SIGIR 1995). Counting F1 on the answers themselves would say how well rows
do on what was asked, and the review asks what is doubtful; which of two alike pictures has a tag
does not depend on which was asked. With few answers the shares are nearly the model's own.

Where all answers are no, the scores are taken for too high, by as much as is likeliest (with a
normal prior), and the tag comes only where it is more likely than not even so.

Both need fair evidence: answers to questions, or pictures that were looked through. People who only
say what is there, or only correct mistakes, speak the more of pictures the less these are as the
model says: rows that hear mostly that go by the threshold of the model that they are anchored to,
and leave it for one half only slowly, as more pictures are said to have the tag (docs/learning.md
has the measurements).
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.learning import rows
from anitag_desktop.learning.rows import Evidence, Rows
from anitag_desktop.learning.space import Floats, Vectors

LEAST = 5
"""So many pictures with a tag have to be known."""

WITHOUT = 4
"""So many times as many pictures without it."""

_FOLDS = 3
_MOST = 1_000
"""So many pictures of which the user spoke are asked about, and so many others, for each row."""

_PULL = 3.0
_HALF = 0.5
_LOWEST, _HIGHEST = 0.2, 0.95
"""A tag that is less likely than one in five is never given: a row that knows nothing would give it
to every picture."""


_CAUTION = 5.0
"""So many pictures with a tag draw its threshold halfway from the model's to one half."""

_FEW = 2.0
"""With fewer pictures that have a tag a fitted threshold hangs on scores alone, and would give a
tag of which the model knows nothing to most pictures."""

_FAIR_CAUTION = 0.5
"""Until then so many words draw it halfway from the model's to the fitted."""

_ERROR = 5.0
"""By how much scores may be too high before anything is said: the variance, of logits."""

_SUREST = 0.99
"""A threshold over it only says never."""


class Calibration(NamedTuple):
    """A number for each row: ``slopes`` (over 0) and ``offsets`` of logits, and ``thresholds``."""

    slopes: Floats
    offsets: Floats
    thresholds: Floats

    def logits(self, found: Floats) -> Floats:
        """Return the logits of shares, for logits (picture, row) of rows."""
        return found * self.slopes + self.offsets

    def of(self, places: Sequence[int]) -> "Calibration":
        """Return what holds for some rows."""
        return Calibration(*(part[list(places)] for part in self))

    def joined(self, other: "Calibration") -> "Calibration":
        """Return what holds for these rows and for those behind them."""
        return Calibration(*(np.concatenate(both) for both in zip(self, other, strict=True)))


def plain(count: int) -> Calibration:
    """Return what changes no score, with thresholds of one half."""
    values = (np.full(count, value, np.float32) for value in (1, 0, _HALF))
    return Calibration(*values)


def anchored(fitted: float, own: float, positives: float, negatives: float) -> float:
    """Return the threshold of a tag whose model counts it from ``own`` on.

    ``positives`` is how many pictures have it, as was said, ``negatives`` how many have it not. One
    that was fitted to fair evidence holds from ``_FEW`` pictures with the tag on. Before, and where
    none could be fitted (one half), few words do not let a tag come or go everywhere; words against
    it alone leave the model's where nothing is known of the rest, and never make it higher.
    """
    if fitted == _HALF:
        return _drawn(own, _HALF, positives, _CAUTION) if positives else own
    if not positives:
        return min(own, fitted)
    if positives >= _FEW:
        return fitted
    return _drawn(own, fitted, positives + negatives, _FAIR_CAUTION)


def _drawn(own: float, goal: float, words: float, caution: float) -> float:
    """Return a threshold between ``own`` and ``goal``, by logits, halfway by ``caution`` words."""
    share = caution / (words + caution)
    logit = share * _logit(min(max(own, 1 - _SUREST), _SUREST)) + (1 - share) * _logit(goal)
    return 1 / (1 + math.exp(-logit))


def _logit(value: float) -> float:
    return math.log(value / (1 - value))


def fit(vectors: Vectors, evidence: Sequence[Evidence], learnt: Rows) -> Calibration:
    """Return the calibration of rows that were ``learnt`` from ``evidence``."""
    found = plain(len(evidence))
    worth = [row for row, one in enumerate(evidence) if _is_worth_it(one)]
    some = [_slim(evidence[row]) for row in worth]
    for row, one, logits in zip(worth, some, _held_out(vectors, some), strict=True):
        found.slopes[row], found.offsets[row] = _line(logits, one.wanted[: one.heard])
    for row, one in enumerate(evidence):
        if row in worth or 0 < one.heard <= 2 * one.answers:
            logits = _of_nobody(vectors, one, learnt, row)
            shares = _sigmoid(logits * found.slopes[row] + found.offsets[row])
            found.thresholds[row] = max(_threshold(shares), _discredited(one))
    return found


def _is_worth_it(one: Evidence) -> bool:
    having = float(one.wanted[: one.heard].sum())
    return having >= LEAST and one.heard - having >= WITHOUT * having


def _slim(one: Evidence) -> Evidence:
    """Leave out what is too much; what stays is spread over all."""
    heard = _spread(0, one.heard)
    kept = np.concatenate((heard, _spread(one.heard, len(one.places))))
    return one.some(kept, len(heard))


def _spread(first: int, end: int) -> NDArray[np.intp]:
    count = min(_MOST, end - first)
    return np.linspace(first, end - 1, count).astype(np.intp)


def _held_out(vectors: Vectors, evidence: Sequence[Evidence]) -> list[Floats]:
    """Return, of the pictures that the user spoke of, logits of rows that did not see them."""
    found = [np.empty(one.heard, np.float32) for one in evidence]
    for fold in range(_FOLDS if evidence else 0):
        learnt = rows.learn(vectors, [_without(one, fold) for one in evidence])
        for row, one in enumerate(evidence):
            places = one.places[fold : one.heard : _FOLDS]
            own = vectors[places] @ learnt.weights[row] + learnt.biases[row]
            found[row][fold::_FOLDS] = own + one.logits[fold : one.heard : _FOLDS]
    return found


def _without(one: Evidence, fold: int) -> Evidence:
    number = np.arange(len(one.places))
    kept = (number % _FOLDS != fold) | (number >= one.heard)
    return one.some(kept)


def _line(logits: Floats, wanted: Floats) -> tuple[float, float]:
    """Return slope and offset that make shares of logits; few pictures leave them near 1 and 0."""
    from scipy.optimize import minimize

    def loss(line: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slope = np.exp(line[0])
        every = slope * logits + line[1]
        wrong = _sigmoid(every) - wanted
        entropy = float(np.sum(np.logaddexp(0, every) - wanted * every))
        slopes = np.array([np.sum(wrong * logits) * slope, np.sum(wrong)])
        return entropy + _PULL / 2 * float(line @ line), slopes + _PULL * line

    best = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(-3, 3), (-9, 9)]).x
    return float(np.exp(best[0])), float(best[1])


def _of_nobody(vectors: Vectors, one: Evidence, learnt: Rows, row: int) -> Floats:
    """Return the logits of the pictures that nobody spoke of."""
    is_open = (one.wanted > 0) & (one.wanted < 1)
    is_open[: one.heard] = False
    own: Floats = vectors[one.places[is_open]] @ learnt.weights[row] + learnt.biases[row]
    return own + one.logits[is_open]


def _threshold(shares: Floats) -> float:
    """Return from which share on F1 is best to be expected, one half where there are none."""
    if not len(shares):
        return _HALF
    falling = np.sort(shares)[::-1]
    having = np.cumsum(falling)
    expected = having / (np.arange(1, len(falling) + 1) + having[-1])
    best = int(expected.argmax())
    return float(np.clip(falling[best : best + 2].mean(), _LOWEST, _HIGHEST))


def _discredited(one: Evidence) -> float:
    """Return which score still means one half where all words were against the tag, 0 elsewhere."""
    from scipy.optimize import brentq

    if not one.heard or one.wanted[: one.heard].any():
        return 0.0
    logits = one.logits[: one.heard].astype(np.float64)

    def slope(by: float) -> float:
        return float(_sigmoid(logits - by).sum()) - by / _ERROR

    return 1 / (1 + math.exp(-brentq(slope, 0, _ERROR * one.heard)))


def _sigmoid(logits: NDArray[np.floating]) -> Floats:
    from scipy.special import expit

    found: Floats = expit(logits)
    return found
