"""The names of a library's tags in memory: which tags a term means, and what implies them."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from anitag_desktop.domain.tag import Tag, TagCategory, normalize_tag_name
from anitag_desktop.search.lore import fits
from anitag_desktop.search.query import TagName, TagPattern
from anitag_desktop.storage.id_sets import listed

_TAGS = (
    "SELECT t.id, t.uid, t.name, t.category, t.merged_into, t.deleted_at IS NOT NULL, d.id "
    "FROM main.tags t LEFT JOIN idx.tags d ON d.uid = t.uid"
)
_NEW_NUMBERS = "SELECT t.id, d.id FROM idx.tags d JOIN main.tags t ON t.uid = d.uid WHERE d.id > ?"


@dataclass(frozen=True, eq=False)
class TagLore:
    """Tags by their ids in library.db: those in use, every name's tag, and who implies whom.

    ``numbers`` are their ids in index.db, as far as they have any; ``below`` the tags that imply a
    tag, however far; ``merged`` those that were merged into it.
    """

    tags: Mapping[int, Tag]
    names: Mapping[str, int | None]
    aliases: Mapping[int, tuple[str, ...]]
    below: Mapping[int, frozenset[int]]
    numbers: Mapping[int, int] = field(default_factory=dict)
    merged: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def resolve(self, name: str) -> int | None:
        """Return the tag in use that a name, in any spelling, or an alias stands for."""
        return self.names.get(normalize_tag_name(name))

    def numbers_of_name(self, name: str) -> list[int]:
        """Return the ids in index.db of all tags that count as the one of a name."""
        tag = self.resolve(name)
        kin = () if tag is None else (tag, *self.merged.get(tag, ()))
        return [self.numbers[one] for one in kin if one in self.numbers]

    def roots(self, term: TagName | TagPattern, category: TagCategory | None) -> list[int]:
        """Return the tags that a term names. Only a category brings up the ratings."""
        if isinstance(term, TagName):
            found = self.resolve(term.name)
            named = [] if found is None else [found]
        else:
            named = [self._ids[name] for name in self._fitting(term.pieces)]
        wanted = (category, None) if category else (None,)
        return [one for one in named if self._is_meant(one, term, category, wanted)]

    def descendants(self, root: int) -> set[int]:
        """Return the tags that imply a tag, however far, and the tag itself."""
        return {root, *self.below.get(root, ())}

    @cached_property
    def number_of_tag(self) -> Mapping[int, int]:
        """The ids in library.db of the tags in use, by their ids in index.db."""
        return {number: tag for tag, number in self.numbers.items() if tag in self.tags}

    @cached_property
    def categories(self) -> Mapping[int, TagCategory]:
        """Return the categories of the tags in use, by their ids in index.db."""
        return {
            number: self.tags[tag].category
            for tag, number in self.numbers.items()
            if tag in self.tags
        }

    def category_codes_of(self, numbers: NDArray[np.int64]) -> NDArray[np.int8]:
        """Return the places of tags' categories in ``TagCategory``, given their ids in index.db.

        It is -1 for tags that are not in use.
        """
        codes = self._category_codes
        return np.where(numbers < len(codes), codes[np.minimum(numbers, len(codes) - 1)], -1)

    @cached_property
    def _category_codes(self) -> NDArray[np.int8]:
        places = {category: place for place, category in enumerate(TagCategory)}
        codes = np.full(max(self.numbers.values(), default=0) + 1, -1, np.int8)
        for number, category in self.categories.items():
            codes[number] = places[category]
        return codes

    def with_new_numbers(self, conn: Connection) -> "TagLore":
        """Return the same with the tags that index.db knows by now."""
        found = dict(listed(conn, _NEW_NUMBERS, (self._newest,)))
        if not found:
            return self
        numbers = {**self.numbers, **found}
        return replace(self, numbers=numbers)

    @cached_property
    def _newest(self) -> int:
        return max(self.numbers.values(), default=0)

    def _is_meant(
        self,
        tag_id: int,
        term: TagName | TagPattern,
        category: TagCategory | None,
        wanted: tuple[TagCategory | None, ...],
    ) -> bool:
        own = self.tags[tag_id].category
        if category is not None:
            return own in wanted
        return isinstance(term, TagName) or own is not TagCategory.RATING

    @cached_property
    def _ids(self) -> Mapping[str, int]:
        return {tag.name: tag_id for tag_id, tag in self.tags.items()}

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._ids)

    @cached_property
    def _joined(self) -> str:
        """All names in one text, each between line ends: searched faster than one by one."""
        return "\n" + "\n".join(self._sorted) + "\n"

    def _fitting(self, pieces: tuple[str, ...]) -> Iterator[str]:
        return (name for name in self._candidates(pieces) if fits(name, pieces))

    def _candidates(self, pieces: tuple[str, ...]) -> Iterable[str]:
        if pieces[0]:
            start = bisect_left(self._sorted, pieces[0])
            end = bisect_left(self._sorted, pieces[0] + "\U0010ffff")
            return self._sorted[start:end]
        piece = max(pieces, key=len)
        return self._holding(piece) if piece else self._sorted

    def _holding(self, piece: str) -> Iterator[str]:
        text = self._joined
        at = text.find(piece)
        while at >= 0:
            start, end = text.rfind("\n", 0, at + 1) + 1, text.find("\n", at + len(piece))
            yield text[start:end]
            at = text.find(piece, end)


def read(conn: Connection) -> TagLore:
    """Read all of it; ``conn`` is a reading connection of the library."""
    rows = listed(conn, _TAGS)
    merged = {row[0]: row[4] for row in rows if row[4] is not None}
    dead = {row[0] for row in rows if row[5]}
    alive = {
        tag_id: Tag(uid, name, TagCategory(category))
        for tag_id, uid, name, category, into, is_deleted, _ in rows
        if into is None and not is_deleted
    }
    own = {row[2]: _end(row[0], merged, dead) for row in rows}
    also = {name: _end(tag, merged, dead) for name, tag in listed(conn, _ALIASES)}
    below: dict[int, list[int]] = defaultdict(list)
    for child, parent in listed(conn, _CLOSURE):
        below[parent].append(child)
    aliases: dict[int, list[str]] = defaultdict(list)
    for name, tag in sorted(also.items()):
        if tag is not None:
            aliases[tag].append(name)
    return TagLore(
        alive,
        also | own,
        {tag: tuple(names) for tag, names in aliases.items()},
        {parent: frozenset(children) for parent, children in below.items()},
        {row[0]: row[6] for row in rows if row[6] is not None},
        _merged(merged, dead),
    )


_ALIASES = "SELECT name, tag_id FROM main.aliases"
_CLOSURE = "SELECT child_id, parent_id FROM main.closure"


def _merged(merged: Mapping[int, int], dead: set[int]) -> dict[int, frozenset[int]]:
    """Return for each tag those that were merged into it, through any number of steps."""
    found: dict[int, set[int]] = defaultdict(set)
    for tag in merged:
        if (end := _end(tag, merged, dead)) is not None:
            found[end].add(tag)
    return {tag: frozenset(others) for tag, others in found.items()}


def _end(tag_id: int, merged: Mapping[int, int], dead: set[int]) -> int | None:
    """Return what a tag counts as: itself, what it was merged into, or None if deleted."""
    while tag_id in merged:
        tag_id = merged[tag_id]
    return None if tag_id in dead else tag_id
