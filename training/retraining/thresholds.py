r"""Thresholds of a retrained model: the old ones, moved where enough is known to say so.

Where enough was held back, a label's own threshold is where the most of these answers are right.
Elsewhere, if the answers that were learnt are fair (many more pictures without the tag than with
it, not mistakes alone), it is where F1 is best to be expected on pictures that nobody spoke of: it
maximises

.. math:: 2 \sum_{p_i \ge t} p_i \Big/ \Big(|\{i: p_i \ge t\}| + \sum_i p_i\Big)

over their scores (plug-in rule: Lewis, "Evaluating and optimizing autonomous text classification
systems", SIGIR 1995), as for a personal head.

With n answers the label gets (n * own + k * old) / (n + k), k = ``SHRINKAGE``: the network still
says what the old one said of almost everything, so the old threshold is the best guess.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.recognition.model_package import ModelPackage
from training.after_training import exported_model
from training.datasets.labelled_run import LabelledRun, Part
from training.datasets.targets import Targets
from training.progress import Progress
from training.run_folder import RunFolder
from training.runner import ExportedModel, Matrix

SHRINKAGE = 30.0
LEAST = 5
"""So many pictures have to have a tag, and as many not, before its threshold moves."""

WITHOUT = 4
"""So many times as many pictures have to be without a tag where answers are fair."""

_CANDIDATES = np.round(np.arange(0.05, 0.955, 0.01), 2)
_LOWEST, _HIGHEST = 0.2, 0.95
_MOST_QUIET = 500


class Known(NamedTuple):
    """What thresholds are chosen by.

    ``held`` and ``quiet`` are the new model's scores (picture, label) of pictures that were held
    back, with their ``answers``, and of those that nobody spoke of; ``learnt`` are the targets of
    those that were learnt from.
    """

    held: Matrix
    answers: Targets
    quiet: Matrix
    learnt: Targets


def choose_thresholds(run: RunFolder, base: ModelPackage, progress: Progress) -> None:
    """Write the thresholds of a run that began with ``base``."""
    labels = run.vocabulary().labels
    old = [base.thresholds.of(label.name, TagCategory(label.category)) for label in labels]
    known = _known(run, len(labels))
    found = [moved(known, slot, threshold) for slot, threshold in enumerate(old)]
    by_category = {str(k): v for k, v in base.thresholds.by_category.items()}
    values = {"by_category": by_category, "by_label": [round(float(t), 4) for t in found]}
    run.write("thresholds.json", {**values, "pictures": len(known.held)})
    count = sum(new != threshold for new, threshold in zip(found, old, strict=True))
    progress.report("calibrated", pictures=len(known.held), moved=count)


def moved(known: Known, slot: int, old: float) -> float:
    """Return the threshold of a label whose ``old`` one is known."""
    answers = known.answers[:, slot]
    own = best_threshold(known.held[:, slot], answers)
    if own is None:
        answers = np.concatenate((answers, known.learnt[:, slot]))
        own = expected_best(known.quiet[:, slot]) if is_fair(answers) else None
    if own is None:
        return old
    count = int((answers >= 0).sum())
    return (count * own + SHRINKAGE * old) / (count + SHRINKAGE)


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


def is_fair(targets: Targets) -> bool:
    """Tell whether so many answers are no that they cannot be of the model's mistakes alone."""
    yes, no = (int((targets == answer).sum()) for answer in (1, 0))
    return yes >= LEAST and no >= WITHOUT * yes


def expected_best(scores: Matrix) -> float | None:
    """Return from which score on F1 is best to be expected; None without pictures."""
    if not len(scores):
        return None
    falling = np.sort(scores.astype(np.float64))[::-1]
    having = np.cumsum(falling)
    best = int((having / (np.arange(1, len(falling) + 1) + having[-1])).argmax())
    return float(np.clip(falling[best : best + 2].mean(), _LOWEST, _HIGHEST))


def _known(run: RunFolder, labels: int) -> Known:
    every, model = LabelledRun.read(run), exported_model(run)
    held, learnt = every.part("validation"), every.part("train")
    return Known(
        _scores(model, held.paths, labels),
        held.targets.reshape(-1, labels),
        _scores(model, _quiet(learnt), labels),
        learnt.targets.reshape(-1, labels),
    )


def _quiet(learnt: Part) -> list[Path]:
    """Return some pictures that nobody spoke of, spread over all."""
    silent = np.flatnonzero((learnt.targets < 0).all(axis=1))
    chosen = silent[:: -(-len(silent) // _MOST_QUIET)] if len(silent) else silent
    return [learnt.paths[place] for place in chosen]


def _scores(model: ExportedModel, paths: Sequence[Path], labels: int) -> Matrix:
    return model.run_files(paths)[0] if paths else np.zeros((0, labels), np.float32)
