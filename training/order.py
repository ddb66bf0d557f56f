"""The order of training samples, which follows from seed and epoch alone."""

import numpy as np
from numpy.typing import NDArray


class Order:
    """The order of training samples: each epoch a permutation of all, with their repeats.

    With ``chances`` (one for each row, adding up to 1) every place is drawn by them instead.
    """

    def __init__(
        self, rows: NDArray[np.int64], seed: int, chances: NDArray[np.float64] | None = None
    ) -> None:
        self._rows, self._chances = rows, chances
        self._seed = seed

    def __len__(self) -> int:
        """Return the number of samples in one epoch."""
        return len(self._rows)

    def at(self, epoch: int) -> NDArray[np.int64]:
        """Return the picture numbers of one epoch in their order."""
        rng = np.random.default_rng((self._seed, epoch))
        if self._chances is None:
            permutation: NDArray[np.int64] = rng.permutation(self._rows)
            return permutation
        return np.asarray(rng.choice(self._rows, len(self._rows), p=self._chances), np.int64)

    def places(self, first: int, batch: int) -> list[tuple[int, int]]:
        """Return (epoch, place) of a batch after ``first`` samples; batches run across epochs."""
        return [divmod(first + i, len(self._rows)) for i in range(batch)]


def class_chances(classes: NDArray[np.int64], kind: str) -> NDArray[np.float64] | None:
    """Return the chance of each sample: classes alike (``balanced``), or by root (``sqrt``).

    ``shuffle`` gives None: every sample once an epoch.
    """
    if kind == "shuffle":
        return None
    _, places, counts = np.unique(classes, return_inverse=True, return_counts=True)
    power = -1.0 if kind == "balanced" else -0.5
    weights = counts[places].astype(np.float64) ** power
    return np.asarray(weights / weights.sum(), np.float64)
