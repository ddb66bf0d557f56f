"""Lets the network of a run judge the pictures of one part, for its report."""

import numpy as np
import torch
from numpy.typing import NDArray

from anitag_desktop.domain.error import AnitagError
from training.batches import plain_batches
from training.config import Config
from training.losses.multilabel import LOSSES
from training.metrics import ScoreHistogram
from training.predictions import guesses
from training.processes import Processes
from training.reporting.verdicts import ClassVerdicts, PictureVerdict, TagVerdicts
from training.tasks.recognition import class_ids
from training.tasks.tagging import TaggingTask
from training.tasks.task import Moment, Task
from training.validation import cut

NAMED = 6
"""So many wrong tags of a picture are named."""

HALF = 0.5


def judge(task: Task, part: str, config: Config) -> ClassVerdicts | TagVerdicts:
    """Return what the network says of the pictures of a part (at most ``run.most_pictures``).

    Raises:
        AnitagError: ``no_pictures`` when the part is empty.
    """
    rows = cut(task.collection.rows(part), config)
    if not len(rows):
        raise AnitagError("no_pictures", path=f"the {part} part")
    if isinstance(task, TaggingTask):
        return judge_tags(task, rows, config)
    return judge_classes(task, rows, config)


def judge_classes(task: Task, rows: NDArray[np.int64], config: Config) -> ClassVerdicts:
    """Return what the network says of the classes of pictures, tags hidden."""
    ids, names, found = class_ids(task.collection), task.collection.classes, ClassVerdicts()
    for guess in guesses(task, rows, config):
        true, first = int(ids[guess.row]), int(guess.probabilities.argmax())
        sure = min(float(guess.probabilities[first]), 1.0)
        share = max(float(guess.probabilities[true]), 1e-12)
        said, truth = f"{names[first]} ({sure:.2f})", f"{names[true]} ({share:.2f})"
        loss = -float(np.log(share))
        found.pictures.append(PictureVerdict(guess.row, loss, said, truth, first, true))
        found.confusion[true, first] += 1
        found.calibration.add(np.array([sure]), np.array([float(true == first)]))
    return found


@torch.no_grad()
def judge_tags(task: TaggingTask, rows: NDArray[np.int64], config: Config) -> TagVerdicts:
    """Return what the network says of the tags of pictures; unknown tags count nowhere."""
    names = task.vocabulary.names
    found, views = TagVerdicts(ScoreHistogram(len(names))), task.collection.views
    task.network.eval()
    device = next(task.network.parameters()).device
    for batch in plain_batches(views, rows, config, Processes()):
        if not len(batch.rows):
            continue
        logits = task.network(views.preparation.normalise(batch.images.to(device)))[0].cpu()
        targets = task.targets(batch, Moment(0, 1, 0.0, 0))
        truth, known = targets["targets"], targets["mask"]
        each = LOSSES[config.loss.name](logits.float(), truth, config.loss) * known
        means = each.sum(1) / known.sum(1).clamp(min=1)
        scores = torch.sigmoid(logits.float())
        for place, row in enumerate(batch.rows.tolist()):
            parts = (scores[place].numpy(), truth[place].numpy(), known[place].numpy() > 0)
            _note(found, names, row, float(means[place]), parts)
    return found


def _note(
    found: TagVerdicts,
    names: tuple[str, ...],
    row: int,
    loss: float,
    parts: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]],
) -> None:
    scores, truth, known = parts
    present, told = (truth > HALF) & known, (scores >= HALF) & known
    marks = np.where(known, present, -1).astype(np.int8)
    found.histogram.add(scores[None], marks[None])
    found.calibration.add(scores[known].astype(np.float64), present[known].astype(np.float64))
    groups = (told & present, told & ~present, present & ~told)
    hits, false, missed = (np.flatnonzero(group) for group in groups)
    said, lacked = _named(names, scores, groups[1]), _named(names, 1 - scores, groups[2])
    verdict = PictureVerdict(row, loss, said, lacked, decisions=(hits, false, missed))
    found.pictures.append(verdict)


def _named(names: tuple[str, ...], order: NDArray[np.float32], chosen: NDArray[np.bool_]) -> str:
    places = [int(i) for i in np.argsort(-order) if chosen[i]]
    more = f" and {len(places) - NAMED} more" if len(places) > NAMED else ""
    return ", ".join(names[i] for i in places[:NAMED]) + more
