"""Which tags a result has, and on how many of its images."""

import heapq
from bisect import insort
from collections.abc import Iterator, Mapping

from pyroaring import BitMap

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.search.index import KnownTag
from anitag_desktop.storage.bitmap_terms import SearchState
from anitag_desktop.storage.small_sets import SMALL


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
    """Return every tag in use, how many present images it finds, and its aliases."""
    counts = totals(state, present)
    aliases = state.lore.aliases
    return [
        KnownTag(tag, counts.get(tag_id, 0), aliases.get(tag_id, ()))
        for tag_id, tag in sorted(state.lore.tags.items(), key=lambda pair: pair[1].name)
    ]


def most_found(
    state: SearchState, present: BitMap, category: TagCategory | None, limit: int
) -> list[tuple[Tag, int]]:
    """Return the tags that find most present images, with their numbers, most first."""
    tags = state.lore.tags
    counted = (
        (-count, tags[tag_id].name, tags[tag_id])
        for tag_id, count in totals(state, present).items()
        if count and category in (None, tags[tag_id].category)
    )
    return [(tag, -count) for count, _, tag in heapq.nsmallest(limit, counted, key=_best)]


def totals(state: SearchState, present: BitMap) -> Mapping[int, int]:
    """Return how many present images each tag in use finds, by its id in library.db."""
    lore = state.lore
    absent = state.columns.everything - present
    counts = {}
    for number, members in state.tags.tagged.items():
        tag = lore.number_of_tag.get(number)
        if tag is not None:
            counts[tag] = len(members) - members.intersection_cardinality(absent)
    for tag, below in lore.below.items():
        if tag in lore.tags and any(counts.get(child) for child in below):
            counts[tag] = state.of_tags([tag]).intersection_cardinality(present)
    return counts


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
