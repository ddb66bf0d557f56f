"""Thresholds per label from a validation split, pulled towards their category's."""

from dataclasses import dataclass

import numpy as np

from anitag_desktop.domain.tag import TagCategory
from training.datasets.vocabulary import Vocabulary
from training.metrics import Floats, LabelMeasures, ScoreHistogram, macro

SHRINKAGE = 30.0
"""So many positives weigh as much as the category's threshold."""

LEAST_POSITIVES = 20
"""Labels with fewer positives take their category's threshold."""

LEAST_PRECISION = 0.5
"""A tag that would be wrong more often than right is not given."""

FALLBACK = 0.5
LOWEST, HIGHEST = 0.05, 0.95
LOWEST_NAMED = 0.3
"""For characters and series: a wrong name is worse than none."""

CALIBRATED = (TagCategory.GENERAL, TagCategory.COPYRIGHT, TagCategory.CHARACTER)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Thresholds by category and, in output order, by label (ratings: never used)."""

    by_category: dict[TagCategory, float]
    by_label: Floats


def calibrate(histogram: ScoreHistogram, vocabulary: Vocabulary) -> Calibration:
    """Choose thresholds: per category that of the highest macro F1, per label a compromise.

    With n positives a label gets (n * own + k * category's) / (n + k), k = ``SHRINKAGE``. Labels
    that are never right more often than wrong get the highest threshold for their own.
    """
    by_label = np.full(len(vocabulary), FALLBACK)
    best, _ = histogram.best_thresholds(LEAST_PRECISION)
    best = np.where(np.isnan(best), HIGHEST, best)
    by_category = {}
    for category in CALIBRATED:
        slots = np.asarray(vocabulary.slots(category), np.int64)
        if len(slots):
            lowest = LOWEST if category is TagCategory.GENERAL else LOWEST_NAMED
            shared = max(lowest, _shared_threshold(histogram, slots, len(vocabulary)))
            by_category[category] = shared
            support = histogram.support[slots]
            own = np.where(support >= LEAST_POSITIVES, best[slots], shared)
            mixed = (support * own + SHRINKAGE * shared) / (support + SHRINKAGE)
            by_label[slots] = np.clip(np.round(mixed, 4), lowest, HIGHEST)
    return Calibration(by_category, by_label)


def _shared_threshold(histogram: ScoreHistogram, slots: np.ndarray, labels: int) -> float:
    candidates = np.round(np.arange(LOWEST, HIGHEST + 0.005, 0.01), 2)
    scores = [_useful_f1(histogram.measures(np.full(labels, t)), slots) for t in candidates]
    if np.isnan(scores).all():
        return FALLBACK
    return float(candidates[int(np.nanargmax(scores))])


def _useful_f1(reached: LabelMeasures, slots: np.ndarray) -> float:
    """Return the mean F1 in which a label that is mostly wrong counts as 0."""
    useful = np.where(reached.precision < LEAST_PRECISION, 0.0, reached.f1)
    return macro(np.where(np.isnan(reached.f1), np.nan, useful), slots)
