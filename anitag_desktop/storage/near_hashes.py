"""Which perceptual hashes differ in few bits: set-based, so that 100,000 of them take a moment."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.storage.interruptions import give_up_if_asked

Hashes = NDArray[np.uint64]
Pairs = NDArray[np.int64]
"""Rows of three: the places of two hashes, the smaller first, and the bits that they differ in."""

SURE_BITS = 6
"""Hashes that differ in so many bits share two of their eight bytes at least."""

_BYTES = 8
_REACH = 64
"""Of the hashes that share two bytes, each is compared with so many that follow it in order."""

_KEPT = 32
"""So many of its nearest pairs each hash keeps: thousands may be all alike."""

_PLACE = np.int64(27)
_BITS = np.int64(7)
"""Bits that a place and a number of bits take where a pair is one number."""

Codes = NDArray[np.int64]
"""Pairs as numbers, in the order of the first place, then the nearest first."""


def near_pairs(hashes: Hashes, most: int, mirror: int | None = None) -> Pairs:
    """Return the pairs of hashes that differ in at most ``most`` bits, the nearest of each first.

    All are to be different from each other. With ``mirror`` one of each pair is taken with these
    bits turned over. Only hashes that share two bytes are compared, which all pairs of at most
    ``SURE_BITS`` do, and most others. Work and memory grow with the number of hashes only: of a
    crowd that shares two bytes not all are compared, nor kept.

    Raises:
        GivenUpError: nobody waits for it any more, see ``interruptions``.
    """
    count = len(hashes)
    both = hashes if mirror is None else np.concatenate([hashes, hashes ^ np.uint64(mirror)])
    order = np.argsort(both, kind="stable")
    found = np.empty(0, np.int64)
    for high, low in combinations(range(_BYTES), 2):
        give_up_if_asked()
        rows = _pairs_in_band(both[order], (8 * high, 8 * low), most)
        rows[:, :2] = order[rows[:, :2]]
        if mirror is not None:
            rows = _across(rows, count)
        rows[:, :2].sort(axis=1)
        found = _nearest(np.concatenate([found, _codes(rows)]))
    return _decoded(found)


def _pairs_in_band(hashes: Hashes, shifts: tuple[int, int], most: int) -> Pairs:
    """Return the near pairs among hashes that share the bytes at two places."""
    high, low = ((hashes >> np.uint64(shift)) & np.uint64(0xFF) for shift in shifts)
    keys = (high << np.uint64(8) | low).astype(np.uint16)
    order = np.argsort(keys, kind="stable")
    keys, ordered = keys[order], hashes[order]
    starts = np.arange(len(keys))
    found = [np.empty((0, 3), np.int64)]
    for step in range(1, _REACH + 1):
        starts = starts[: np.searchsorted(starts, len(keys) - step)]
        starts = starts[keys[starts] == keys[starts + step]]
        if not len(starts):
            break
        bits = np.bitwise_count(ordered[starts] ^ ordered[starts + step])
        near = starts[bits <= most]
        found.append(np.stack([order[near], order[near + step], bits[bits <= most]], axis=1))
    return np.concatenate(found)


def _across(rows: Pairs, count: int) -> Pairs:
    """Keep the pairs of a hash (a place under ``count``) and another's mirrored one."""
    is_mirrored = rows[:, :2] >= count
    rows = rows[is_mirrored[:, 0] != is_mirrored[:, 1]].copy()
    rows[:, :2] %= count
    is_other: NDArray[np.bool_] = rows[:, 0] != rows[:, 1]
    return rows[is_other]


def _codes(rows: Pairs) -> Codes:
    return rows[:, 0] << _PLACE + _BITS | rows[:, 2] << _PLACE | rows[:, 1]


def _decoded(codes: Codes) -> Pairs:
    bits = codes >> _PLACE & (1 << _BITS) - 1
    pairs: Pairs = np.column_stack([codes >> _PLACE + _BITS, codes & (1 << _PLACE) - 1, bits])
    return pairs


def _nearest(codes: Codes) -> Codes:
    """Return each pair once, and of each first place only its nearest."""
    codes = np.sort(codes)
    codes = codes[np.diff(codes, prepend=-1) != 0]
    begins = np.flatnonzero(np.diff(codes >> _PLACE + _BITS, prepend=-1))
    rank = np.arange(len(codes)) - np.repeat(begins, np.diff(begins, append=len(codes)))
    is_kept: NDArray[np.bool_] = rank < _KEPT
    return codes[is_kept]
