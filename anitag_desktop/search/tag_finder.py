"""Finds tags by what was typed of them, among many (200,000) in little time.

The ways, best first: the name begins so; an alias begins so; the words' initials are so; the name
holds it; and if there is none, the name is spelt nearly so. ``/mue`` asks for initials only, and
``*`` stands for anything.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from anitag_desktop.domain.tag import TagCategory, normalize_tag_name
from anitag_desktop.search.index import KnownTag
from anitag_desktop.search.name_lists import JoinedNames, SortedNames
from anitag_desktop.search.spelling import Speller

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class FoundTag:
    """A tag that fits what was typed, and the alias through which it does, if so."""

    known: KnownTag
    alias: str | None = None


class TagFinder:
    """Knows the tags of a library; a tag's place is its rank by number of images."""

    def __init__(self, known: Iterable[KnownTag]) -> None:
        self._known = sorted(known, key=lambda one: (-one.count, one.tag.name))
        self._names = [one.tag.name for one in self._known]
        self._by_category: dict[TagCategory, NDArray[Any]] = {}
        self._texts: dict[TagCategory | None, JoinedNames] = {}

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

    def _ways(self, name: str, most: int, category: TagCategory | None) -> Iterator[Any]:
        """Yield the places (and aliases) that fit, way by way."""
        wanted = self._places_in(category)
        if name.startswith("/"):
            yield from _unnamed(self._abbreviated(name[1:], most, category))
            return
        if "*" in name:
            fitting = self._text_of(category).fitting(tuple(name.split("*")))
            yield from _unnamed(islice(fitting, most))
            return
        yield from _unnamed(self._sorted.beginning(name, most, wanted))
        yield from self._aliases.beginning(name, most, wanted)
        if len(name) > 1:
            yield from _unnamed(self._abbreviated(name, most, category))
        yield from _unnamed(islice(self._text_of(category).holding(name), most))

    def _abbreviated(
        self, initials: str, most: int, category: TagCategory | None
    ) -> Iterable[tuple[int, str]]:
        if "*" not in initials:
            return self._initials.beginning(initials, most, self._places_in(category))
        fitting = self._initials_text.fitting(tuple(initials.split("*")))
        return islice((pair for pair in fitting if self._is_in(pair[0], category)), most)

    def _is_in(self, place: int, category: TagCategory | None) -> bool:
        return category in (None, self._known[place].tag.category)

    def _places_in(self, category: TagCategory | None) -> "NDArray[Any] | None":
        """Return which places are of a category; None: all."""
        if category is None:
            return None
        if category not in self._by_category:
            import numpy as np

            own = [one.tag.category is category for one in self._known]
            self._by_category[category] = np.array(own, np.bool_)
        return self._by_category[category]

    def _text_of(self, category: TagCategory | None) -> JoinedNames:
        if category not in self._texts:
            places = [p for p in range(len(self._known)) if self._is_in(p, category)]
            self._texts[category] = JoinedNames([self._names[place] for place in places], places)
        return self._texts[category]

    @cached_property
    def _sorted(self) -> SortedNames:
        return SortedNames((name, place) for place, name in enumerate(self._names))

    @cached_property
    def _aliases(self) -> SortedNames:
        return SortedNames(
            (alias, place) for place, one in enumerate(self._known) for alias in one.aliases
        )

    @cached_property
    def _initials(self) -> SortedNames:
        pairs = ((_initials(name), place) for place, name in enumerate(self._names))
        return SortedNames(pair for pair in pairs if pair[0])

    @cached_property
    def _initials_text(self) -> JoinedNames:
        pairs = [(place, own) for place, name in enumerate(self._names) if (own := _initials(name))]
        return JoinedNames([own for _, own in pairs], [place for place, _ in pairs])

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self._names)


def _unnamed(found: Iterable[tuple[int, str]]) -> Iterator[tuple[int, None]]:
    """Drop the names of places that fit by their own name, not by an alias."""
    return ((place, None) for place, _ in found)


def _initials(name: str) -> str:
    return "".join(word[0] for word in _WORDS.findall(name))


_WORDS = re.compile(r"[^\W_]+")
