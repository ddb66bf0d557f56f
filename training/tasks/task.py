"""What a task offers to the trainer, which knows nothing else of it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.batches import Batch
from training.datasets.collection import Collection
from training.views.mixing import Mix

Targets = dict[str, torch.Tensor]
"""What a batch's pictures should lead to; the first dimension of each tensor is the batch."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where in a run a step is, counted from 0; ``seed`` makes it unlike other runs."""

    step: int
    steps: int
    epoch: float
    seed: int


class Measuring(Protocol):
    """Measures a network on pictures, in sums that processes can add up."""

    def add(self, images: torch.Tensor, batch: Batch) -> None:
        """Look at normalised pictures and count."""

    @property
    def tensors(self) -> list[torch.Tensor]:
        """The sums."""

    def result(self) -> dict[str, float]:
        """Return the measures; among them ``loss``."""


class Task(Protocol):
    """Targets, losses and measures of one kind of learning.

    ``network`` is what is averaged, measured and exported; ``extra`` is trained beside it.
    """

    @property
    def network(self) -> nn.Module:
        """What is learnt."""

    @property
    def extra(self) -> nn.Module:
        """What is trained beside the network and not part of it."""

    @property
    def collection(self) -> Collection:
        """The pictures, and how they are seen."""

    def prepare(self, rows: NDArray[np.int64], device: torch.device) -> None:
        """Take what follows from the training pictures: start values, weights of classes."""

    def still(self) -> NDArray[np.bool_]:
        """Tell which pictures may not be mirrored (N)."""

    def classes_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a class of each of some pictures, for balanced samplers."""

    def targets(self, batch: Batch, moment: Moment) -> Targets:
        """Return the targets of a batch, on the CPU."""

    def mixed(self, targets: Targets, mix: Mix) -> Targets:
        """Return the targets of pictures that were mixed."""

    def counts(self, targets: Targets) -> dict[str, torch.Tensor]:
        """Return, for each term of the loss, what its sum is divided by."""

    def losses(
        self, images: torch.Tensor, targets: Targets, moment: Moment
    ) -> dict[str, torch.Tensor]:
        """Return the terms of the loss as sums over the pictures, already weighed."""

    def measuring(self, device: torch.device) -> Measuring:
        """Return something that measures the network as it is now."""

    def prior_loss(self, rows: NDArray[np.int64]) -> float:
        """Return the loss of who knows nothing but how often each answer is right in training."""

    def facts(self) -> dict[str, object]:
        """Return what the first progress line says of the task."""
