"""How many present images each tag finds, with the tags that imply it: for the lists of tags."""

import heapq
from collections.abc import Iterable, Iterator, Mapping

from pyroaring import BitMap

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.search.index import KnownTag
from anitag_desktop.storage.bitmap_terms import SearchState
from anitag_desktop.storage.interruptions import give_up_if_asked

_Rank = tuple[int, str, Tag]


def known_tags(state: SearchState, present: BitMap) -> list[KnownTag]:
    """Return every tag in use, how many present images it finds, and its aliases."""
    counts = _totals(state, present)
    aliases = state.lore.aliases
    return [
        KnownTag(tag, counts.get(tag_id, 0), aliases.get(tag_id, ()))
        for tag_id, tag in sorted(state.lore.tags.items(), key=lambda pair: pair[1].name)
    ]


def counts_within(state: SearchState, found: BitMap, names: Iterable[str]) -> dict[str, int]:
    """Return how many of the images that a search finds each tag finds, too."""
    rest = state.columns.everything - found
    counts = dict.fromkeys(names, 0)
    for name in counts:
        if (tag := state.lore.resolve(name)) is not None:
            members = state.of_tags([tag])
            # With the smaller one of both it is quicker.
            counts[name] = (
                len(members) - members.intersection_cardinality(rest)
                if len(rest) < len(found)
                else members.intersection_cardinality(found)
            )
    return counts


def most_found(
    state: SearchState, present: BitMap, category: TagCategory | None, limit: int
) -> list[tuple[Tag, int]]:
    """Return the tags that find most present images, with their numbers, most first.

    Tags are looked at in the order of the most that they can find, until no other one can be
    among the best.
    """
    absent = state.columns.everything - present
    best: list[int] = []  # the counts of the best, as a heap
    found: list[_Rank] = []
    for tag_id, most in state.tags_by_most_found:
        tag = state.lore.tags[tag_id]
        if category not in (None, tag.category):
            continue
        if len(best) >= limit and most < best[0]:
            break
        count = _count(state, tag_id, present, absent)
        if count:
            found.append((-count, tag.name, tag))
            heapq.heappush(best, count)
            if len(best) > limit:
                heapq.heappop(best)
    return [(tag, -count) for count, _, tag in heapq.nsmallest(limit, found, key=_rank)]


def _totals(state: SearchState, present: BitMap) -> Mapping[int, int]:
    """Return how many present images each tag finds, by its id in library.db."""
    absent = state.columns.everything - present
    return dict(_each(state, present, absent))


def _each(state: SearchState, present: BitMap, absent: BitMap) -> Iterator[tuple[int, int]]:
    for tag_id, _ in state.tags_by_most_found:
        give_up_if_asked()
        yield tag_id, _count(state, tag_id, present, absent)


def _count(state: SearchState, tag_id: int, present: BitMap, absent: BitMap) -> int:
    if tag_id in state.lore.below:
        return state.of_tags([tag_id]).intersection_cardinality(present)
    members = state.members(tag_id)
    # Few images are absent, so taking theirs away is quicker.
    return len(members) - (members.intersection_cardinality(absent) if absent else 0)


def _rank(one: _Rank) -> tuple[int, str]:
    return one[:2]
