"""Labelled pictures with the part of each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.config import DatasetConfig
from training.datasets.sample import LabelledPicture


@dataclass(frozen=True, slots=True)
class DividedPictures:
    """Pictures and the part (train, validation, test) of each."""

    pictures: tuple[LabelledPicture, ...]
    parts: tuple[str, ...]

    def rows(self, part: str, source: str | None = None) -> NDArray[np.int64]:
        """Return the numbers of the pictures in a part (and a set)."""
        found = [
            i
            for i, (p, where) in enumerate(zip(self.pictures, self.parts, strict=True))
            if where == part and source in (None, p.source)
        ]
        return np.asarray(found, np.int64)

    def training_rows(self, config: DatasetConfig) -> NDArray[np.int64]:
        """Return the numbers of the training pictures, each as often as its set repeats.

        A ``fraction`` below 1 keeps every so-manieth picture.
        """
        repeats = {source.name: source.repeat for source in config.sources}
        rows = self.rows("train")
        kept = rows[
            np.floor(np.arange(1, len(rows) + 1) * config.fraction)
            > np.floor(np.arange(len(rows)) * config.fraction)
        ]
        counts = [repeats[self.pictures[row].source] for row in kept]
        return np.repeat(kept, counts)


def count_classes(pictures: Sequence[LabelledPicture], names: Sequence[str]) -> list[int]:
    """Return how many pictures each class has."""
    slots = dict.fromkeys(names, 0)
    for picture in pictures:
        if picture.identity in slots:
            slots[picture.identity] += 1
    return list(slots.values())


def class_names(listed: Sequence[str], pictures: Sequence[LabelledPicture]) -> tuple[str, ...]:
    """Return the class names: as the sets list them, then by name what only pictures name."""
    others = sorted({p.identity for p in pictures if p.identity} - set(listed))
    return tuple(dict.fromkeys([*listed, *others]))
