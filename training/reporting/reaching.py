"""What a network reaches on a part, with intervals, as rows of a page."""

import numpy as np

from training.config import Config
from training.measures.interval import wilson
from training.measures.resampling import (
    Reached,
    class_measures,
    macro_f1,
    mean_interval,
    tag_measures,
)
from training.metrics import macro
from training.processes import Processes
from training.reporting.verdicts import ClassVerdicts, TagVerdicts
from training.tasks.multimodal import MultimodalTask
from training.validation import cut, measure

WORDS = {
    "accuracy_macro": "accuracy, mean over classes",
    "f1_macro": "F1 macro",
    "f1_weighted": "F1 weighted",
    "f1_micro": "F1 micro, at 0.5",
    "f1_samples": "F1 of pictures, at 0.5",
}

HALF = 0.5

Row = tuple[str, str, str]
"""What it is, its value, its 95 % interval."""


def reached(verdicts: ClassVerdicts | TagVerdicts, labels: int) -> list[Row]:
    """Return the rows; an interval is empty where none is known."""
    losses = np.array([verdict.loss for verdict in verdicts.pictures])
    if isinstance(verdicts, TagVerdicts):
        return [_row("loss", mean_interval(losses)), *_of_tags(verdicts, labels)]
    count = len(verdicts.pictures)
    right = sum(n for (true, said), n in verdicts.confusion.items() if true == said)
    return [
        _row("cross entropy", mean_interval(losses)),
        _row("accuracy (F1 micro)", (right / count, *wilson(right, count))),
        *_named(class_measures(verdicts.confusion, labels)),
    ]


def tags_shown(task: MultimodalTask, part: str, config: Config) -> Row:
    """Return the row of a network that is shown the true tags beside the pictures of a part."""
    rows = cut(task.collection.rows(part), config)
    _, found = measure(task, rows, config, Processes())
    share, count = found["top1_tags_shown"], found["pictures"]
    return _row("accuracy, true tags shown", (share, *wilson(share * count, count)))


def _row(name: str, found: Reached) -> Row:
    value, low, high = found
    interval = f"{low:.4f} to {high:.4f}" if np.isfinite([low, high]).all() else ""
    return name, f"{value:.4f}", interval


def _named(found: dict[str, Reached]) -> list[Row]:
    return [_row(WORDS[name], value) for name, value in found.items()]


def _of_tags(verdicts: TagVerdicts, labels: int) -> list[Row]:
    """Return the F1 of tags, pictures and means over tags.

    The average precision has no interval: it would need the scores of every picture again, once
    all are counted, which for 10,000 tags and more are not kept (``mean_average_precision``).
    """
    decisions = [v.decisions for v in verdicts.pictures if v.decisions is not None]
    by_tag, slots = verdicts.histogram.measures(np.full(labels, HALF)), np.arange(labels)
    absent = int((by_tag.support == 0).sum())
    over = f"mean over {labels - absent} tags with pictures"
    precision = f"{macro(by_tag.average_precision, slots):.4f}"
    return [
        *_named(tag_measures(decisions)),
        _row(f"F1 macro at 0.5, {over}", macro_f1(decisions, labels)),
        (f"average precision, {over}", precision, ""),
    ]
