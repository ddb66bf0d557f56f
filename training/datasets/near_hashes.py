"""Which hashes of 64 bits differ in few of them, without comparing each with each."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Pairs = NDArray[np.int64]
"""Rows of three: a place in the first hashes, one in the second, and the bits that differ."""

_BLOCK = 1 << 22


def near_pairs(ones: Hashes, others: Hashes, most: int) -> Pairs:
    """Return every pair of a hash and another one that differ in at most ``most`` bits, once.

    Of hashes that are cut into ``most + 1`` pieces at least one piece is the same then: only those
    that share a piece are compared.
    """
    cuts = [round(64 * piece / (most + 1)) for piece in range(most + 2)]
    found = [
        pairs for low, high in pairwise(cuts) for pairs in _sharing(ones, others, (low, high), most)
    ]
    whole = np.concatenate([np.empty((0, 3), np.int64), *found])
    return np.unique(whole, axis=0)


def _sharing(ones: Hashes, others: Hashes, piece: tuple[int, int], most: int) -> list[Pairs]:
    """Return the near pairs among hashes with the same bits ``piece`` (from, to)."""
    keys, other_keys = _bits(ones, *piece), _bits(others, *piece)
    order, other_order = np.argsort(keys, kind="stable"), np.argsort(other_keys, kind="stable")
    keys, other_keys = keys[order], other_keys[other_order]
    shared = np.intersect1d(keys, other_keys)
    bounds = zip(
        np.searchsorted(keys, shared),
        np.searchsorted(keys, shared, "right"),
        np.searchsorted(other_keys, shared),
        np.searchsorted(other_keys, shared, "right"),
        strict=True,
    )
    return [
        pairs
        for first, end, other_first, other_end in bounds
        for pairs in _near(ones, others, order[first:end], other_order[other_first:other_end], most)
    ]


def _near(
    ones: Hashes, others: Hashes, rows: NDArray[np.int64], columns: NDArray[np.int64], most: int
) -> list[Pairs]:
    """Return the near pairs of some of the ones with some of the others, block by block."""
    height = max(1, _BLOCK // max(1, len(columns)))
    found = []
    for start in range(0, len(rows), height):
        some = rows[start : start + height]
        bits = np.bitwise_count(ones[some][:, None] ^ others[columns][None])
        at, to = np.nonzero(bits <= most)
        if len(at):
            found.append(np.stack([some[at], columns[to], bits[at, to].astype(np.int64)], axis=1))
    return found


def _bits(hashes: Hashes, low: int, high: int) -> Hashes:
    mask = np.uint64((1 << (high - low)) - 1)
    shifted: Hashes = (hashes >> np.uint64(low)) & mask
    return shifted
