"""How often the likeliest class is the right one."""

import numpy as np

from training.datasets.targets import Targets
from training.evaluation.measure import Measure
from training.measures.interval import wilson
from training.runner import Matrix

TOP = 5


def measure_classes(scores: Matrix, targets: Targets, name: str) -> list[Measure]:
    """Return top-1 with its interval, top-5, and the accuracy averaged over classes.

    ``scores`` and ``targets`` are N x classes; each picture has one class.
    """
    wanted, count = targets.argmax(1), len(targets)
    order = np.argsort(-scores, axis=1, kind="stable")
    right = order[:, 0] == wanted
    low, high = wilson(float(right.sum()), float(count))
    among = (order[:, :TOP] == wanted[:, None]).any(1)
    seen = np.unique(wanted)
    of_class = [float(right[wanted == one].mean()) for one in seen]
    largest = float(np.bincount(wanted).max()) / count
    note = f"95 % interval {low:.3f} to {high:.3f}; majority {largest:.3f}"
    at = f"arg-max of {scores.shape[1]} classes"
    return [
        Measure("top-1", float(right.mean()), name, "pictures", at, count, note),
        Measure("top-5", float(among.mean()), name, "pictures", at, count),
        Measure("accuracy", float(np.mean(of_class)), name, f"{len(seen)} classes", at, count),
    ]
