"""Thresholds of a retrained model: the old ones, moved where enough was held back to say so.

A label with n validation answers gets (n * own + k * old) / (n + k), k = ``SHRINKAGE``: the network
still says what the old one said of almost everything, so the old threshold is the best guess.
"""

import numpy as np

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.recognition.model_package import ModelPackage
from training.after_training import exported_model
from training.datasets.labelled_run import LabelledRun
from training.datasets.targets import Targets
from training.progress import Progress
from training.run_folder import RunFolder
from training.runner import Matrix

SHRINKAGE = 30.0
LEAST = 5
"""So many validation pictures have to have a tag, and as many not, before its threshold moves."""

_CANDIDATES = np.round(np.arange(0.05, 0.955, 0.01), 2)


def choose_thresholds(run: RunFolder, base: ModelPackage, progress: Progress) -> None:
    """Write the thresholds of a run that began with ``base``."""
    labels = run.vocabulary().labels
    kinds = [TagCategory(label.category) for label in labels]
    names = [label.name for label in labels]
    found = np.array(
        [base.thresholds.of(name, kind) for name, kind in zip(names, kinds, strict=True)]
    )
    part = LabelledRun.read(run).part("validation")
    moved = 0
    if part.paths:
        scores, _ = exported_model(run).run_files(part.paths)
        for slot in range(len(labels)):
            own = best_threshold(scores[:, slot], part.targets[:, slot])
            if own is not None:
                count = int((part.targets[:, slot] >= 0).sum())
                found[slot] = (count * own + SHRINKAGE * found[slot]) / (count + SHRINKAGE)
                moved += 1
    by_category = {str(k): v for k, v in base.thresholds.by_category.items()}
    values = {"by_category": by_category, "by_label": [round(float(t), 4) for t in found]}
    run.write("thresholds.json", {**values, "pictures": len(part.paths)})
    progress.report("calibrated", pictures=len(part.paths), moved=moved)


def best_threshold(scores: Matrix, targets: Targets) -> float | None:
    """Return where the most answers are right, evenly for yes and no; None if there are too few.

    Of several it is the middle one.
    """
    yes, no = np.sort(scores[targets == 1]), np.sort(scores[targets == 0])
    if min(len(yes), len(no)) < LEAST:
        return None
    found = 1 - np.searchsorted(yes, _CANDIDATES) / len(yes)
    left_out = np.searchsorted(no, _CANDIDATES) / len(no)
    right = found + left_out
    best = np.flatnonzero(right >= right.max() - 1e-9)
    return float(_CANDIDATES[best[len(best) // 2]])
