"""What the application would apply by itself, and how often that is right."""

import numpy as np

from training.datasets.targets import Targets
from training.datasets.vocabulary import Vocabulary
from training.evaluation.measure import Measure, interval_note
from training.evaluation.table_line import table_line
from training.measures.interval import wilson
from training.measures.resampling import mean_average_precision
from training.metrics import Floats, ScoreHistogram
from training.runner import Matrix

AT = "packaged thresholds"


def measure_applied(
    scores: Matrix, targets: Targets, vocabulary: Vocabulary, thresholds: Floats, name: str
) -> list[Measure]:
    """Return precision, recall and false positives of what is applied, over all that is told.

    ``targets`` are N x labels: 1, 0, -1 unknown. Every told tag counts, also one that is never
    applied by itself.
    """
    applied = (scores >= thresholds) & (targets >= 0)
    present = targets == 1
    right, said = int((applied & present).sum()), int(applied.sum())
    there, absent = int(present.sum()), int((targets == 0).sum())
    if not there:
        return []
    tags = int((targets >= 0).any(0).sum())
    over = f"decisions on {tags} tags"
    spread = interval_note(*wilson(right, said))
    precision = [Measure("precision", right / said, name, over, AT, said, spread)] if said else []
    wrong = (said - right) / max(absent, 1)
    return [
        *precision,
        Measure("recall", right / there, name, over, AT, there),
        Measure("false-positive rate", wrong, name, over, AT, absent),
    ]


def measure_at_best(
    scores: Matrix, targets: Targets, thresholds: Floats, name: str
) -> list[Measure]:
    """Return F1 over tags and over decisions at balanced thresholds, and the mean AP."""
    histogram = ScoreHistogram(targets.shape[1])
    histogram.add(scores, targets)
    slots = np.flatnonzero((histogram.support > 0) & (histogram.negatives > 0))
    if not len(slots):
        return []
    reached = histogram.measures(thresholds)
    support, over = int(reached.support[slots].sum()), f"{len(slots)} tags"
    at, micro = "balanced thresholds", histogram.micro_f1(thresholds, slots)
    mean, *interval = mean_average_precision(histogram, scores, targets, slots)
    return [
        Measure("macro F1", float(np.nanmean(reached.f1[slots])), name, over, at, support),
        Measure("micro F1", micro, name, f"decisions on {over}", at, support),
        Measure("mean AP", mean, name, over, "all", support, interval_note(*interval)),
    ]


def tag_lines(
    scores: Matrix, targets: Targets, vocabulary: Vocabulary, packaged: Floats, balanced: Floats
) -> list[str]:
    """Return CSV lines, one a told tag: how right it is where applied, and where balanced."""
    lines = [
        "tag,positives,negatives,threshold,applied,applied_right,applied_recall,"
        "false_positive_rate,balanced_threshold,precision,recall,ap"
    ]
    histogram = ScoreHistogram(targets.shape[1])
    histogram.add(scores, targets)
    areas = histogram.average_precision()
    for slot in np.flatnonzero((targets >= 0).any(0)):
        known, own = targets[:, slot] >= 0, scores[:, slot]
        present = targets[:, slot] == 1
        applied, said = known & (own >= packaged[slot]), known & (own >= balanced[slot])
        positives, negatives = int(present.sum()), int((known & ~present).sum())
        cells = [
            vocabulary.names[slot],
            *(positives, negatives, f"{packaged[slot]:.4f}", int(applied.sum())),
            int((applied & present).sum()),
            *(_share(applied & present, positives), _share(applied & ~present, negatives)),
            f"{balanced[slot]:.4f}",
            _share(said & present, int(said.sum())),
            _share(said & present, positives),
            "" if np.isnan(areas[slot]) else f"{areas[slot]:.3f}",
        ]
        lines.append(table_line(cells))
    return lines


def _share(hits: np.ndarray, count: int) -> str:
    return f"{int(hits.sum()) / count:.3f}" if count else ""
