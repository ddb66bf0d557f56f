"""What a search finds, worked out on bitmaps: the clauses of a tree, each within what is left.

``within`` narrows as a conjunction goes on, so the cheap parts come first and what only SQL knows
is asked about as few images as can be.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from anitag_desktop.domain.tag import Rating
from anitag_desktop.search.conditions import (
    COUNTED_CATEGORIES,
    AllOf,
    AnyOf,
    Clause,
    HasStatus,
    InCategory,
    Is,
    Measure,
    Measured,
    NoneOf,
    OfFormat,
    Rated,
    SaidBy,
    State,
)
from anitag_desktop.search.query import TagName, TagPattern
from anitag_desktop.search.ranges import NumberSet, Range
from anitag_desktop.storage.bitmap_leaves import SqlLeaves
from anitag_desktop.storage.bitmap_scores import Scores
from anitag_desktop.storage.id_sets import union_of
from anitag_desktop.storage.image_columns import Column, ImageColumns, among
from anitag_desktop.storage.image_tag_lists import ImageTagLists
from anitag_desktop.storage.small_sets import SmallSets
from anitag_desktop.storage.tag_bitmaps import SOURCES, TagBitmaps
from anitag_desktop.storage.tag_counts import TagCounts
from anitag_desktop.storage.tag_lore import TagLore

Tagged = TagName | TagPattern | InCategory
Numbers = NDArray[np.int64]


class TagLists(NamedTuple):
    """The tags of each image in lists, and the images that changed since those were made."""

    lists: ImageTagLists
    changed: BitMap

    def counted(self, among: BitMap, tagged: Mapping[int, BitMap]) -> tuple[Numbers, Numbers]:
        """Return tags (ids in index.db) and how many of some images have each.

        ``tagged`` are the images of each tag now; with the same ones, the tags are the same.
        """
        numbers, counts = self.lists.tags, self.lists.count(among - self.changed)
        if not self.changed:
            return numbers, counts
        new = np.array(sorted(tagged.keys() - set(numbers.tolist())), np.int64)
        numbers = np.concatenate([numbers, new])
        counts = np.concatenate([counts, np.zeros(len(new), np.int64)])
        if changed := among & self.changed:
            held = (tagged.get(number, _NOTHING) for number in numbers.tolist())
            counts += [members.intersection_cardinality(changed) for members in held]
        return numbers, counts


@dataclass(frozen=True, eq=False)
class SearchState:
    """One state of a library, as far as it is in memory, and the way to what is not."""

    lore: TagLore
    tags: TagBitmaps
    columns: ImageColumns
    counts: Callable[[], TagCounts]
    leaves: SqlLeaves
    library_ids: NDArray[np.uint32]
    lists: "TagLists | None" = None

    def found(self, clause: Clause) -> BitMap:
        """Return the images that a clause finds."""
        return self._among(clause, self.columns.everything)

    @cached_property
    def numbers_by_size(self) -> list[int]:
        """The tags, by their ids in index.db, those on most images first."""
        sizes = {number: len(members) for number, members in self.tags.tagged.items()}
        return sorted(sizes, key=lambda number: -sizes[number])

    @cached_property
    def tags_by_most_found(self) -> list[tuple[int, int]]:
        """The tags that find any image, by id in library.db, with the most that they may find."""
        sizes = {tag: len(self.members(tag)) for tag in self.lore.numbers if tag in self.lore.tags}
        most = {
            tag: sizes.get(tag, 0) + sum(sizes.get(child, 0) for child in below)
            for tag, below in self.lore.below.items()
            if tag in self.lore.tags
        }
        found = ((tag, count) for tag, count in (sizes | most).items() if count)
        return sorted(found, key=lambda pair: -pair[1])

    @cached_property
    def sizes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The tags in use, by their ids in index.db, and on how many images each is."""
        numbers = [n for n in self.numbers_by_size if n in self.lore.number_of_tag]
        counts = [len(self.tags.tagged[number]) for number in numbers]
        return np.array(numbers, np.int64), np.array(counts, np.int64)

    def sizes_of(self, numbers: Numbers) -> Numbers:
        """Return on how many images some tags (ids in index.db) are."""
        tagged = self.tags.tagged
        return np.array(
            [len(tagged.get(number, _NOTHING)) for number in numbers.tolist()], np.int64
        )

    @cached_property
    def small_tags(self) -> SmallSets:
        """The tags on few images, counted faster together than each."""
        return SmallSets(self.tags.tagged)

    def tagged(self, clause: Tagged) -> BitMap:
        """Return the images of the tags that a term names and of what implies them."""
        term = clause.tag if isinstance(clause, InCategory) else clause
        category = clause.category if isinstance(clause, InCategory) else None
        return self.of_tags(self.lore.roots(term, category))

    def of_tags(self, roots: Iterable[int]) -> BitMap:
        """Return the images of tags and of what implies them, where they were not rejected."""
        sets: list[BitMap] = []
        for root in roots:
            own = [self.members(tag) for tag in self.lore.descendants(root)]
            rejected = self.tags.rejected.get(self.lore.numbers.get(root, 0))
            if rejected is None:
                sets += own
            else:
                sets.append(union_of(own) - rejected | self.members(root))
        return sets[0] if len(sets) == 1 else union_of(sets)

    def numbers(self, measure: Measure) -> Column:
        """Return a measure of every image."""
        if measure is Measure.TAGS or measure in COUNTED_CATEGORIES:
            length = (self.columns.everything.max() if self.columns.everything else 0) + 1
            return self.counts().column(measure, length)
        return self.columns.numbers(measure)

    def scores(self, tag: str) -> Scores:
        """Return the scores of a tag by image id."""
        return self.leaves.scores.of(tag, self.lore, self.library_ids)

    def members(self, tag: int) -> BitMap:
        """Return the images that have a tag (id in library.db) themselves."""
        return self.tags.tagged.get(self.lore.numbers.get(tag, 0), _NOTHING)

    def _among(self, clause: Clause, within: BitMap) -> BitMap:
        if isinstance(clause, AllOf):
            return self._all_of(clause.parts, within)
        if isinstance(clause, AnyOf):
            return union_of(self._among(part, within) for part in clause.parts) & within
        if isinstance(clause, NoneOf):
            return within - self._among(clause.part, within)
        if isinstance(clause, TagName | TagPattern | InCategory):
            return self.tagged(clause) & within
        quick = _QUICK.get(type(clause))
        found = quick(self, clause, within) if quick else None
        if found is None:
            return self.leaves.among(clause, within, self.lore, self.library_ids)
        return found

    def _all_of(self, parts: tuple[Clause, ...], within: BitMap) -> BitMap:
        for part in sorted(parts, key=_cost):
            if not within:
                return within
            within = self._among(part, within)
        return within

    def _rated(self, clause: Rated, within: BitMap) -> BitMap:
        sets = {rating: self._own_rating(rating) for rating in Rating}
        found = union_of(own for rating, own in sets.items() if rating in clause.ratings) & within
        return found | (within - union_of(sets.values())) if None in clause.ratings else found

    def _own_rating(self, rating: Rating) -> BitMap:
        tag = self.lore.resolve(rating.tag_name)
        return _NOTHING if tag is None else self.members(tag)

    def _measured(self, clause: Measured, within: BitMap) -> BitMap:
        if clause.measure is Measure.TAGS or clause.measure in COUNTED_CATEGORIES:
            return among(self.numbers(clause.measure), clause.numbers, within)
        return self.columns.among(clause.measure, clause.numbers, within)

    def _of_format(self, clause: OfFormat, within: BitMap) -> BitMap | None:
        found = self.columns.of_formats(clause.formats)
        return None if found is None else found & within

    def _has_status(self, clause: HasStatus, within: BitMap) -> BitMap:
        return self.columns.with_status(clause.statuses) & within

    def _said_by(self, clause: SaidBy, within: BitMap) -> BitMap:
        return self.tags.sources.get(SOURCES.index(clause.source), _NOTHING) & within

    def _is(self, clause: Is, within: BitMap) -> BitMap | None:
        if clause.state in _ONLY_SQL:
            return None
        if clause.state is State.UNTAGGED:
            return among(self.numbers(Measure.TAGS), _ZERO, within)
        return self.columns.in_state(clause.state, within)


_ONLY_SQL = (State.REVIEWED, State.DUPLICATE, State.LESSER, State.COPIED)
_NOTHING = BitMap()
_ZERO = NumberSet((Range(0, 0),))
_QUICK: Mapping[type, Callable[[SearchState, Any, BitMap], BitMap | None]] = {
    Rated: SearchState._rated,  # noqa: SLF001 - its own methods, by what they answer
    Measured: SearchState._measured,  # noqa: SLF001
    OfFormat: SearchState._of_format,  # noqa: SLF001
    HasStatus: SearchState._has_status,  # noqa: SLF001
    SaidBy: SearchState._said_by,  # noqa: SLF001
    Is: SearchState._is,  # noqa: SLF001
}


def _cost(clause: Clause) -> int:
    """Return when a part of a conjunction is best looked at: the cheap and narrow first."""
    if isinstance(clause, AllOf | AnyOf):
        return max(map(_cost, clause.parts), default=0) + 1
    if isinstance(clause, NoneOf):
        return _cost(clause.part) + 1
    if isinstance(clause, TagName | InCategory | HasStatus | Rated | SaidBy | OfFormat):
        return 0
    if isinstance(clause, TagPattern):
        return 10
    return 20 if type(clause) in _QUICK else 40
