r"""Reliance: how much of a model's answer a row starts from, tag by tag, as what was said tells.

A row starts from ``reliance`` times the logit of the model's score (or of what is left of it beside
its rivals), and as much of what models answer elsewhere is replayed. A model that knows a tag is
fully relied on, and its row may move little (a strong pull). One that is wrong by habit - it calls
a colour otherwise than this library does - only stands in the way of what vectors alone would
tell: with reliance 0 the row is a plain linear probe.

Rows with each reliance are learnt on parts of what was said and asked about the rest, as in stacked
generalisation (Wolpert, Neural Networks 5, 1992). Of the choices :math:`c` that one is taken which
minimises

.. math:: \sum_i v_i \operatorname{CE}(p_{ci}, y_i) + \text{caution} \cdot (1 - reliance_c)

over held-out pictures :math:`i` with weights :math:`v_i`: few words hold to the model.

People who only correct mistakes make every model look wrong. So where a model is wrong too often
of all that was said, or knows nothing of a tag, its row is anchored as if nobody had asked.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.learning import rows
from anitag_desktop.learning.rows import PULL, Evidence
from anitag_desktop.learning.space import Floats, Vectors

LEAST = 5
"""So many pictures with a tag have to be known, and so many without it, before a row relies on
the model less."""

FAIR = 0.8
"""Of so large a part of what was said a model has to be right: else it may be told its mistakes
more often than the rest. With .6, mistakes and twice as much that was right cost .010 of F1."""


class Anchor(NamedTuple):
    """``reliance``, 0 to 1, on the model's answer, and the ``pull`` on what a row adds to it."""

    reliance: float
    pull: float


USUAL = Anchor(1.0, PULL)
"""Where it cannot be known whether what was said is a fair sample."""

STRONG = Anchor(1.0, 4 * PULL)
"""Where the model knows the tag."""

_CHOICES = STRONG, Anchor(0.5, PULL), Anchor(0.0, PULL)

_CAUTION = 3.0
_FOLDS = 5
_MOST = 300
"""So many pictures of which the user spoke are asked about, and learnt beside so many others."""


def choose(vectors: Vectors, evidence: Sequence[Evidence]) -> list[Anchor]:
    """Return the anchor of each row; none depends on the other rows but for rounding."""
    found = [STRONG if _is_fair(one) else USUAL for one in evidence]
    asked = [row for row, one in enumerate(evidence) if _is_fair(one) and _is_enough(one)]
    losses = _losses(vectors, [_slim(evidence[row]) for row in asked])
    losses += _CAUTION * (1 - np.array([choice.reliance for choice in _CHOICES]))
    for row, best in zip(asked, losses.argmin(axis=1), strict=True):
        found[row] = _CHOICES[best]
    return found


def anchored(one: Evidence, anchor: Anchor) -> Evidence:
    """Return the evidence of a row that starts from no more of the model's answers than that."""
    replayed = one.is_replayed
    weights = np.where(replayed, one.weights * np.float32(anchor.reliance), one.weights)
    logits = one.logits * np.float32(anchor.reliance)
    return one._replace(logits=logits, weights=weights, pull=anchor.pull)


def _is_fair(one: Evidence) -> bool:
    """Tell whether a model says something of the tag, and is mostly right where the user spoke."""
    said, wanted = one.logits[: one.heard], one.wanted[: one.heard]
    if not one.heard or np.ptp(one.logits) == 0:
        return False
    return float(((said > 0) == (wanted > 0)).mean()) >= FAIR


def _is_enough(one: Evidence) -> bool:
    having = float(one.wanted[: one.heard].sum())
    return min(having, one.heard - having) >= LEAST


def _slim(one: Evidence) -> Evidence:
    """Leave out what is too much; the others stand in for what else was said or replayed."""
    heard, others = _spread(0, one.heard), _spread(one.heard, len(one.places))
    kept = np.concatenate((heard, others))
    slim = one.some(kept, len(heard))
    slim.weights[len(heard) :] *= (len(one.places) - one.heard) / max(len(others), 1)
    return slim


def _spread(first: int, end: int) -> NDArray[np.intp]:
    return np.linspace(first, end - 1, min(_MOST, end - first)).astype(np.intp)


def _losses(vectors: Vectors, evidence: Sequence[Evidence]) -> Floats:
    """Return the loss (row, choice) on pictures that were held out."""
    every = [anchored(one, choice) for one in evidence for choice in _CHOICES]
    found = np.zeros(len(every), np.float32)
    for fold in range(_FOLDS if every else 0):
        learnt = rows.learn(vectors, [_without(one, fold) for one in every])
        for row, one in enumerate(every):
            held = slice(fold, one.heard, _FOLDS)
            logits = vectors[one.places[held]] @ learnt.weights[row] + learnt.biases[row]
            logits += one.logits[held]
            entropy = np.logaddexp(0, logits) - one.wanted[held] * logits
            found[row] += one.weights[held] @ entropy
    return found.reshape(len(evidence), len(_CHOICES))


def _without(one: Evidence, fold: int) -> Evidence:
    number = np.arange(len(one.places))
    return one.some((number % _FOLDS != fold) | (number >= one.heard))
