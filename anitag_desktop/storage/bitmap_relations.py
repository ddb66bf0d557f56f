"""The tags that go with a result, worked out on bitmaps."""

import heapq
from collections.abc import Iterator

from pyroaring import BitMap

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.search.index import RelatedTag
from anitag_desktop.search.relating import highest_cosine, most_alike, relate
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

    ``cosines`` is what the best so far have.
    """
    small = state.small_tags.count(among)
    absent = state.columns.everything - present
    for number, tag_id in state.lore.number_of_tag.items():
        tag, members = state.lore.tags[tag_id], state.tags.tagged.get(number)
        if members is None or category not in (None, tag.category):
            continue
        size = len(members)
        tagged = size - members.intersection_cardinality(absent) if absent else size
        if len(cosines) >= limit and highest_cosine(len(among), tagged) < cosines[0]:
            continue
        count = small[number] if size <= SMALL else members.intersection_cardinality(among)
        if count:
            yield tag, tagged, count
