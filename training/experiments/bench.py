"""How much processor time a training step of a network takes, without loading pictures."""

import time

import torch

from training.tasks.multimodal import MultimodalTask
from training.tasks.task import Task

STEPS = 6
WARM_UP = 2


def step_milliseconds(task: Task, batch: int, size: int) -> float:
    """Return the milliseconds of processor time for one picture's forward and backward pass.

    It is the least of a few batches of random pixels. Processor time, not the clock's, and the
    least: what else runs on the machine changes that least.
    """
    task.network.train()
    images = torch.rand(batch, 3, size, size)
    times = []
    for _ in range(WARM_UP + STEPS):
        begun = time.process_time()
        _logits(task, images).sum().backward()
        times.append(time.process_time() - begun)
    task.network.zero_grad()
    task.network.eval()
    return 1000 * min(times[WARM_UP:]) / batch


def _logits(task: Task, images: torch.Tensor) -> torch.Tensor:
    if isinstance(task, MultimodalTask):
        tokens = torch.ones(len(images), task.captions.length, dtype=torch.int64)
        reading = task.network(images, tokens)
        return reading.logits.sum() + reading.words.sum()
    logits: torch.Tensor = task.network(images)[0]
    return logits
