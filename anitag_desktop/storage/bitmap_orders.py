"""Putting the images that a search finds in order.

A page of few images is sorted; a page of many is read off an order of all images that is kept
until the column changes. Equals follow each other by id, in the same direction.
"""

from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from anitag_desktop.search.conditions import COUNTED_CATEGORIES, Measure
from anitag_desktop.search.ordering import BITS, DROPPED, Order, OrderKey, Shuffle
from anitag_desktop.storage import image_ranks
from anitag_desktop.storage.bitmap_terms import SearchState
from anitag_desktop.storage.database import Database
from anitag_desktop.storage.id_sets import Ids, ids_of, set_of
from anitag_desktop.storage.image_ranks import Sorted

_FEW = 30_000
"""Up to so many images are sorted rather than looked for in the order of all."""

_MOST_STEPS = 200_000
"""So many images of the order of all are looked at before all of them are marked instead."""

Keys = NDArray[np.generic]


class _Ranked(NamedTuple):
    """The images in an order that takes long to find, and the place of each in it."""

    version: int
    images: Sorted
    ranks: NDArray[np.int32]


class Orders:
    """Orders images of one library; keeps the orders of all images for the next search."""

    def __init__(self, library: Database) -> None:
        self._library = library
        self._lock = Lock()
        self._kept: dict[OrderKey | Measure, tuple[object, Ids]] = {}
        self._sorting = Lock()  # whoever wants the same waits for it; others do not
        self._ranks: dict[OrderKey, _Ranked] = {}

    def prepare(self, state: SearchState) -> None:
        """Sort all images by name, which takes half a second for a million."""
        self._ranks_of(state, OrderKey.NAME)

    def first(self, state: SearchState, found: BitMap, order: Order, count: int) -> Ids:
        """Return the first images of a result, at most ``count``."""
        if count <= 0 or not found:
            return np.empty(0, np.uint32)
        if self._follows_ids(state, order):
            return _turned(ids_of(found[-count:] if order.is_descending else found[:count]), order)
        if order.key is OrderKey.SCORE and (best := _best_scored(state, found, order, count)):
            return best[0]
        if len(found) > _FEW and (kept := self._fresh(state, order)) is not None:
            return _walked(kept, found, order, count)
        ids = ids_of(found)
        return _best(ids, self._keys(state, order, ids), order, count)

    def all(self, state: SearchState, found: BitMap, order: Order) -> Ids:
        """Return all images of a result in order."""
        if self._follows_ids(state, order):
            return _turned(ids_of(found), order)
        if len(found) > _FEW and _is_kept(order):
            kept = self._order_of_all(state, order)
            return _turned(kept[_marks(found, kept)], order)
        ids = ids_of(found)
        return _turned(ids[np.argsort(self._keys(state, order, ids), kind="stable")], order)

    def _follows_ids(self, state: SearchState, order: Order) -> bool:
        if order.key is Measure.ID:
            return True
        return order.key is Measure.ADDED and state.columns.is_added_in_order()

    def _keys(self, state: SearchState, order: Order, ids: Ids) -> Keys:
        """Return what to sort some images by; what is absent comes first in ascending order."""
        key = order.key
        if key is OrderKey.RANDOM:
            return _shuffled(Shuffle.of(order.seed or 0), ids)
        if key is OrderKey.SCORE:
            return sum((_scores(state, tag, ids) for tag in order.tags), np.zeros(len(ids), int))
        if isinstance(key, OrderKey):
            return self._ranks_of(state, key)[ids]
        numbers = state.numbers(key)[ids]
        return np.where(np.isnan(numbers), -np.inf, numbers) if key is Measure.DATE else numbers

    def _ranks_of(self, state: SearchState, key: OrderKey) -> NDArray[np.int32]:
        with self._sorting:
            version = state.columns.version
            known = self._ranks.get(key)
            if known is None or known.version != version:
                images = self._sorted(state, key, known)
                known = self._ranks[key] = _Ranked(version, images, image_ranks.ranks(images))
            return known.ranks

    def _sorted(self, state: SearchState, key: OrderKey, known: "_Ranked | None") -> Sorted:
        everything, places = state.columns.everything, state.leaves.places
        changed = None if known is None else state.columns.changed_since(known.version)
        if known is None or changed is None or places is None or len(changed) > image_ranks.FEW:
            return image_ranks.sort_all(self._library, key, everything, places)
        return image_ranks.sort_again(self._library, key, known.images, changed, everything, places)

    def _fresh(self, state: SearchState, order: Order) -> Ids | None:
        """Return all images in ascending order if that is known already."""
        with self._lock:
            kept = self._kept.get(order.key)
        version = state.columns.version, state.tags
        return kept[1] if kept is not None and _is_same(kept[0], version, order) else None

    def _order_of_all(self, state: SearchState, order: Order) -> Ids:
        """Return all images in ascending order."""
        kept = self._fresh(state, order)
        if kept is not None:
            return kept
        version = state.columns.version, state.tags
        ids = ids_of(state.columns.everything)
        found = ids[np.argsort(self._keys(state, order, ids), kind="stable")]
        with self._lock:
            self._kept[order.key] = version, found
        return found


def _walked(kept: Ids, found: BitMap, order: Order, count: int) -> Ids:
    """Read the first of a result off the order of all images."""
    steps = min(len(kept), 2 * count * len(kept) // len(found) + 1000)
    while steps <= min(len(kept), _MOST_STEPS):
        part = kept[len(kept) - steps :] if order.is_descending else kept[:steps]
        hits = part[np.isin(part, ids_of(set_of(part) & found))]
        if len(hits) >= count or steps == len(kept):
            return _turned(hits, order)[:count]
        steps = min(len(kept), 4 * steps)
    return _turned(kept[_marks(found, kept)], order)[:count]


def _is_kept(order: Order) -> bool:
    return order.key not in (OrderKey.RANDOM, OrderKey.SCORE)


def _turned(ids: Ids, order: Order) -> Ids:
    return ids[::-1] if order.is_descending else ids


def _best(ids: Ids, keys: Keys, order: Order, count: int) -> Ids:
    """Return the first of some ascending ids in order of their keys."""
    if count * 4 < len(ids):
        place = len(ids) - count if order.is_descending else count - 1
        bound = np.partition(keys, place)[place]
        near = np.flatnonzero(keys >= bound if order.is_descending else keys <= bound)
        ids, keys = ids[near], keys[near]
    return _turned(ids[np.argsort(keys, kind="stable")], order)[:count]


def _marks(found: BitMap, ids: Ids) -> NDArray[np.bool_]:
    """Tell for each id whether it is in the set."""
    marked = np.zeros(max(found.max(), int(ids.max(initial=0))) + 1, np.bool_)
    marked[ids_of(found)] = True
    return marked[ids]


def _shuffled(shuffle: Shuffle, ids: Ids) -> NDArray[np.int64]:
    numbers = ids.astype(np.int64)
    numbers *= shuffle.factor
    numbers += shuffle.offset
    numbers &= BITS
    numbers *= numbers
    numbers >>= DROPPED
    numbers &= BITS
    return numbers


def _best_scored(state: SearchState, found: BitMap, order: Order, count: int) -> list[Ids]:
    """Return the first images by score, or nothing if all scores have to be read."""
    if not order.is_descending or len(order.tags) != 1 or len(found) <= count:
        return []
    scores, tag = state.leaves.scores, order.tags[0]
    first = scores.best(tag, found, count, state.lore, state.library_ids)
    return [] if first is None else [first]


def _scores(state: SearchState, tag: str, ids: Ids) -> NDArray[np.int64]:
    scores = state.scores(tag)
    found = np.zeros(len(ids), np.int64)
    is_known = ids < len(scores)
    found[is_known] = np.maximum(scores[ids[is_known]], 0)
    return found


def _is_same(kept: object, now: tuple[int, object], order: Order) -> bool:
    """Tell whether an order that was kept is right: tags matter only where they are counted."""
    assert isinstance(kept, tuple)
    return kept[0] == now[0] and (not _counts_tags(order) or kept[1] is now[1])


def _counts_tags(order: Order) -> bool:
    return order.key is Measure.TAGS or order.key in COUNTED_CATEGORIES
