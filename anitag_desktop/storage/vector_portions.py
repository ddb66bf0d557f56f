"""Vector portions: many vectors together, made so small that a million is compared in milliseconds.

Each vector is rounded to 8 bits a number, which changes a cosine by less than a hundredth; of those
in a full portion one bit a number is kept, too: whether it is above the mean of all. How many bits
two vectors share grows with their cosine, so only where these are near are numbers compared.
NumKong compares both; meanwhile other threads run.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import numkong
import numpy as np
from numpy.typing import NDArray

Halves = NDArray[np.float16]
"""Vectors as index.db keeps them, one a row."""

Rounded = NDArray[np.int8]
"""Vectors whose largest number is 127 or -127, one a row; zeros for one without a direction."""

Signs = NDArray[np.uint8]
"""Eight numbers a byte, one vector a row."""

Differing = NDArray[np.uint16]
Floats = NDArray[np.float32]
Mean = Floats
Allowed = NDArray[np.bool_]
"""Whether a picture may be found, by image id; the last place stands for all ids from there on."""

SIZE = 32_768
"""So many vectors make a portion full."""

_FEW = 50_000
"""So many pictures that a filter leaves are all compared by their numbers."""

_NO_SIGNS: Signs = np.empty((0, 0), np.uint8)
_THREADS = 2
_LARGEST = 127
_STEP = 512
"""So many rows at a time stay in the cache of a core."""


class Target(NamedTuple):
    """The vector that others are compared with: two tables of one row."""

    rounded: Rounded
    signs: Signs

    @property
    def bits(self) -> int:
        """How many signs there are."""
        return 8 * self.signs.size


class Ranks(NamedTuple):
    """Vectors by their ``seq``, and about their cosines, the most alike first."""

    seqs: NDArray[np.int64]
    cosines: NDArray[np.float64]


class Portion(NamedTuple):
    """Some vectors by row; ``signs`` has no row where there are too few to need them.

    ``seqs`` ascend; ``numbers`` are the ids of the pictures in index.db, ``images`` those in
    library.db, 0 where it does not know the picture.
    """

    seqs: NDArray[np.int64]
    numbers: NDArray[np.uint32]
    images: NDArray[np.uint32]
    rounded: Rounded
    signs: Signs = _NO_SIGNS

    def differing(self, target: Target, least: Differing | None, is_few: bool) -> Differing:
        """Return how many signs of each row differ, 0 where that does not matter.

        ``least`` tells by image id how many it is at least: too many where it may not be found.
        """
        found = np.zeros((len(self.seqs), 1))
        if len(self.signs) and not is_few:
            numkong.cdist(self.signs, target.signs, "hamming", dtype="uint1", out=found)
        differing = found[:, 0].astype(np.uint16)
        if least is None:
            return differing
        return np.maximum(differing, least.take(self.images, mode="clip"), out=differing)

    def ranks(self, target: Target, rows: NDArray[np.intp]) -> Ranks:
        """Return some rows with their cosines, in no order."""
        some = self.rounded if len(rows) == len(self.rounded) else self.rounded[rows]
        found = np.empty((len(rows), 1))
        if len(rows):
            numkong.cdist(some, target.rounded, "angular", dtype="int8", out=found)
        return Ranks(self.seqs[rows], 1 - found[:, 0])


def nearest(
    portions: Sequence[Portion], target: Target, allowed: Allowed | None, count: int
) -> Ranks:
    """Return about the ``count`` vectors nearest to the target; None allows every picture."""
    is_few = allowed is not None and bool(np.count_nonzero(allowed) <= _FEW)
    least = None if allowed is None else ~allowed * np.uint16(target.bits + 1)
    parts = [portions[place::_THREADS] for place in range(_THREADS)]
    with ThreadPoolExecutor(_THREADS) as pool:
        looks = list(pool.map(partial(_look, target, least, is_few), parts))
        counts = np.sum([counts for _, counts in looks], axis=0)
        # So many signs may differ that ``count`` rows, or a few more, are near enough.
        most = min(int(np.searchsorted(counts.cumsum(), count + counts[0])), target.bits)
        found = list(pool.map(partial(_rank, target, most), parts, [one for one, _ in looks]))
    seqs, cosines = (np.concatenate(column) for column in zip(*found, strict=True))
    best = np.argpartition(cosines, -count)[-count:] if count < len(cosines) else slice(None)
    order = np.argsort(-cosines[best])
    return Ranks(seqs[best][order], cosines[best][order])


def _look(
    target: Target, least: Differing | None, is_few: bool, portions: Sequence[Portion]
) -> tuple[list[Differing], NDArray[np.intp]]:
    """Return how many signs differ in each portion, and of how many rows how many do."""
    differing = [one.differing(target, least, is_few) for one in portions]
    counts = np.zeros(target.bits + 2, np.intp)
    for one in differing:
        counts += np.bincount(one, minlength=len(counts))
    return differing, counts


def _rank(
    target: Target, most: int, portions: Sequence[Portion], differing: Sequence[Differing]
) -> Ranks:
    """Return the rows of which at most so many signs differ, with their cosines."""
    nothing = Ranks(np.empty(0, np.int64), np.empty(0))
    found = [
        portion.ranks(target, np.flatnonzero(one <= most))
        for portion, one in zip(portions, differing, strict=True)
    ]
    return Ranks(*(np.concatenate(column) for column in zip(nothing, *found, strict=True)))


def joined(first: Portion, second: Portion) -> Portion:
    """Return the vectors of two portions without signs, those of the second behind."""
    return Portion(
        np.concatenate((first.seqs, second.seqs)),
        np.concatenate((first.numbers, second.numbers)),
        np.concatenate((first.images, second.images)),
        np.concatenate((first.rounded, second.rounded)),
    )


def halves(content: bytes, dim: int) -> Halves:
    """Return vectors of ``dim`` little-endian half floats that lie one behind the other."""
    return np.frombuffer(content, "<f2").reshape(-1, dim)


def rounded(vectors: Halves) -> Rounded:
    """Return vectors in 8 bits a number."""
    return np.concatenate([_rounded(some) for some in _blocks(vectors)])


def mean_of(vectors: Rounded) -> Mean:
    """Return the mean of vectors, each taken at length 1."""
    sums = [(some / np.maximum(_lengths(some), 1)).sum(axis=0) for some in _blocks(vectors)]
    mean: Mean = np.sum(sums, axis=0) / len(vectors)
    return mean.astype(np.float32)


def signs(vectors: Rounded, mean: Mean) -> Signs:
    """Return for each number of each vector whether at length 1 it is above the mean."""
    above = (some > mean * _lengths(some) for some in _blocks(vectors))
    return np.concatenate([np.packbits(one, axis=1) for one in above])


def _rounded(vectors: Floats) -> Rounded:
    peaks = np.maximum(vectors.max(axis=1), -vectors.min(axis=1))[:, None]
    is_sound = np.isfinite(peaks) & (peaks > 0)
    vectors[~is_sound[:, 0]] = 0
    vectors *= np.divide(_LARGEST, peaks, out=np.zeros_like(peaks), where=is_sound)
    return np.rint(vectors, out=vectors).astype(np.int8)


def _lengths(vectors: Floats) -> Floats:
    found: Floats = np.linalg.norm(vectors, axis=1, keepdims=True)
    return found


def _blocks(vectors: NDArray[Any]) -> Iterator[Floats]:
    """Yield some rows at a time, at least once."""
    for start in range(0, max(len(vectors), 1), _STEP):
        yield vectors[start : start + _STEP].astype(np.float32)
