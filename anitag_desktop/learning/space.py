"""The space in which pictures are compared: vectors of one model, seen from their middle."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

Vectors = Floats
"""One vector a row."""


class Space(NamedTuple):
    """Where the middle of a library lies; ``middle`` has one number for each of a vector."""

    middle: NDArray[np.float32]

    def place(self, vectors: NDArray[Any]) -> Vectors:
        """Return vectors at length 1, then seen from the middle, then at length 1 again.

        Whatever all pictures share (most of what a model says of any) no longer makes them alike.
        One without a direction, or that is not finite, becomes zeros.
        """
        with np.errstate(all="ignore"):
            return _directed(_directed(vectors.astype(np.float32)) - self.middle)


def middle_of(vectors: NDArray[Any]) -> Space:
    """Return the space around the mean direction of some vectors, any sample of a library."""
    if not len(vectors):
        return Space(np.zeros(vectors.shape[1], np.float32))
    with np.errstate(all="ignore"):
        mean: NDArray[np.float32] = _directed(vectors.astype(np.float32)).mean(axis=0)
    return Space(mean)


def _directed(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    is_sound = np.isfinite(lengths) & (lengths > 0)
    return np.where(is_sound, vectors / lengths, np.float32(0))
