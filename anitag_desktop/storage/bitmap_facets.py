"""Which tags a result has, and on how many of its images."""

import heapq
from bisect import insort
from collections.abc import Iterator, Mapping

from pyroaring import BitMap

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.storage.bitmap_terms import SearchState, TagLists
from anitag_desktop.storage.interruptions import give_up_if_asked
from anitag_desktop.storage.small_sets import SMALL

_FEW = 25_000
"""Up to so many images are counted by their lists of tags."""


def facets(
    state: SearchState,
    among: BitMap,
    limit: int,
    categories: tuple[TagCategory, ...] = tuple(TagCategory),
) -> Mapping[TagCategory, list[tuple[Tag, int]]]:
    """Return for each category the tags that most of these images have themselves, most first.

    A tag that has fewer images in all than the least of the best has here needs no counting.
    """
    if state.lists is not None and len(among) <= _FEW:
        return _listed_facets(state, _count_listed(state, state.lists, among), limit, categories)
    best: dict[TagCategory, list[tuple[int, str, Tag]]] = {one: [] for one in categories}
    least = dict.fromkeys(categories, 1)
    small: Mapping[int, int] | None = None
    for number, tag in _by_size(state):
        bound = least.get(tag.category)
        members = state.tags.tagged[number]
        size = len(members)
        if bound is None or size < bound:
            continue
        if size > SMALL:
            give_up_if_asked()
            count = members.intersection_cardinality(among)
        else:
            small = state.small_tags.count(among) if small is None else small
            count = small[number]
        if count >= bound:
            least[tag.category] = _keep(best[tag.category], (count, tag.name, tag), limit)
    return {category: [(tag, count) for count, _, tag in found] for category, found in best.items()}


def _count_listed(state: SearchState, listed: TagLists, among: BitMap) -> dict[int, int]:
    counts = listed.lists.count(among - listed.changed)
    if changed := among & listed.changed:
        for number, members in state.tags.tagged.items():
            if count := members.intersection_cardinality(changed):
                counts[number] = counts.get(number, 0) + count
    return counts


def _listed_facets(
    state: SearchState,
    counts: Mapping[int, int],
    limit: int,
    categories: tuple[TagCategory, ...],
) -> Mapping[TagCategory, list[tuple[Tag, int]]]:
    best: dict[TagCategory, list[tuple[int, str, Tag]]] = {one: [] for one in categories}
    tags, ids = state.lore.tags, state.lore.number_of_tag
    for number, count in counts.items():
        if (tag_id := ids.get(number)) is not None:
            tag = tags[tag_id]
            if tag.category in best:
                best[tag.category].append((-count, tag.name, tag))
    return {
        category: [(tag, -count) for count, _, tag in heapq.nsmallest(limit, found, key=_best)]
        for category, found in best.items()
    }


def _best(one: tuple[int, str, Tag]) -> tuple[int, str]:
    return one[:2]


def _by_size(state: SearchState) -> Iterator[tuple[int, Tag]]:
    lore = state.lore
    for number in state.numbers_by_size:
        tag = lore.number_of_tag.get(number)
        if tag is not None:
            yield number, lore.tags[tag]


def _keep(found: list[tuple[int, str, Tag]], one: tuple[int, str, Tag], limit: int) -> int:
    """Add one to the best; return how many images the next one must have."""
    insort(found, one, key=_rank)
    del found[limit:]
    return found[-1][0] if len(found) == limit else 1


def _rank(one: tuple[int, str, Tag]) -> tuple[int, str]:
    return -one[0], one[1]
