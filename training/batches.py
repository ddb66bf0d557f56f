"""Serves batches without state: what comes at a place follows from seed and epoch alone.

A resumed run continues with exactly the samples that an uninterrupted one would have seen, also
with another number of loader workers.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader, Dataset, Sampler

from anitag_desktop.domain.error import AnitagError
from training.config import Config
from training.order import Order
from training.processes import Processes
from training.views.view import Place, View, Views

Spot = tuple[int, int, int]
"""Epoch, place in the epoch's order, picture size."""

MOST_TRIES = 20
"""A picture that cannot be read is replaced by the next; after so many the training stops."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Pictures (B x 3 x S x S), their numbers (B), places (B x 2: epoch, position), backgrounds.

    ``replaced`` (B) tells whose background was exchanged; ``unreadable`` are the numbers of
    pictures that could not be read and are not in the batch.
    """

    images: torch.Tensor
    rows: torch.Tensor
    places: torch.Tensor
    replaced: torch.Tensor
    unreadable: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture of a batch; ``view`` is None when it could not be read."""

    view: View | None
    row: int
    place: tuple[int, int]
    unreadable: tuple[int, ...]


class StepSampler(Sampler[list[Spot]]):
    """Yields one process's spots of every step, ``samples`` having been seen before ``step``."""

    def __init__(
        self, order: Order, config: Config, begin: tuple[int, int, int], processes: Processes
    ) -> None:
        self._order, self._config, self._processes = order, config, processes
        self._first, self._samples, self._steps = begin

    def __iter__(self) -> Iterator[list[Spot]]:
        """Yield one list of spots for each step."""
        batch, share = self._config.run.batch, self._processes
        for step in range(self._first, self._steps):
            size = self._config.size_at(step / self._steps)
            first = self._samples + (step - self._first) * batch
            places = self._order.places(first, batch)[share.rank :: share.count]
            yield [(epoch, position, size) for epoch, position in places]

    def __len__(self) -> int:
        """Return the number of steps that are left."""
        return max(0, self._steps - self._first)


class TrainingPictures(Dataset[Sample]):
    """Varied training pictures by spot; ``still`` tells which of all pictures never flip."""

    def __init__(self, views: Views, order: Order, seed: int, still: NDArray[np.bool_]) -> None:
        self._views, self._order, self._still = views, order, still
        self._seed = seed
        self._epoch, self._rows = -1, order.at(0)

    def __getitem__(self, spot: Spot) -> Sample:
        """Return the picture at a spot, or the next one that can be read.

        Raises:
            AnitagError: ``training_failed`` when so many in a row cannot.
        """
        epoch, position, size = spot
        place, unreadable = Place(self._seed, epoch, position), []
        for number in range(MOST_TRIES):
            row = self._row(epoch, (position + number) % len(self._order))
            try:
                view = self._views.varied(row, place, size, may_flip=not self._still[row])
            except AnitagError:
                unreadable.append(row)
                continue
            return Sample(view, row, (epoch, position), tuple(unreadable))
        reason = f"{MOST_TRIES} pictures in a row cannot be read"
        raise AnitagError("training_failed", reason=reason)

    def _row(self, epoch: int, position: int) -> int:
        if epoch != self._epoch:
            self._epoch, self._rows = epoch, self._order.at(epoch)
        return int(self._rows[position])


class PlainPictures(Dataset[Sample]):
    """Pictures as they are measured, by number."""

    def __init__(self, views: Views, rows: NDArray[np.int64], size: int) -> None:
        self._views, self._rows, self._size = views, rows, size

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self._rows)

    def __getitem__(self, index: int) -> Sample:
        """Return a picture, or its number among the unreadable ones."""
        row = int(self._rows[index])
        try:
            return Sample(self._views.plain(row, self._size), row, (0, index), ())
        except AnitagError:
            return Sample(None, row, (0, index), (row,))


def training_batches(
    pictures: TrainingPictures, sampler: StepSampler, config: Config
) -> Iterator[Batch]:
    """Yield the batches of a run from the sampler's first step on."""
    yield from DataLoader(
        pictures,
        batch_sampler=sampler,
        num_workers=_workers(config),
        collate_fn=collate,
        pin_memory=config.run.device.startswith("cuda"),
    )


def plain_batches(
    views: Views, rows: NDArray[np.int64], config: Config, processes: Processes
) -> Iterator[Batch]:
    """Yield this process's share of pictures in batches; none is left out, none comes twice."""
    mine = rows[processes.rank :: processes.count]
    share = max(1, config.run.batch // processes.count)
    yield from DataLoader(
        PlainPictures(views, mine, config.network.size),
        batch_size=min(share, config.run.micro_batch or share),
        num_workers=_workers(config),
        collate_fn=collate,
    )


def _workers(config: Config) -> int:
    """Return how many processes load: what is wanted, and no more than there are cores."""
    may = (
        os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    )
    return min(config.run.workers, len(may))


def collate(samples: list[Sample]) -> Batch:
    """Put samples into a batch; those without a picture are only named."""
    seen = [(s, s.view) for s in samples if s.view is not None]
    images = [view.image for _, view in seen]
    return Batch(
        torch.stack(images) if images else torch.zeros(0, 3, 1, 1),
        torch.tensor([s.row for s, _ in seen], dtype=torch.int64),
        torch.tensor([s.place for s, _ in seen], dtype=torch.int64).reshape(-1, 2),
        torch.tensor([view.replaced for _, view in seen], dtype=torch.bool),
        tuple(row for s in samples for row in s.unreadable),
    )
