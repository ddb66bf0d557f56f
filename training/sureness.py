"""Thresholds over which tags were right on real pictures, so that the app may apply them."""

import numpy as np
from numpy.typing import NDArray

from training.calibration import CALIBRATED
from training.datasets.targets import Targets
from training.datasets.vocabulary import Vocabulary
from training.measures.interval import wilson
from training.metrics import Floats
from training.runner import Matrix

PRECISION, LEAST_PRECISION = 0.9, 0.8
"""What a threshold has to have reached, and the lower end of its 95 % interval."""

STEPS = 10_000
HIGHEST, NEVER = 0.9999, 1.0
"""The highest threshold that a score may reach, and one that none does: only suggested."""


def surest(scores: NDArray[np.float32], present: NDArray[np.bool_]) -> float:
    """Return the lowest threshold that is sure enough on some pictures; ``NEVER`` if none is.

    Scores count as the app keeps them, in ten-thousandths: what is less apart is a tie.
    """
    kept = np.floor(np.asarray(scores, np.float64) * STEPS) / STEPS
    order = np.argsort(-kept, kind="stable")
    ranked, hits = kept[order], np.cumsum(present[order])
    for count in range(len(order), 0, -1):
        ties_end_here = count == len(order) or ranked[count] < ranked[count - 1]
        if ties_end_here and _is_sure(int(hits[count - 1]), count):
            return min(float(ranked[count - 1]), HIGHEST)
    return NEVER


def sure_thresholds(
    vocabulary: Vocabulary, real: tuple[Matrix, Targets], balanced: Floats
) -> Floats:
    """Return each label's threshold, from scores and targets (1, 0, -1) of real pictures.

    Labels of which none of them tells are never applied, names like any: that they are right on
    drawn pictures says nothing of real ones. No threshold is lower than the ``balanced`` one: where
    nearly all pictures have a tag, any would seem sure.
    """
    thresholds = np.full(len(vocabulary), NEVER)
    for category in CALIBRATED:
        for slot in vocabulary.slots(category):
            thresholds[slot] = _of_tag(*real, slot)
    return np.maximum(thresholds, balanced)


def _of_tag(scores: Matrix, targets: Targets, slot: int) -> float:
    known = targets[:, slot] >= 0
    return surest(scores[known, slot], targets[known, slot] == 1)


def _is_sure(hits: int, count: int) -> bool:
    return hits / count >= PRECISION and wilson(hits, count)[0] >= LEAST_PRECISION
