"""Which perceptual hashes differ in few bits: set-based, so that 100,000 of them take a moment."""

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

_BANDS = 8
_BLOCK = 4_096


def pairs_within(hashes: Hashes, most: int) -> NDArray[np.int64]:
    """Return the pairs of places (first < second) whose hashes differ in at most ``most`` bits.

    Hashes that differ in at most seven bits share one of their eight bytes, so only those that
    share one are compared. All are to be different from each other.

    Raises:
        ValueError: ``most`` is over seven.
    """
    if most >= _BANDS:
        raise ValueError("hashes that differ so much need not share a byte")
    found = [np.empty((0, 2), np.int64)]
    for band in range(_BANDS):
        keys = (hashes >> np.uint64(8 * band)) & np.uint64(0xFF)
        order = np.argsort(keys, kind="stable")
        starts = np.flatnonzero(np.diff(keys[order], prepend=np.uint64(256)))
        for group in np.split(order, starts[1:]):
            found += _pairs_among(hashes, group, most)
    return np.unique(np.concatenate(found), axis=0)


def _pairs_among(hashes: Hashes, group: NDArray[np.intp], most: int) -> list[NDArray[np.int64]]:
    """Return the near pairs among some places, which ascend."""
    own = hashes[group]
    rows = max(1, _BLOCK * _BLOCK // 8 // max(1, len(group)))
    found = []
    for start in range(0, len(group), rows):
        bits = np.bitwise_count(own[start : start + rows, None] ^ own[None, start:])
        first, second = np.nonzero(bits <= most)
        is_pair = first < second
        if is_pair.any():
            places = group[start + first[is_pair]], group[start + second[is_pair]]
            found.append(np.stack(places, axis=1))
    return found
