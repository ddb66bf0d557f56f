"""Measures of many labels from one pass in constant memory: a histogram of scores per label."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 400

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LabelMeasures:
    """Per label at its threshold; NaN where a label has no positive (or no negative) example."""

    precision: Floats
    recall: Floats
    f1: Floats
    average_precision: Floats
    support: Floats


class ScoreHistogram:
    """Counts the scores of positives and negatives of each label in equal bins from 0 to 1."""

    def __init__(self, labels: int) -> None:
        self._counts = np.zeros((2, labels, BINS), np.int64)

    def add(self, scores: NDArray[np.float32], targets: NDArray[np.int8]) -> None:
        """Count pictures: ``scores`` and ``targets`` (1, 0, -1 unknown) are N x labels."""
        bins = bins_of(scores)
        labels = np.broadcast_to(np.arange(scores.shape[1]), scores.shape)
        for kind in (0, 1):
            chosen = targets == kind
            np.add.at(self._counts[kind], (labels[chosen], bins[chosen]), 1)

    @property
    def counts(self) -> NDArray[np.int64]:
        """The counts themselves (2 x labels x bins: negatives, positives); not a copy."""
        return self._counts

    @property
    def support(self) -> Floats:
        """The number of positives of each label."""
        return np.asarray(self._counts[1].sum(1), np.float64)

    @property
    def negatives(self) -> Floats:
        """The number of known negatives of each label."""
        return np.asarray(self._counts[0].sum(1), np.float64)

    def measures(self, thresholds: Floats) -> LabelMeasures:
        """Return what each label reaches at its threshold (rounded to the bins' edges)."""
        edges = np.clip(np.round(thresholds * BINS).astype(int), 0, BINS - 1)
        found, wrong = self._at_or_over()
        labels = np.arange(len(edges))
        precision, recall, f1 = _rates(found[labels, edges], wrong[labels, edges], self.support)
        return LabelMeasures(precision, recall, f1, self.average_precision(), self.support)

    def best_thresholds(self, least_precision: float = 0.0) -> tuple[Floats, Floats]:
        """Return each label's threshold of highest F1, and that F1.

        Only thresholds that reach ``least_precision`` count; NaN where none does, and without
        positives. Where a range of thresholds gives the same F1, its middle is returned.
        """
        found, wrong = self._at_or_over()
        precision, _, f1 = _rates(found, wrong, self.support[:, None])
        f1 = np.where(precision >= least_precision, f1, np.nan)
        best = np.nan_to_num(f1, nan=-1).max(1)
        ties = np.nan_to_num(f1, nan=-1) >= best[:, None]
        middle = (ties * np.arange(BINS)).sum(1) / ties.sum(1) / BINS
        has = best > 0
        return np.where(has, middle, np.nan), np.where(has, best, np.nan)

    def average_precision(self) -> Floats:
        """Return the area under precision over recall, by steps; NaN without positives."""
        found, wrong = self._at_or_over()
        precision = found / np.maximum(found + wrong, 1)
        gained = self._counts[1]
        with np.errstate(invalid="ignore"):
            return np.where(self.support > 0, (precision * gained).sum(1) / self.support, np.nan)

    def average_precision_moves(self) -> Floats:
        """Return by how much one picture more moves each label's average precision.

        2 x labels x bins: of a negative, and of a positive, that scores in a bin. With TP and FP at
        a bin or above, g positives in it and P in all, the average precision is the sum of
        g TP / (TP + FP) over the bins, by P; these are its derivatives by the weight of a picture,
        0 for a label without positives.
        """
        found, wrong = self._at_or_over()
        said, gained = np.maximum(found + wrong, 1), self._counts[1]
        support = np.maximum(self.support, 1)[:, None]
        precision = found / said
        mean = (precision * gained).sum(1, keepdims=True) / support
        lost = -np.cumsum(gained * found / said**2, 1)
        won = precision + np.cumsum(gained * wrong / said**2, 1) - mean
        return np.stack([lost, won]) / support

    def micro_f1(self, thresholds: Floats, labels: NDArray[np.int64]) -> float:
        """Return the F1 over all decisions of some labels together."""
        edges = np.clip(np.round(thresholds * BINS).astype(int), 0, BINS - 1)
        found, wrong = self._at_or_over()
        hits = found[labels, edges[labels]].sum()
        false = wrong[labels, edges[labels]].sum()
        missed = self.support[labels].sum() - hits
        return float(2 * hits / max(2 * hits + false + missed, 1))

    def _at_or_over(self) -> tuple[Floats, Floats]:
        """Return, per label and bin, how many positives and negatives score in it or above."""
        negatives, positives = np.cumsum(self._counts[:, :, ::-1], axis=2)[:, :, ::-1]
        return positives.astype(np.float64), negatives.astype(np.float64)


def bins_of(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the bin that each score (0 to 1) is counted in."""
    return np.minimum((scores * BINS).astype(np.int64), BINS - 1)


def macro(values: Floats, labels: NDArray[np.int64]) -> float:
    """Return the mean over labels that have examples; NaN when none has."""
    known = values[labels][~np.isnan(values[labels])]
    return float(known.mean()) if len(known) else float("nan")


def _rates(found: Floats, wrong: Floats, support: Floats) -> tuple[Floats, Floats, Floats]:
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.where(found + wrong > 0, found / (found + wrong), 0.0)
        recall = np.where(support > 0, found / support, np.nan)
        f1 = np.where(support > 0, 2 * found / (found + wrong + support), np.nan)
    return np.where(support > 0, precision, np.nan), recall, f1
