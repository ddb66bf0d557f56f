"""The loss around a trained network, along random directions that are scaled filter by filter.

``[li2018landscape]``: each filter of a direction gets the length of the
network's own filter; biases and norms stay, so that the picture does not depend on how the weights
happen to be scaled.
"""

import time
from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.batches import Batch
from training.tasks.task import Task

Direction = dict[str, torch.Tensor]
Grid = NDArray[np.float64]


def random_direction(network: nn.Module, seed: int) -> Direction:
    """Return a random step for each matrix and kernel, with filters as long as the network's."""
    generator = torch.Generator().manual_seed(seed)
    found: Direction = {}
    for name, weights in network.named_parameters():
        if weights.dim() > 1:
            step = torch.randn(weights.shape, generator=generator).to(weights)
            lengths = _filters(weights.detach()) / _filters(step).clamp(min=1e-12)
            found[name] = step * lengths
    return found


def _filters(weights: torch.Tensor) -> torch.Tensor:
    """Return the length of each filter (row of the first dimension), shaped to be multiplied."""
    lengths = weights.flatten(1).norm(dim=1)
    return lengths.reshape(-1, *[1] * (weights.dim() - 1))


class Surroundings:
    """Measures the loss of a task's network when its weights are moved; they come back after."""

    def __init__(self, task: Task, batches: Sequence[Batch]) -> None:
        self._task, self._batches = task, batches
        self._own = {n: p.detach().clone() for n, p in task.network.named_parameters()}

    @torch.no_grad()
    def loss_at(self, moves: Sequence[tuple[float, Direction]]) -> float:
        """Return the mean loss with the weights moved so far along directions."""
        parameters = dict(self._task.network.named_parameters())
        try:
            for share, direction in moves:
                for name, step in direction.items():
                    parameters[name].add_(step, alpha=share)
            return self._loss()
        finally:
            for name, value in self._own.items():
                parameters[name].copy_(value)

    def _loss(self) -> float:
        device = next(self._task.network.parameters()).device
        measuring = self._task.measuring(device)
        views = self._task.collection.views
        for batch in self._batches:
            measuring.add(views.preparation.normalise(batch.images.to(device)), batch)
        return float(measuring.result()["loss"])


def along_line(loss: Callable[[float], float], places: Sequence[float], until: float) -> Grid:
    """Return the loss at 2^k + 1 places; not-a-number when time ran out.

    The middle, which tells what the others are compared with, is first, then the coarse ones.
    """
    count, found = len(places), np.full(len(places), np.nan)
    order = sorted(range(count), key=lambda p: (2 * p != count - 1, -_step(p, count), p))
    for place in order:
        if time.monotonic() >= until:
            break
        found[place] = loss(places[place])
    return found


def over_plane(
    loss: Callable[[float, float], float], places: Sequence[float], until: float
) -> Grid:
    """Return the loss over a square grid of 2^k + 1 places; otherwise as along a line."""
    count = len(places)
    found = np.full((count, count), np.nan)
    ways = [(row, column) for row in range(count) for column in range(count)]
    ways.sort(key=lambda way: (-min(_step(way[0], count), _step(way[1], count)), way))
    for row, column in ways:
        if time.monotonic() >= until:
            break
        found[row, column] = loss(places[row], places[column])
    return found


def finest(grid: Grid) -> int:
    """Return the smallest step by which a grid has been measured everywhere; 0: by none."""
    step = 1
    while step < len(grid):
        if np.isfinite(grid[::step, ::step]).all():
            return step
        step *= 2
    return 0


def _step(place: int, count: int) -> int:
    """Return the largest power of two that divides a place."""
    return place & -place if place else count
