"""Tags, characters and ratings against known targets: P, R, F1 and AP, with their support."""

import numpy as np

from anitag_desktop.domain.tag import TagCategory
from training.datasets.targets import Targets
from training.datasets.vocabulary import Vocabulary
from training.evaluation.measure import Measure, interval_note
from training.evaluation.table_line import table_line
from training.measures.resampling import Reached, mean_average_precision
from training.metrics import Floats, LabelMeasures, ScoreHistogram, macro
from training.runner import Matrix

LEAST_SUPPORT = 5


def measure_tags(
    scores: Matrix, targets: Targets, vocabulary: Vocabulary, thresholds: Floats, name: str
) -> list[Measure]:
    """Return macro and micro F1 and mean AP by category, and how often the rating is right.

    Means go over the labels with at least 5 known positives and one known negative in the set.
    """
    histogram = ScoreHistogram(len(vocabulary))
    histogram.add(scores, targets)
    reached = histogram.measures(thresholds)
    usable = (histogram.support >= LEAST_SUPPORT) & (histogram.negatives > 0)
    measures = []
    for category in (TagCategory.GENERAL, TagCategory.CHARACTER):
        slots = np.asarray([i for i in vocabulary.slots(category) if usable[i]], np.int64)
        if len(slots):
            micro = histogram.micro_f1(thresholds, slots)
            area = mean_average_precision(histogram, scores, targets, slots)
            measures += _of_category(category, slots, reached, (micro, area), name)
    return measures + _of_ratings(scores, targets, vocabulary, name)


def by_label(histogram: ScoreHistogram, vocabulary: Vocabulary, thresholds: Floats) -> list[str]:
    """Return CSV lines: name, category, threshold, support, precision, recall, F1, AP."""
    reached = histogram.measures(thresholds)
    columns = (reached.precision, reached.recall, reached.f1, reached.average_precision)
    lines = ["name,category,threshold,support,precision,recall,f1,ap"]
    for i, label in enumerate(vocabulary.labels):
        cells = [_cell(column[i]) for column in columns]
        fixed = [label.name, label.category, f"{thresholds[i]:.4f}", f"{reached.support[i]:.0f}"]
        lines.append(table_line([*fixed, *cells]))
    return lines


def _of_category(
    category: TagCategory,
    slots: np.ndarray,
    reached: LabelMeasures,
    over_all: tuple[float, Reached],
    name: str,
) -> list[Measure]:
    """Return the measures of a category; ``over_all`` are its micro F1 and its mean AP."""
    micro, (area, *interval) = over_all
    averaging = f"{len(slots)} {category} tags"
    support = int(reached.support[slots].sum())
    own = "own thresholds"
    return [
        Measure("macro F1", macro(reached.f1, slots), name, averaging, own, support),
        Measure("macro precision", macro(reached.precision, slots), name, averaging, own, support),
        Measure("macro recall", macro(reached.recall, slots), name, averaging, own, support),
        Measure("micro F1", micro, name, f"decisions on {averaging}", own, support),
        Measure("mean AP", area, name, averaging, "all", support, interval_note(*interval)),
    ]


def _of_ratings(
    scores: Matrix, targets: Targets, vocabulary: Vocabulary, name: str
) -> list[Measure]:
    slots = vocabulary.slots(TagCategory.RATING)
    known = (targets[:, slots] == 1).any(1)
    if len(slots) < 2 or not known.any():
        return []
    wanted, chosen = targets[known][:, slots].argmax(1), scores[known][:, slots].argmax(1)
    largest = np.bincount(wanted).max() / len(wanted)
    right = float((wanted == chosen).mean())
    at = f"arg-max of {len(slots)} ratings"
    note = f"majority {largest:.2f}"
    return [Measure("rating top-1", right, name, "pictures", at, int(known.sum()), note)]


def _cell(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.4f}"
