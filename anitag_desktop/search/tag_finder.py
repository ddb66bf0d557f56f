"""Finds tags by what was typed of them, among many (200,000) in little time.

The ways, best first: the name begins so; an alias begins so; the words' initials are so; the name
holds it; and if there is none, the name is spelt nearly so. ``/mue`` asks for initials only, and
``*`` stands for anything.
"""

import heapq
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from anitag_desktop.domain.tag import TagCategory, normalize_tag_name
from anitag_desktop.search.index import KnownTag
from anitag_desktop.search.lore import fits
from anitag_desktop.search.spelling import Speller


@dataclass(frozen=True, slots=True)
class FoundTag:
    """A tag that fits what was typed, and the alias through which it does, if so."""

    known: KnownTag
    alias: str | None = None


class TagFinder:
    """Knows the tags of a library; a tag's place is its rank by number of images."""

    def __init__(self, known: Iterable[KnownTag]) -> None:
        self._known = sorted(known, key=lambda one: (-one.count, one.tag.name))
        names = [one.tag.name for one in self._known]
        self._names = sorted((name, place) for place, name in enumerate(names))
        self._aliases = sorted(
            (alias, place) for place, one in enumerate(self._known) for alias in one.aliases
        )
        self._initials: dict[str, list[int]] = defaultdict(list)
        for place, name in enumerate(names):
            self._initials[_initials(name)].append(place)
        self._text = _JoinedNames(names)
        self._speller = Speller(names)

    def find(self, typed: str, most: int, category: TagCategory | None = None) -> list[FoundTag]:
        """Return the tags that fit best, each once, within a way by number of images."""
        name = normalize_tag_name(typed)
        found: dict[int, FoundTag] = {}
        for place, alias in self._ways(name, most, category) if name else ():
            found.setdefault(place, FoundTag(self._known[place], alias))
            if len(found) == most:
                return list(found.values())
        if found or "*" in name or name.startswith("/"):
            return list(found.values())
        near = self._speller.nearest(name, most)
        return [FoundTag(self._known[place]) for place in near if self._is_in(place, category)]

    def nearest(self, name: str, most: int = 3) -> list[KnownTag]:
        """Return the tags that a name without a tag may have meant."""
        return [self._known[place] for place in self._speller.nearest(name, most)]

    def _ways(
        self, name: str, most: int, category: TagCategory | None
    ) -> Iterator[tuple[int, str | None]]:
        """Yield the places (and aliases) that fit, way by way."""
        if name.startswith("/"):
            yield from self._best(self._abbreviated(name[1:]), most, category)
            return
        if "*" in name:
            pieces = tuple(name.split("*"))
            fitting = (p for p, one in enumerate(self._known) if fits(one.tag.name, pieces))
            yield from self._best(((place, None) for place in fitting), most, category)
            return
        yield from self._best(_with_prefix(self._names, name, is_alias=False), most, category)
        yield from self._best(_with_prefix(self._aliases, name, is_alias=True), most, category)
        if len(name) > 1:
            yield from self._best(self._abbreviated(name), most, category)
        yield from self._best(((place, None) for place in self._text.holding(name)), most, category)

    def _best(
        self,
        found: Iterable[tuple[int, str | None]],
        most: int,
        category: TagCategory | None,
    ) -> Iterator[tuple[int, str | None]]:
        wanted = (pair for pair in found if self._is_in(pair[0], category))
        return iter(heapq.nsmallest(most, wanted, key=lambda pair: pair[0]))

    def _is_in(self, place: int, category: TagCategory | None) -> bool:
        return category in (None, self._known[place].tag.category)

    def _abbreviated(self, initials: str) -> Iterator[tuple[int, str | None]]:
        pieces = tuple(initials.split("*")) if "*" in initials else (initials, "")
        for own, places in self._initials.items():
            if own and fits(own, pieces):
                yield from ((place, None) for place in places)


class _JoinedNames:
    """All names in one text, which is searched faster than each of them."""

    def __init__(self, names: Sequence[str]) -> None:
        self._text = "\n".join(names)
        self._starts = [0]
        for name in names:
            self._starts.append(self._starts[-1] + len(name) + 1)

    def holding(self, part: str) -> Iterator[int]:
        """Yield the places of the names that hold ``part``, in order."""
        at = self._text.find(part)
        while at >= 0:
            place = bisect_right(self._starts, at) - 1
            yield place
            at = self._text.find(part, self._starts[place + 1])


def _with_prefix(
    names: Sequence[tuple[str, int]], prefix: str, *, is_alias: bool
) -> Iterator[tuple[int, str | None]]:
    at = bisect_left(names, (prefix,))
    while at < len(names) and names[at][0].startswith(prefix):
        yield names[at][1], names[at][0] if is_alias else None
        at += 1


def _initials(name: str) -> str:
    return "".join(word[0] for word in re.findall(r"[^\W_]+", name))
