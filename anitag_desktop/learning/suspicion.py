r"""Suspicion: which of the things that were said are probably wrong.

A row is learnt again on parts of what was said and asked about the rest, so that it never judges
what it has seen. ``p`` is then how likely the tag is, and for a label ``y``

.. math:: \text{self-confidence} = y p + (1 - y) (1 - p) \qquad \text{loss} = -\log(\cdot)

A label is an issue in the sense of confident learning (Northcutt, Jiang, Chuang, "Confident
learning: estimating uncertainty in dataset labels", JAIR 70, 2021) if the other answer is at least
as likely as it is on average where it was given. These are the formulas of cleanlab for two
classes; that package is not used here because it brings pandas and scikit-learn.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.learning import rows
from anitag_desktop.learning.rows import Evidence
from anitag_desktop.learning.space import Floats, Vectors

FOLDS = 5
LEAST = 5
"""So many pictures with a tag have to be known, and so many without it, to judge labels."""

_LOWEST = 1e-6
_KINDS = 2


class Judged(NamedTuple):
    """What comes of the labels of one tag, an entry for each.

    ``confidence`` is the self-confidence, 0 to 1; ``is_issue`` tells that the other answer is as
    likely as it is where it was given.
    """

    confidence: Floats
    is_issue: NDArray[np.bool_]


def judge(labels: Floats, likely: Floats) -> Judged:
    """Judge labels (1 or 0) by how likely the tag is, 0 to 1, as others' labels say."""
    confidence = np.where(labels > 0, likely, 1 - likely).astype(np.float32)
    usual = [
        float(confidence[labels == value].mean()) for value in (0, 1) if (labels == value).any()
    ]
    if len(usual) < 2:
        return Judged(confidence, np.zeros(len(labels), np.bool_))
    other = 1 - confidence
    usual_of_other = np.where(labels > 0, usual[0], usual[1])
    return Judged(confidence, (other >= usual_of_other) & (other > confidence))


def loss(confidence: Floats) -> Floats:
    """Return the cross-entropy of labels by their self-confidence."""
    found: Floats = -np.log(np.clip(confidence, _LOWEST, 1))
    return found


def out_of_fold(vectors: Vectors, one: Evidence, folds: NDArray[np.intp]) -> Floats:
    """Return how likely the tag is on each of the ``one.heard`` pictures, by the other folds.

    ``folds`` has the fold of each of them; near-duplicates have to lie in one. Where the others
    do not show both kinds of pictures, what was said is believed.
    """
    from scipy.special import expit

    found = one.wanted[: one.heard].copy()
    number = np.arange(len(one.places))
    for fold in np.unique(folds):
        held = np.flatnonzero(folds == fold)
        if len(np.unique(one.wanted[: one.heard][folds != fold])) < _KINDS:
            continue
        learnt = rows.learn(vectors, [one.some(~np.isin(number, held))])
        placed = vectors[one.places[held]]
        found[held] = expit(rows.answers(learnt, placed, one.logits[held][:, None]))[:, 0]
    return found
