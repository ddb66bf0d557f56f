"""Searching: from what was typed to pictures, and what helps while typing."""

import random
import re
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import TypeGuard

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.tag import Rating, Tag, TagCategory
from anitag_desktop.search.completion import Completer, Completion
from anitag_desktop.search.conditions import (
    AllOf,
    Condition,
    Doubted,
    HasStatus,
    InCategory,
    InFolder,
    Measure,
    Measured,
    PathLike,
    Scored,
    SeenBy,
    conditions_of,
)
from anitag_desktop.search.errors import QueryError
from anitag_desktop.search.formatter import format_metatag, format_query, format_tag
from anitag_desktop.search.highlight import Span, highlight, tag_names
from anitag_desktop.search.index import KnownTag, RelatedTag, SearchIndex
from anitag_desktop.search.metatags import ALIKE, Likeness, Search, interpret
from anitag_desktop.search.ordering import Order
from anitag_desktop.search.parser import parse
from anitag_desktop.search.query import Everything, TagName, TagPattern
from anitag_desktop.search.ranges import NumberSet, Range
from anitag_desktop.search.spelling import Speller
from anitag_desktop.services.likening import Alike, Likening
from anitag_desktop.services.modelling import Models
from anitag_desktop.storage.bitmap_search_index import BitmapSearchIndex
from anitag_desktop.storage.interruptions import GivenUpError, IsGivenUp, interruptible
from anitag_desktop.storage.store import Store

__all__ = ["GivenUpError", "SearchResult", "Searcher"]

_PATIENCE = 10
"""How many times longer than counting all tags took, the counts may stay as they are."""

_NEAR = 40
"""So many names like an unknown one are compared by how many pictures they have."""

_LEAST_PATIENCE = 1.0
"""Seconds; while pictures are being tagged, counts change all the time."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The ids of the pictures found, in order, and the names in the text that no tag has.

    ``vain`` are the folders, paths and models in the text that no picture at all fits, as they are
    typed in a search. ``similarities`` are the cosines (-1 to 1) of the pictures, where the text
    asks for likeness.
    """

    ids: Sequence[int]
    unknown: tuple[str, ...] = ()
    similarities: tuple[float, ...] = ()
    vain: tuple[str, ...] = ()


class Searcher:
    """Finds pictures by text. Every method may be called from any thread, and may take a moment.

    Methods that read a text raise ``search.errors.QueryError`` (with position and reason) when it
    is not a search; ``highlight`` and ``complete`` never do.
    """

    def __init__(
        self,
        store: Store,
        index: SearchIndex | None = None,
        likening: Likening | None = None,
    ) -> None:
        self._index = index or BitmapSearchIndex(store)
        self._likening = likening or Likening(store, Models(store))
        self._tags = _TagNames(self._index)
        self._seed = random.randrange(2**31)
        store.changes.subscribe(self._tags.hear)

    def search(
        self,
        text: str,
        *,
        order: str | None = None,
        limit: int | None = None,
        offset: int = 0,
        is_given_up: IsGivenUp | None = None,
    ) -> SearchResult:
        """Return the pictures that a text finds; an empty text finds all that are present.

        ``order`` (what ``order:`` takes) beats the text's own; ``limit`` and ``offset`` cut a page
        out of the result. A random order is a new one each time the first page is asked for.
        ``is_given_up`` is asked now and then whether anybody still waits.

        Raises:
            GivenUpError: nobody does.
        """
        if not offset:
            self._seed = random.randrange(2**31)
        asked = interpret(parse(text), datetime.now(), order, self._seed)
        with interruptible(is_given_up):
            if asked.likeness is None:
                ids = self._index.ids(asked, offset, limit)
                return SearchResult(ids, self._unknown(asked), vain=self._vain(asked))
            alike = self._alike(asked, asked.likeness)
            page = alike[offset:] if limit is None else alike[offset : offset + limit]
            similarities = tuple(similarity for _, similarity in page)
            ids = [image_id for image_id, _ in page]
            return SearchResult(ids, self._unknown(asked), similarities, self._vain(asked))

    def similar(self, reference: str | int, text: str = "", limit: int = ALIKE) -> list[Alike]:
        """Return the pictures most like one among those that a text finds, with their cosines.

        See ``likening.Likening.nearest`` for what ``reference`` may be.

        Raises:
            AnitagError: it cannot be compared.
        """
        asked = interpret(parse(text), datetime.now())
        return self._likening.nearest(reference, self._rest_of(asked), limit)

    def count(self, text: str, *, is_given_up: IsGivenUp | None = None) -> int:
        """Return how many pictures a text finds; ``is_given_up`` as above."""
        asked = interpret(parse(text), datetime.now())
        with interruptible(is_given_up):
            if asked.likeness is not None:
                return len(self._alike(asked, asked.likeness))
            return self._index.count(asked)

    def explain(self, text: str) -> str:
        """Return the normalised text."""
        query = parse(text)
        interpret(query, datetime.now())
        return format_query(query)

    def did_you_mean(self, name: str) -> list[KnownTag]:
        """Return the tags that an unknown name may have meant, likeliest first."""
        return self._tags.nearest(name)

    def complete(self, text: str, cursor: int) -> list[Completion]:
        """Return what the term at the cursor may become, best first.

        The count of a tag is that of the pictures which the rest of the text leaves.
        """
        found = self._tags.completer().complete(text, cursor)
        tags = [one.alias_of or one.text for one in found if one.category is not None]
        counts = self._index.counts_within(self._rest(text, found), tags) if tags else None
        if counts is None:
            return found
        return [
            replace(one, count=counts.get(one.alias_of or one.text, one.count)) for one in found
        ]

    def facets(
        self, text: str, limit: int = 20, *, is_given_up: IsGivenUp | None = None
    ) -> Mapping[TagCategory, Sequence[tuple[Tag, int]]]:
        """Return what else is in the pictures of a search: for each category its commonest tags.

        Each comes with the number of these pictures that have it themselves.
        """
        with interruptible(is_given_up):
            return self._index.facets(self._asked(text), limit)

    def counts(self, *, is_given_up: IsGivenUp | None = None) -> dict[str, int]:
        """Return how many present pictures each tag in use finds, by uid."""
        with interruptible(is_given_up):
            return {one.tag.uid: one.count for one in self._index.known_tags()}

    def related(
        self,
        text: str,
        category: TagCategory | None = None,
        limit: int = 20,
        *,
        is_given_up: IsGivenUp | None = None,
    ) -> list[RelatedTag]:
        """Return the tags that go with what a text finds, the most alike first.

        Only present pictures count; tags that the text itself names are left out, and ratings
        where no category asks for them. See ``search.relating`` for the measures.
        """
        with interruptible(is_given_up):
            asked = self._asked(text)
            named = {tag.uid for tag in self._index.resolved(tag_names(text)).values()}
            found = self._index.related(asked, category, limit + len(named) + len(Rating))
        hidden = set() if category else {TagCategory.RATING}
        return [
            one for one in found if one.tag.uid not in named and one.tag.category not in hidden
        ][:limit]

    def related_to_tag(
        self, name: str, limit: int = 20, *, is_given_up: IsGivenUp | None = None
    ) -> list[RelatedTag]:
        """Return the tags that go with a tag, the most alike first."""
        return self.related(format_tag(name), limit=limit, is_given_up=is_given_up)

    def highlight(self, text: str) -> list[Span]:
        """Return the spans of a text for colouring."""
        known = self._index.resolved(tag_names(text))
        categories = {name: tag.category for name, tag in known.items()}
        return highlight(text, categories.get)

    def tag_counts(
        self, category: TagCategory | None = None, limit: int = 200
    ) -> list[tuple[Tag, int]]:
        """Return the tags that find most present pictures, with their numbers, most first."""
        return self._index.tag_counts(category, limit)

    def _rest_of(self, asked: Search) -> Sequence[int]:
        """Return what a search finds but for likeness and number, in any order."""
        return self._index.ids(replace(asked, order=_QUICKEST, limit=None, likeness=None))

    def _alike(self, asked: Search, likeness: Likeness) -> list[Alike]:
        """Answer a search by likeness; what speaks against that becomes an error with a place."""
        limit = ALIKE if asked.limit is None else asked.limit
        try:
            return self._likening.nearest(likeness.reference, self._rest_of(asked), limit)
        except AnitagError as error:
            about = {"value": likeness.reference, "reason": str(error).rstrip(".")}
            raise QueryError(likeness.extent, "not_comparable", **about) from error

    def _asked(self, text: str) -> Search:
        """Read a text; a search by likeness becomes one for the pictures that it finds."""
        asked = interpret(parse(text), datetime.now())
        if asked.likeness is None:
            return asked
        ids = [image_id for image_id, _ in self._alike(asked, asked.likeness)[:_ONE_BY_ONE]]
        among = Measured(Measure.ID, NumberSet(tuple(Range(i, i) for i in sorted(ids))))
        return Search(AllOf((asked.where, among)), limit=asked.limit)

    def _rest(self, text: str, found: Sequence[Completion]) -> Search:
        """Return the search without the term that is typed, everything if that is none yet."""
        before, after = text[: found[0].start], text[found[0].end :]
        left = _OPERATOR_BEFORE.sub("", before)
        closed = left + ")" * (left.count("(") - left.count(")"))
        for attempt in (f"{before} {after}", left, closed):
            with suppress(QueryError):
                return replace(interpret(parse(attempt), datetime.now()), likeness=None)
        return interpret(Everything(), datetime.now())

    def _unknown(self, asked: Search) -> tuple[str, ...]:
        """Return the names among the terms that no tag and no alias has."""
        asking = [*conditions_of(asked.where), *map(TagName, asked.order.tags)]
        names = dict.fromkeys(name for one in asking if (name := _name_in(one)) is not None)
        known = self._index.resolved(list(names))
        return tuple(name for name in names if name not in known)

    def _vain(self, asked: Search) -> tuple[str, ...]:
        """Return the terms that ask for a folder, a path or a model which nothing fits."""
        terms = {one: _as_typed(one) for one in conditions_of(asked.where) if _is_placed(one)}
        return tuple(typed for one, typed in terms.items() if not self._fits_any(one))

    def _fits_any(self, asked: Condition) -> bool:
        among = AllOf((asked, HasStatus(frozenset(ImageStatus))))
        return bool(self._index.ids(Search(among, _QUICKEST), 0, 1))


def _is_placed(asked: TagName | TagPattern | Condition) -> TypeGuard[InFolder | PathLike | SeenBy]:
    return isinstance(asked, InFolder | PathLike | SeenBy)


def _as_typed(asked: InFolder | PathLike | SeenBy) -> str:
    if isinstance(asked, InFolder):
        return format_metatag("folder", asked.folder)
    return format_metatag("path" if isinstance(asked, PathLike) else "model", asked.pattern)


def _name_in(asked: TagName | TagPattern | Condition) -> str | None:
    """Return the name of the tag that a condition is about, if it is about one."""
    if isinstance(asked, Scored | Doubted):
        return asked.tag
    tag = asked.tag if isinstance(asked, InCategory) else asked
    return tag.name if isinstance(tag, TagName) else None


_OPERATOR_BEFORE = re.compile(r"(?:[-~(]|\b(?:and|not)\s*)+\s*$", re.IGNORECASE)
"""What may stand before a term and belongs to it."""


_QUICKEST = Order(Measure.ID, is_descending=False)

_ONE_BY_ONE = 400
"""So many pictures are named one by one where what they have in common is asked for."""


class _TagNames:
    """Keeps the completer, and makes it again when tags or counts have changed for long enough."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self._lock = Lock()
        self._completer: Completer | None = None
        self._is_stale = True
        self._next = 0.0

    def hear(self, change: LibraryChange) -> None:
        """Note that counts or names have changed."""
        told = (change.images, change.all_images, change.tags, change.files, change.folders)
        if any(told):
            self._is_stale = True

    def completer(self) -> Completer:
        """Return a completer that knows nearly all there is now."""
        with self._lock:
            if self._completer is None or (self._is_stale and time.monotonic() >= self._next):
                self._completer = self._make()
            return self._completer

    def nearest(self, name: str) -> list[KnownTag]:
        """Return the tags that a name may have meant, likeliest first.

        A process that only asks this (the command line) need not count every tag for it.
        """
        if self._completer is not None:
            return self.completer().nearest(name)
        names = self._index.names()
        near = [names[place] for place in Speller(names).nearest(name, _NEAR)]
        return Completer(self._index.known_tags(near)).nearest(name) if near else []

    def _make(self) -> Completer:
        started = time.monotonic()
        self._is_stale = False
        made = Completer(self._index.known_tags(), self._index.values())
        ended = time.monotonic()
        self._next = ended + max(_LEAST_PATIENCE, _PATIENCE * (ended - started))
        return made
