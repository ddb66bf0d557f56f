"""The tags that go with a result, worked out on bitmaps."""

import heapq
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.search.index import RelatedTag
from anitag_desktop.search.relating import most_alike, relate
from anitag_desktop.storage.bitmap_terms import Numbers, SearchState, TagLists
from anitag_desktop.storage.id_sets import ids_of, set_of
from anitag_desktop.storage.interruptions import give_up_if_asked
from anitag_desktop.storage.small_sets import SMALL

_DRAWN = 25_000
"""So many images, drawn at random, tell which tags can be among the best."""

_COUNTED = 100_000
"""Up to so many absent images are counted by their lists of tags."""

Candidate = tuple[int, float, int | None]
"""A tag (id in index.db), the highest cosine that it can have, and its count if that is known."""

Way = Callable[[SearchState, BitMap, BitMap], Iterator[Candidate]]


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
    for candidates in _ways(state, among):
        for number, bound, counted in candidates(state, among, absent):
            give_up_if_asked()
            if len(cosines) >= limit and bound < cosines[0]:
                break
            tag = state.lore.tags[state.lore.number_of_tag[number]]
            members = state.tags.tagged[number]
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


def _ways(state: SearchState, among: BitMap) -> tuple[Way, ...]:
    """Return from where the candidates are taken, the likelier ones first."""
    if state.lists is not None:
        return (_listed,)
    return (_small, _large) if len(among) <= SMALL else (_large, _small)


def _listed(state: SearchState, among: BitMap, absent: BitMap) -> Iterator[Candidate]:
    """Yield the tags with the highest cosine that they can have.

    Of few images all lists are counted. Of many, those of some drawn at random: that a tag is on
    more of all images than this lets expect, by six standard deviations, is not to be feared.
    """
    assert state.lists is not None
    listed = among - state.lists.changed
    drawn = listed if len(listed) <= _DRAWN else _some(listed)
    is_exact = drawn is listed
    numbers, counts = state.lists.counted(among if is_exact else drawn, state.tags.tagged)
    sizes = state.sizes_of(numbers)
    least = sizes - _absent_of(state, state.lists, absent)
    most = counts.astype(np.float64)
    if not is_exact:
        scale = len(listed) / len(drawn)
        most = (most + 6 * np.sqrt(most) + 36) * scale + (len(among) - len(listed))
    most = np.minimum(most, np.minimum(sizes, len(among)))
    bounds = most / np.sqrt(max(len(among), 1) * np.maximum(np.maximum(least, most), 1))
    is_used = (most > 0) & (state.lore.category_codes_of(numbers) >= 0)
    exact = dict(zip(numbers.tolist(), counts.tolist(), strict=True)) if is_exact else {}
    for number, bound in _highest_first(numbers[is_used], bounds[is_used]):
        yield number, bound, exact.get(number)


def _absent_of(state: SearchState, lists: TagLists, absent: BitMap) -> Numbers | int:
    """Return how many images of each tag are absent, or how many may be."""
    if len(absent) > _COUNTED:
        return len(absent)
    return lists.counted(absent, state.tags.tagged)[1]


def _some(images: BitMap) -> BitMap:
    """Return one image, drawn at random, of each of many equally large parts of a set."""
    ids, draw = ids_of(images), np.random.default_rng(len(images))
    places = (np.arange(_DRAWN) + draw.random(_DRAWN)) * (len(ids) / _DRAWN)
    return set_of(ids[places.astype(np.int64)])


def _large(state: SearchState, among: BitMap, absent: BitMap) -> Iterator[Candidate]:
    """Yield the larger tags with the highest cosine that sets of their size can have.

    So many images of each may be absent, which count for nothing.
    """
    numbers, sizes = state.sizes
    numbers, sizes = numbers[sizes > SMALL], sizes[sizes > SMALL]
    nearest = np.clip(
        len(among), np.maximum(sizes - len(absent), 1), sizes
    )  # of what may be present
    most = np.maximum(np.maximum(nearest, len(among)), 1)
    bounds = np.sqrt(np.minimum(nearest, len(among)) / most)
    for number, bound in _highest_first(numbers, bounds):
        yield number, bound, None


def _small(state: SearchState, among: BitMap, absent: BitMap) -> Iterator[Candidate]:
    """Yield the smaller tags that are on these images, counted all at once, with their cosine.

    It may be a little higher than that: where images are absent.
    """
    counts = {number: count for number, count in state.small_tags.count(among).items() if count}
    known = [number for number in counts if number in state.lore.number_of_tag]
    numbers = np.array(known, np.int64)
    both = np.array([counts[number] for number in known], np.int64)
    sizes = np.array([len(state.tags.tagged[number]) for number in known], np.int64)
    cosines = both / np.sqrt(max(len(among), 1) * np.maximum(sizes - len(absent), both))
    for number, bound in _highest_first(numbers, cosines):
        yield number, bound, counts[number]


def _highest_first(
    numbers: NDArray[np.int64], bounds: NDArray[np.float64]
) -> Iterator[tuple[int, float]]:
    order = np.argsort(-bounds, kind="stable")
    return zip(numbers[order].tolist(), (bounds[order] * (1 + _ROUNDING)).tolist(), strict=True)


_ROUNDING = 1e-9
"""Two ways to the same number may differ by so much."""
