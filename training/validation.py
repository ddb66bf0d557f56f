"""Measures a network on a part of its pictures, over all processes."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from anitag_desktop.domain.error import AnitagError
from training.batches import plain_batches
from training.config import Config
from training.processes import Processes
from training.tasks.task import Measuring, Task

LOWER_IS_BETTER = frozenset({"valid_loss", "error_rate"})


@torch.no_grad()
def measure(
    task: Task, rows: NDArray[np.int64], config: Config, processes: Processes
) -> tuple[Measuring, dict[str, float]]:
    """Return what was counted on some pictures and the measures; every picture counts once.

    ``unreadable`` is the number of pictures that could not be read and are in no other measure.
    """
    device = next(task.network.parameters()).device
    measuring, views = task.measuring(device), task.collection.views
    unreadable = torch.zeros((), device=device)
    was_training = task.network.training
    task.network.eval()
    try:
        for batch in plain_batches(views, rows, config, processes):
            unreadable += len(batch.unreadable)
            if len(batch.rows):
                measuring.add(views.preparation.normalise(batch.images.to(device)), batch)
    finally:
        task.network.train(was_training)
    processes.add_up([*measuring.tensors, unreadable])
    found = measuring.result()
    return measuring, {
        "valid_loss": found.pop("loss"),
        **found,
        "unreadable": float(unreadable),
    }


def demand_validation(task: Task, config: Config) -> None:
    """Refuse before the first step what would end the run at its first validation.

    Raises:
        AnitagError: ``bad_config`` when nothing is left to validate with, or the measure that is
            watched is none of the task's.
    """
    if not config.run.validate_every:
        return
    if not len(task.collection.rows("validation")):
        reason = "the split leaves nothing to validate with; set run.validate_every = 0"
        raise AnitagError("training_failed", reason=reason)
    known = {"valid_loss", *task.measuring(torch.device("cpu")).result()} - {"loss"}
    for where, name in (
        ("run.monitor", config.run.monitor),
        *(("run.also_best", name) for name in config.run.also_best),
    ):
        if name not in known:
            reason = f"{name} is not measured; {', '.join(sorted(known))} are"
            raise AnitagError("bad_config", path=where, reason=reason)


@contextmanager
def with_weights(network: nn.Module, weights: dict[str, torch.Tensor] | None) -> Iterator[None]:
    """Lend a network other weights (None: its own) for a while."""
    if weights is None:
        yield
        return
    own = {name: value.clone() for name, value in network.state_dict().items()}
    network.load_state_dict(weights)
    try:
        yield
    finally:
        network.load_state_dict(own)


def badness(measures: dict[str, float], monitor: str) -> float:
    """Return the measure that is watched so that small is good."""
    value = measures[monitor]
    return value if monitor in LOWER_IS_BETTER else -value


def cut(rows: NDArray[np.int64], config: Config) -> NDArray[np.int64]:
    """Return some pictures, evenly spread, where the config asks for no more than some."""
    most = config.run.most_pictures
    if not most or len(rows) <= most:
        return rows
    return rows[np.arange(most) * len(rows) // most]
