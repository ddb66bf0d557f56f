"""Which tags a result has, and on how many of its images."""

from bisect import insort
from collections.abc import Iterator, Mapping

import numpy as np
from pyroaring import BitMap

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.storage.bitmap_terms import Numbers, SearchState
from anitag_desktop.storage.interruptions import give_up_if_asked
from anitag_desktop.storage.small_sets import SMALL

_FEW = 60_000
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
        counted = state.lists.counted(among, state.tags.tagged)
        return _listed_facets(state, counted, limit, categories)
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


def _listed_facets(
    state: SearchState,
    counted: tuple[Numbers, Numbers],
    limit: int,
    categories: tuple[TagCategory, ...],
) -> Mapping[TagCategory, list[tuple[Tag, int]]]:
    numbers, counts = (column[counted[1] > 0] for column in counted)
    codes = state.lore.category_codes_of(numbers)
    found: dict[TagCategory, list[tuple[Tag, int]]] = {}
    for code, category in enumerate(TagCategory):
        if category in categories:
            own = np.flatnonzero(codes == code)
            if len(own) > limit:
                own = own[counts[own] >= np.partition(counts[own], -limit)[-limit]]
            found[category] = _sorted(state, numbers[own], counts[own])[:limit]
    return found


def _sorted(state: SearchState, numbers: Numbers, counts: Numbers) -> list[tuple[Tag, int]]:
    """Return tags with their counts, the highest first, then by name."""
    tags, ids = state.lore.tags, state.lore.number_of_tag
    pairs = zip(numbers.tolist(), counts.tolist(), strict=True)
    found = [(tags[ids[number]], count) for number, count in pairs]
    return sorted(found, key=lambda pair: (-pair[1], pair[0].name))


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
