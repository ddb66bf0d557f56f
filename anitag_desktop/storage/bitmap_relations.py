"""The tags that go with a result, worked out on bitmaps."""

import heapq
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.search.index import RelatedTag
from anitag_desktop.search.relating import most_alike, relate
from anitag_desktop.storage.bitmap_terms import SearchState
from anitag_desktop.storage.interruptions import give_up_if_asked
from anitag_desktop.storage.small_sets import SMALL


def related(
    state: SearchState,
    among: BitMap,
    present: BitMap,
    category: TagCategory | None,
    limit: int,
) -> list[RelatedTag]:
    """Return the tags that go with some present images best.

    The tags that can be most alike come first; as soon as none can be among the best any more,
    the others need no counting.
    """
    absent = state.columns.everything - present
    best: list[RelatedTag] = []
    cosines: list[float] = []  # of the best, as a heap
    ways = (_small, _large) if len(among) <= SMALL else (_large, _small)
    for candidates in ways:
        for number, bound, counted in candidates(state, among, len(absent)):
            give_up_if_asked()
            if len(cosines) >= limit and bound < cosines[0]:
                break
            tag, members = (
                state.lore.tags[state.lore.number_of_tag[number]],
                state.tags.tagged[number],
            )
            if category not in (None, tag.category):
                continue
            count = members.intersection_cardinality(among) if counted is None else counted
            if count:
                tagged = len(members) - members.intersection_cardinality(absent)
                best.append(relate(tag, count, len(among), tagged))
                heapq.heappush(cosines, best[-1].cosine)
                if len(cosines) > limit:
                    heapq.heappop(cosines)
    return most_alike(best, limit)


def _large(
    state: SearchState, among: BitMap, absent: int
) -> Iterator[tuple[int, float, int | None]]:
    """Yield the larger tags with the highest cosine that sets of their size can have.

    So many images of each may be absent, which count for nothing.
    """
    numbers, sizes = state.sizes
    numbers, sizes = numbers[sizes > SMALL], sizes[sizes > SMALL]
    nearest = np.clip(len(among), np.maximum(sizes - absent, 1), sizes)  # of what may be present
    most = np.maximum(np.maximum(nearest, len(among)), 1)
    bounds = np.sqrt(np.minimum(nearest, len(among)) / most)
    for number, bound in _highest_first(numbers, bounds):
        yield number, bound, None


def _small(
    state: SearchState, among: BitMap, absent: int
) -> Iterator[tuple[int, float, int | None]]:
    """Yield the smaller tags that are on these images, counted all at once, with their cosine.

    It may be a little higher than that: where images are absent.
    """
    counts = {number: count for number, count in state.small_tags.count(among).items() if count}
    known = [number for number in counts if number in state.lore.number_of_tag]
    numbers = np.array(known, np.int64)
    both = np.array([counts[number] for number in known], np.int64)
    sizes = np.array([len(state.tags.tagged[number]) for number in known], np.int64)
    cosines = both / np.sqrt(max(len(among), 1) * np.maximum(sizes - absent, both))
    for number, bound in _highest_first(numbers, cosines):
        yield number, bound, counts[number]


def _highest_first(
    numbers: NDArray[np.int64], bounds: NDArray[np.float64]
) -> Iterator[tuple[int, float]]:
    order = np.argsort(-bounds, kind="stable")
    return zip(numbers[order].tolist(), (bounds[order] * (1 + _ROUNDING)).tolist(), strict=True)


_ROUNDING = 1e-9
"""Two ways to the same number may differ by so much."""
