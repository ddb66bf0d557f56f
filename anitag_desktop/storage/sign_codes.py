"""Sign codes: one bit for each number of a vector, to find in milliseconds what may be near it.

A bit tells whether the number is above the mean of all vectors there: without that, vectors that
all point about the same way would all have the same bits. How many bits two codes share grows
with the cosine of their vectors; the few hundred nearest ones are then compared exactly.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Vectors of length 1, one a row."""

Rows = NDArray[np.intp]
Codes = NDArray[np.uint64]
Distances = NDArray[np.uint16]

_WORD = 64
_BLOCK = 16_384
"""So many rows at a time stay in the cache of a core."""

_FIRST_WORDS = 4
"""So many words of each code are compared for all rows, the others only for the nearest ones."""

_FIRST_SHARE = 10
"""So many times as many rows as are asked for are compared to the end."""


def read_vectors(content: list[bytes], dim: int) -> tuple[Vectors, NDArray[np.bool_]]:
    """Return vectors of ``dim`` half floats at length 1, and which of them have a direction."""
    raw = np.frombuffer(b"".join(content), "<f2").astype(np.float32).reshape(-1, dim)
    lengths = np.linalg.norm(raw, axis=1, keepdims=True)
    is_sound = np.isfinite(lengths) & (lengths > 0)
    found = np.divide(raw, lengths, out=np.zeros_like(raw), where=is_sound)
    return found, is_sound[:, 0]


@dataclass
class SignCodes:
    """The codes of many vectors, by row; ``images`` is 0 where a row no longer counts.

    ``sampled`` is of how many vectors ``mean`` is the mean. Rows are only ever added at the end.
    The codes lie in planes: the first 64 bits of all rows, then the next 64 of all.
    """

    mean: NDArray[np.float32]
    sampled: int
    seqs: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    numbers: NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, np.uint32))
    images: NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, np.uint32))

    def __post_init__(self) -> None:
        self._planes = np.empty((words(len(self.mean)), 0), np.uint64)

    def __len__(self) -> int:
        return len(self.seqs)

    def code(self, vectors: Vectors) -> Codes:
        """Return the codes of vectors, one a row."""
        bits = np.zeros((len(vectors), len(self._planes) * _WORD), np.bool_)
        np.greater(vectors, self.mean, out=bits[:, : len(self.mean)])
        return np.packbits(bits, axis=1).view(np.uint64)

    def codes(self, rows: slice) -> Codes:
        """Return the codes of some rows, one a row."""
        return np.ascontiguousarray(self._planes[:, rows].T)

    def add(
        self,
        seqs: NDArray[np.int64],
        numbers: NDArray[np.uint32],
        images: NDArray[np.uint32],
        codes: Codes,
    ) -> None:
        """Add rows; of several about one picture the last counts."""
        old, new = len(self), len(self) + len(seqs)
        if new > self._planes.shape[1]:  # copied now and then only, not at each addition
            room = np.empty((len(self._planes), max(new, old * 5 // 4)), np.uint64)
            room[:, :old] = self._planes[:, :old]
            self._planes = room
        self._planes[:, old:new] = codes.T
        self.numbers = np.concatenate((self.numbers, numbers))
        self.images = _latest(self.numbers, np.concatenate((self.images, images)))
        self.seqs = np.concatenate((self.seqs, seqs))

    def nearest(self, vector: Vectors, allowed: NDArray[np.bool_] | None, count: int) -> Rows:
        """Return ``count`` rows whose codes are nearest (more if some are as near), or all.

        ``allowed`` tells by image id whether a picture may be found; None: every one may.
        """
        rows = np.flatnonzero(self.images if allowed is None else allowed[self.images])
        if len(rows) <= count:
            return rows
        code, half = self.code(vector[None])[0], min(_FIRST_WORDS, len(self._planes))
        distances = self._distances(code, range(half), rows)
        if half < len(self._planes):
            rows, distances = _least(rows, distances, _FIRST_SHARE * count)
            distances += self._distances(code, range(half, len(self._planes)), rows)
        return _least(rows, distances, count)[0]

    def _distances(self, code: Codes, planes: range, rows: Rows) -> Distances:
        """Return how many bits of some planes differ, for each of some rows."""
        found = np.zeros(len(rows), np.uint16)
        # Where nearly all rows are asked for, slices of memory are read instead of single places.
        is_dense = len(rows) == rows[-1] - rows[0] + 1
        bits, counts = np.empty(_BLOCK, np.uint64), np.empty(_BLOCK, np.uint8)
        for start in range(0, len(rows), _BLOCK):
            some = rows[start : start + _BLOCK]
            place = slice(some[0], some[-1] + 1) if is_dense else some
            here, sums = slice(0, len(some)), found[start : start + _BLOCK]
            for plane in planes:
                np.bitwise_xor(self._planes[plane, place], code[plane], out=bits[here])
                np.bitwise_count(bits[here], out=counts[here])
                np.add(sums, counts[here], out=sums)
        return found


def words(dim: int) -> int:
    """Return how many numbers of 64 bits the code of a vector takes."""
    return (dim + _WORD - 1) // _WORD


def _least(rows: Rows, distances: Distances, count: int) -> tuple[Rows, Distances]:
    """Return the ``count`` rows of the least distances, and all that are as near as the last."""
    if len(rows) <= count:
        return rows, distances
    is_near = distances <= np.partition(distances, count - 1)[count - 1]
    return rows[is_near], distances[is_near]


def _latest(numbers: NDArray[np.uint32], images: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the images, 0 for each row that another one of the same picture follows."""
    rows = np.arange(len(numbers))
    last = np.zeros(int(numbers.max(initial=0)) + 1, np.intp)
    np.maximum.at(last, numbers, rows)
    found: NDArray[np.uint32] = np.where(last[numbers] == rows, images, 0).astype(np.uint32)
    return found
