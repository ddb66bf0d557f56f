"""Serves training batches without state: what comes at a place follows from seed and epoch alone.

A resumed run continues with exactly the samples that an uninterrupted one would have seen, also
with another number of loader workers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader, Dataset, Sampler

from training.augmentation import Augmentation
from training.config import Config
from training.datasets.prepared import Prepared

Place = tuple[int, int, int]
"""Epoch, place in the epoch's order, picture size."""

SIDES = ("left", "right")


@dataclass(frozen=True, slots=True)
class Batch:
    """Pictures (B x 3 x S x S, 0 to 1), targets (B x labels), mask (1 where known), identities."""

    images: torch.Tensor
    targets: torch.Tensor
    mask: torch.Tensor
    identities: torch.Tensor


class Order:
    """The order of training samples: each epoch a permutation of all, with their repeats."""

    def __init__(self, rows: NDArray[np.int64], seed: int) -> None:
        self._rows = rows
        self._seed = seed

    def __len__(self) -> int:
        """Return the number of samples in one epoch."""
        return len(self._rows)

    def at(self, epoch: int) -> NDArray[np.int64]:
        """Return the picture numbers of one epoch in their order."""
        permutation: NDArray[np.int64] = np.random.default_rng((self._seed, epoch)).permutation(
            self._rows
        )
        return permutation

    def places(self, first: int, batch: int) -> list[tuple[int, int]]:
        """Return (epoch, place) of a batch after ``first`` samples; batches run across epochs."""
        return [divmod(first + i, len(self._rows)) for i in range(batch)]


class StepSampler(Sampler[list[Place]]):
    """Yields the places of every step from ``step`` to the end, ``samples`` having been seen."""

    def __init__(self, order: Order, config: Config, step: int, samples: int) -> None:
        self._order, self._config = order, config
        self._first, self._samples = step, samples

    def __iter__(self) -> Iterator[list[Place]]:
        """Yield one list of places for each step."""
        run = self._config.run
        for step in range(self._first, run.steps):
            size = self._config.size_at(step / run.steps)
            first = self._samples + (step - self._first) * run.batch
            yield [(e, p, size) for e, p in self._order.places(first, run.batch)]

    def __len__(self) -> int:
        """Return the number of steps that are left."""
        return max(0, self._config.run.steps - self._first)


Sample = tuple[torch.Tensor, torch.Tensor, int]


class TrainingPictures(Dataset[Sample]):
    """Augmented training pictures by place."""

    def __init__(self, prepared: Prepared, order: Order, config: Config) -> None:
        self._prepared, self._order = prepared, order
        self._augment = Augmentation(config.augmentation)
        self._seed = config.run.seed
        self._epoch, self._rows = -1, order.at(0)
        names = prepared.vocabulary.names
        self._backgrounds = [i for i, name in enumerate(names) if name.endswith("_background")]
        self._sided = [i for i, n in enumerate(names) if set(SIDES) & set(n.split("_"))]

    def __getitem__(self, place: Place) -> Sample:
        """Return the picture (3 x S x S, uint8), its target row (1, 0, -1 unknown), and who."""
        epoch, position, size = place
        row = self._row(epoch, position)
        targets = self._prepared.targets[row].copy()
        rng = np.random.default_rng((self._seed, epoch, position))
        may_flip = not (targets[self._sided] == 1).any()
        pixels, replaced = self._augment(self._prepared.pixels[row], size, rng, may_flip=may_flip)
        if replaced:
            targets[self._backgrounds] = -1
        who = int(self._prepared.identities[row])
        return torch.from_numpy(pixels).permute(2, 0, 1), torch.from_numpy(targets), who

    def _row(self, epoch: int, position: int) -> int:
        if epoch != self._epoch:
            self._epoch, self._rows = epoch, self._order.at(epoch)
        return int(self._rows[position])


def training_rows(prepared: Prepared, config: Config) -> NDArray[np.int64]:
    """Return the numbers of the training pictures, each as often as its set repeats."""
    repeats = {source.name: source.repeat for source in config.datasets.sources}
    rows = prepared.rows("train")
    counts = [repeats[prepared.pictures[row].source] for row in rows]
    return np.repeat(rows, counts)


def batches(prepared: Prepared, config: Config, step: int, samples: int) -> Iterator[Batch]:
    """Yield the batches of the run from a step on, at which ``samples`` have been seen."""
    order = Order(training_rows(prepared, config), config.run.seed)
    loader = DataLoader(
        TrainingPictures(prepared, order, config),
        batch_sampler=StepSampler(order, config, step, samples),
        num_workers=config.run.workers,
        collate_fn=_collate,
    )
    yield from loader


def _collate(samples: list[Sample]) -> Batch:
    images = torch.stack([image for image, _, _ in samples]).float().div_(255)
    rows = torch.stack([targets for _, targets, _ in samples])
    identities = torch.tensor([who for _, _, who in samples])
    return Batch(images, rows.clamp(min=0).float(), (rows >= 0).float(), identities)
