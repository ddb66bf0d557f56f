"""Pages of a result: some of it in order, or all of it with the first ones ready."""

from functools import partial

import numpy as np
from pyroaring import BitMap

from anitag_desktop.search.ordering import Order
from anitag_desktop.storage.bitmap_orders import Orders
from anitag_desktop.storage.bitmap_terms import SearchState
from anitag_desktop.storage.found_ids import FoundIds
from anitag_desktop.storage.id_sets import Ids, set_of

_READY = 1_000
"""So many ids are put in order before a result is handed out."""


class Result:
    """What a search found, to be put in order."""

    def __init__(self, orders: Orders, state: SearchState, found: BitMap, order: Order) -> None:
        self._orders = orders
        self._state = state
        self._found = found
        self._order = order

    def part(self, start: int, stop: int) -> FoundIds:
        """Return the ids from one place in the order up to, but without, another."""
        if start >= stop:
            return FoundIds(np.empty(0, np.uint32), 0, partial(self._whole, 0))
        if start == 0:
            first = self._first(min(stop, _READY))
            return FoundIds(first, stop, partial(self._after, first, stop))
        ids = self._first(stop) if stop <= _READY else self._whole(stop)
        return FoundIds(ids[start:], stop - start, partial(self._whole, 0))

    def _first(self, count: int) -> Ids:
        return self._orders.first(self._state, self._found, self._order, count)

    def _whole(self, stop: int) -> Ids:
        return self._orders.all(self._state, self._found, self._order)[:stop]

    def _after(self, first: Ids, stop: int) -> Ids:
        """Return the first ids and the rest: nothing comes twice, even if its date has changed."""
        rest = self._orders.all(self._state, self._found - set_of(first), self._order)
        return np.concatenate([first, rest])[:stop]
