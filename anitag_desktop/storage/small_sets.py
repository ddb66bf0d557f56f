"""Many small sets in one array: how much of each is in another set takes one look at all of it."""

from collections.abc import Mapping

import numpy as np
from pyroaring import BitMap

from anitag_desktop.storage.id_sets import ids_of

SMALL = 1_000
"""So many members a small set has at most."""


class SmallSets:
    """The smaller ones of some sets, by their keys."""

    def __init__(self, sets: Mapping[int, BitMap]) -> None:
        small = {key: members for key, members in sets.items() if 0 < len(members) <= SMALL}
        self._keys = list(small)
        lengths = [len(members) for members in small.values()]
        self._bounds = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        joined = [ids_of(members) for members in small.values()]
        self._members = np.concatenate(joined) if joined else np.empty(0, np.uint32)

    def count(self, among: BitMap) -> dict[int, int]:
        """Return of each small set how many members are in another set."""
        if not self._keys or not among:
            return dict.fromkeys(self._keys, 0)
        end = max(int(self._members.max()), among.max()) + 1
        marked = np.zeros(end, np.bool_)
        marked[ids_of(among)] = True
        hits = np.flatnonzero(marked[self._members])
        counts = np.diff(np.searchsorted(hits, self._bounds))
        return dict(zip(self._keys, counts.tolist(), strict=True))
