r"""Calibration: what the score of a row means, and from which score on it counts.

Rows are learnt again on parts of the evidence, and asked about the rest: of pictures that a row has
seen, it is too sure. From these answers come two numbers for each row (Platt, "Probabilistic
outputs for support vector machines", 1999), after which a score is a share of pictures, and the
threshold with the best F1, drawn towards one half where few pictures speak:

.. math:: p = \sigma(a \cdot z + b),\ a > 0 \qquad t = \frac{n\,t_{own} + 30 \cdot 0.5}{n + 30}

Both need pictures without the tag as well as with it. People who only say what is there, or only
correct mistakes, tell nothing of how common a tag is: measured on 22 hair and eye colours, F1 falls
by .01 to .03 if thresholds are fitted to that, while it rises by .01 where whole pictures were
looked through. So rows with few negatives stay as they are.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.learning import rows
from anitag_desktop.learning.rows import Evidence
from anitag_desktop.learning.space import Floats, Vectors

LEAST = 5
"""So many pictures with a tag have to be known."""

WITHOUT = 4
"""So many times as many pictures without it."""

_FOLDS = 3
_MOST = 1_000
"""So many pictures of which the user spoke are asked about, and so many others, for each row."""

_PRIOR = 30
_PULL = 3.0
_LOWEST, _HIGHEST = 0.06, 0.95
"""Scores under .05 are not kept."""


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
    values = (np.full(count, value, np.float32) for value in (1, 0, 0.5))
    return Calibration(*values)


def fit(vectors: Vectors, evidence: Sequence[Evidence]) -> Calibration:
    """Return the calibration of rows that are learnt from ``evidence``."""
    found = plain(len(evidence))
    worth = [row for row, one in enumerate(evidence) if _is_worth_it(one)]
    some = [_slim(evidence[row]) for row in worth]
    for row, one, logits in zip(worth, some, _held_out(vectors, some), strict=True):
        wanted = one.wanted[: one.heard]
        slope, offset = _line(logits, wanted)
        threshold = _threshold(logits, wanted)
        found.slopes[row], found.offsets[row] = slope, offset
        share = _sigmoid(slope * np.log(threshold / (1 - threshold)) + offset)
        found.thresholds[row] = np.clip(share, _LOWEST, _HIGHEST)
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


def _threshold(logits: Floats, wanted: Floats) -> float:
    """Return from which score (not calibrated) on F1 is best, drawn towards one half."""
    order = np.argsort(-logits)
    having = np.cumsum(wanted[order])
    measured = 2 * having / (np.arange(1, len(order) + 1) + wanted.sum())
    best = int(measured.argmax())
    between = logits[order[best : best + 2]]
    own = float(_sigmoid(between).mean())
    count = float(wanted.sum())
    return float(np.clip((count * own + _PRIOR * 0.5) / (count + _PRIOR), 0.05, 0.95))


def _sigmoid(logits: Floats) -> Floats:
    from scipy.special import expit

    found: Floats = expit(logits)
    return found
