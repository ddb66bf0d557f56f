"""What a network said of each test picture, as one digit, so that cells can be compared in pairs.

Of a class: 1 right, 0 wrong. Of tags: how many of the picture's k true tags are among the k that
score highest (R-precision times k, at most 9), which needs no threshold.
"""

from collections.abc import Iterator

import torch

from training.batches import plain_batches
from training.config import Config
from training.predictions import guesses
from training.processes import Processes
from training.tasks.multimodal import MultimodalTask
from training.tasks.recognition import RecognitionTask
from training.tasks.tagging import TaggingTask
from training.tasks.task import Moment, Task

MOST = 9


def outcomes(task: Task, config: Config, source: str) -> tuple[str, str]:
    """Return a digit for each test picture of a set in its order, and the best possible digits."""
    found = _tags(task, config, source) if isinstance(task, TaggingTask) else None
    pairs = list(found if found is not None else _classes(task, config, source))
    return "".join(str(said) for said, _ in pairs), "".join(str(best) for _, best in pairs)


def _classes(task: Task, config: Config, source: str) -> Iterator[tuple[int, int]]:
    assert isinstance(task, (RecognitionTask, MultimodalTask))
    rows = task.collection.rows("test", source)
    for guess in guesses(task, rows, config):
        yield int(int(guess.probabilities.argmax()) == int(task.class_ids[guess.row])), 1


@torch.no_grad()
def _tags(task: TaggingTask, config: Config, source: str) -> Iterator[tuple[int, int]]:
    views = task.collection.views
    rows = task.collection.rows("test", source)
    for batch in plain_batches(views, rows, config, Processes()):
        targets = task.targets(batch, Moment(0, 1, 0.0, 0))
        logits = task.network(views.preparation.normalise(batch.images))[0]
        yield from tag_hits(logits, targets["targets"] * targets["mask"])


def tag_hits(logits: torch.Tensor, present: torch.Tensor) -> Iterator[tuple[int, int]]:
    """Yield, for each picture, the true tags among its k best, and k; both are B x labels."""
    for scores, true in zip(logits, present > 0.5, strict=True):
        count = min(MOST, int(true.sum()))
        yield int(true[scores.topk(count).indices].sum()), count
