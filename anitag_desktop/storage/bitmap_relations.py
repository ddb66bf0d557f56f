"""The tags that go with a result, worked out on bitmaps."""

import heapq
from collections.abc import Iterator, Mapping

import numpy as np
from pyroaring import BitMap

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.search.index import RelatedTag
from anitag_desktop.search.relating import most_alike, relate
from anitag_desktop.storage.bitmap_terms import SearchState
from anitag_desktop.storage.small_sets import SMALL


def related(
    state: SearchState,
    among: BitMap,
    present: BitMap,
    category: TagCategory | None,
    limit: int,
) -> list[RelatedTag]:
    """Return the tags that go with some present images best.

    A tag so much rarer or commoner that it cannot be among the best needs no counting.
    """
    best: list[RelatedTag] = []
    cosines: list[float] = []  # of the best, as a heap
    for tag, tagged, count in _counted(state, among, present, category, cosines, limit):
        one = relate(tag, count, len(among), tagged)
        best.append(one)
        heapq.heappush(cosines, one.cosine)
        if len(cosines) > limit:
            heapq.heappop(cosines)
    return most_alike(best, limit)


def _counted(
    state: SearchState,
    among: BitMap,
    present: BitMap,
    category: TagCategory | None,
    cosines: list[float],
    limit: int,
) -> Iterator[tuple[Tag, int, int]]:
    """Yield the tags that may be among the best, on how many images they are, and on how many here.

    ``cosines`` is what the best so far have. The tags that can be most alike, by their size, come
    first, so most need not be counted.
    """
    absent = state.columns.everything - present
    small: Mapping[int, int] | None = None
    for number, bound in _by_bound(state, len(among), len(absent)):
        if len(cosines) >= limit and bound < cosines[0]:
            return
        tag, members = state.lore.tags[state.lore.number_of_tag[number]], state.tags.tagged[number]
        if category not in (None, tag.category):
            continue
        if len(members) > SMALL:
            count = members.intersection_cardinality(among)
        else:
            small = state.small_tags.count(among) if small is None else small
            count = small[number]
        if count:
            yield tag, len(members) - members.intersection_cardinality(absent), count


def _by_bound(state: SearchState, found: int, absent: int) -> Iterator[tuple[int, float]]:
    """Yield the tags with the highest cosine that sets of their size can have, the highest first.

    So many images of each may be absent, which count for nothing.
    """
    numbers, sizes = state.sizes
    least = np.maximum(sizes - absent, 1)
    nearest = np.clip(found, least, sizes)  # of what may be present
    bounds = np.sqrt(np.minimum(nearest, found) / np.maximum(np.maximum(nearest, found), 1))
    bounds *= 1 + _ROUNDING
    order = np.argsort(-bounds, kind="stable")
    yield from zip(numbers[order].tolist(), bounds[order].tolist(), strict=True)


_ROUNDING = 1e-9
"""Two ways to the same number may differ by so much."""
