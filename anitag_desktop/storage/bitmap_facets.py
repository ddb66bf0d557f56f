"""Which tags a result has, and on how many of its images."""

import heapq
from bisect import insort
from collections import defaultdict
from collections.abc import Iterator, Mapping

from pyroaring import BitMap

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.search.index import KnownTag
from anitag_desktop.storage.bitmap_terms import SearchState
from anitag_desktop.storage.small_sets import SMALL


def most_frequent(
    state: SearchState, among: BitMap, category: TagCategory | None, limit: int
) -> list[tuple[Tag, int]]:
    """Return the tags that most of these images have themselves, with their numbers."""
    if category is not None:
        return facets(state, among, limit, (category,))[category]
    counted = (
        (-count, tag.name, tag)
        for number, tag in _by_size(state)
        if (count := state.tags.tagged[number].intersection_cardinality(among))
    )
    return [(tag, -count) for count, _, tag in heapq.nsmallest(limit, counted)]


def facets(
    state: SearchState,
    among: BitMap,
    limit: int,
    categories: tuple[TagCategory, ...] = tuple(TagCategory),
) -> Mapping[TagCategory, list[tuple[Tag, int]]]:
    """Return for each category the tags that most of these images have themselves, most first.

    A tag that has fewer images in all than the least of the best has here needs no counting.
    """
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
            count = members.intersection_cardinality(among)
        else:
            small = state.small_tags.count(among) if small is None else small
            count = small[number]
        if count >= bound:
            least[tag.category] = _keep(best[tag.category], (count, tag.name, tag), limit)
    return {category: [(tag, count) for count, _, tag in found] for category, found in best.items()}


def known_tags(state: SearchState, present: BitMap) -> list[KnownTag]:
    """Return every tag in use, on how many present images it is, and its aliases."""
    lore = state.lore
    absent = state.columns.everything - present
    counts: dict[int, int] = defaultdict(int)
    for number, members in state.tags.tagged.items():
        tag = lore.number_of_tag.get(number)
        if tag is not None:
            counts[tag] = len(members) - members.intersection_cardinality(absent)
    return [
        KnownTag(tag, counts[tag_id], lore.aliases.get(tag_id, ()))
        for tag_id, tag in sorted(lore.tags.items(), key=lambda pair: pair[1].name)
    ]


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
