"""Says of picture files which class they show, or which tags they have."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import torch

from anitag_desktop.domain.error import AnitagError
from training.measures.tag_counts import SHOWN_THRESHOLD
from training.measuring_run import open_task
from training.predictions import class_logits
from training.preprocessing import read_prepared
from training.progress import Progress
from training.run_folder import RunFolder
from training.tasks.tagging import TaggingTask
from training.tasks.task import Task


@torch.no_grad()
def predict(
    run: RunFolder, paths: Sequence[Path], progress: Progress
) -> Iterator[dict[str, object]]:
    """Yield file, class, index and probabilities of each picture, or its error.

    Of a run that learnt tags: those at or over their thresholds (calibrated ones where the run has
    them, 0.35 otherwise) with their probabilities, the surest first.
    """
    config = run.config()
    task = open_task(run, progress)
    answer = _tags(task, run) if isinstance(task, TaggingTask) else partial(_class, task)
    preparation = task.collection.views.preparation
    for path in paths:
        try:
            pixels = read_prepared(path, preparation, config.network.size)
        except AnitagError as error:
            yield {"file": str(path), "error": str(error)}
            continue
        images = torch.from_numpy(pixels)[None].to(config.run.device)
        yield {"file": str(path), **answer(images)}


def _class(task: Task, images: torch.Tensor) -> dict[str, object]:
    logits, _ = class_logits(task, images)
    shares = logits[0].float().softmax(0).tolist()
    index = max(range(len(shares)), key=shares.__getitem__)
    return {"class": task.collection.classes[index], "index": index, "probs": shares}


def _tags(task: TaggingTask, run: RunFolder) -> Callable[[torch.Tensor], dict[str, object]]:
    names = task.vocabulary.names
    calibrated = (run.path / "thresholds.json").exists()
    thresholds = run.read("thresholds.json")["by_label"] if calibrated else [SHOWN_THRESHOLD]
    least = torch.tensor(thresholds).expand(len(names))

    def answer(images: torch.Tensor) -> dict[str, object]:
        shares = torch.sigmoid(task.network(images)[0][0].float()).cpu()
        chosen = torch.nonzero(shares >= least).flatten().tolist()
        ordered = sorted(chosen, key=lambda place: -float(shares[place]))
        return {"tags": {names[place]: round(float(shares[place]), 4) for place in ordered}}

    return answer
