"""Searching in the fake library: tags and operators, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING

from anitag_desktop.domain.tag import Tag, TagCategory, normalize_tag_name
from anitag_desktop.search.formatter import format_tag
from anitag_desktop.search.highlight import Span, highlight
from anitag_desktop.search.metatags import interpret
from anitag_desktop.search.parser import parse
from anitag_desktop.search.query import And, Everything, Not, Or, TagName
from tests.gui.fake_values import FakeCompletion

if TYPE_CHECKING:
    from tests.gui.fakes import FakeLibrary


class FakeSearching:
    def __init__(self, library: FakeLibrary) -> None:
        self._library = library
        self.vain: tuple[str, ...] = ()

    def search(
        self, text: str, *, order=None, limit=None, offset=0, is_given_up=None
    ) -> SimpleNamespace:
        query, ids = parse(text), self._found(text)
        interpret(query, datetime.now(), order)
        if limit is None:  # else a face is looked for
            self._library.orders.append(order)
        known = {
            name for one in self._library.pictures[:5000] for name in self._library.effective(one)
        }
        unknown = tuple(name for name in _names(query) if name not in known)
        end = None if limit is None else offset + limit
        return SimpleNamespace(ids=ids[offset:end], unknown=unknown, vain=self.vain)

    def _found(self, text: str) -> Sequence[int]:
        query = parse(text)
        if isinstance(query, Everything):
            return range(len(self._library.pictures))
        held = [self._library.effective(one) for one in self._library.pictures]
        return tuple(i for i, tags in enumerate(held) if _fits(query, tags))

    def did_you_mean(self, name: str) -> list[SimpleNamespace]:
        counts = [pair for category in TagCategory for pair in self._counts(category)]
        return [
            SimpleNamespace(tag=self._library.tag(known), count=count)
            for known, count in counts
            if known[:3] == name[:3]
        ]

    def count(self, text: str, *, is_given_up=None) -> int:
        if "is:" in text or ":<" in text or "status:" in text:
            return self._library.counts_now.get(text, 0)
        return len(self._found(text))

    def highlight(self, text: str) -> list[Span]:
        return highlight(text, self._library.categories.get)

    def complete(self, text: str, cursor: int) -> list[FakeCompletion]:
        start = (
            max(text.rfind(" ", 0, cursor), text.rfind("(", 0, cursor), text.rfind("-", 0, cursor))
            + 1
        )
        part = normalize_tag_name(text[start:cursor])
        counts = {name: count for category in TagCategory for name, count in self._counts(category)}
        found = sorted(
            (name for name in counts if name.startswith(part)), key=lambda name: -counts[name]
        )
        return [
            FakeCompletion(
                name,
                format_tag(name),
                start,
                cursor,
                "tag",
                self._library.categories.get(name),
                counts[name],
            )
            for name in found
        ][:12]

    def facets(self, text: str, limit: int = 20, *, is_given_up=None):
        ids = self._found(text)
        self._library.faceted.append(text)
        found: dict[TagCategory, dict[str, int]] = {one: {} for one in TagCategory}
        for name in (
            n for i in ids[:5000] for n in self._library.effective(self._library.pictures[i])
        ):
            own = found[self._library.tag(name).category]
            own[name] = own.get(name, 0) + 1
        return {
            category: sorted(
                ((self._library.tag(name), count) for name, count in own.items()),
                key=lambda pair: (-pair[1], pair[0].name),
            )[:limit]
            for category, own in found.items()
        }

    def related(
        self, text: str, category=None, limit: int = 20, *, is_given_up=None
    ) -> list[SimpleNamespace]:
        """The rarest first: what is common is related to nothing."""
        rows = [row for own in self.facets(text).values() for row in own]
        named = _names(parse(text))
        found = [SimpleNamespace(tag=t, count=n) for t, n in rows if t.name not in named]
        return sorted(found, key=lambda one: one.count)[:limit]

    def tag_counts(self, category: TagCategory, limit: int) -> list[tuple[Tag, int]]:
        return [(self._library.tag(name), count) for name, count in self._counts(category)][:limit]

    def _counts(self, category: TagCategory) -> list[tuple[str, int]]:
        counts: dict[str, int] = {}
        for picture in self._library.pictures[:5000]:
            for name in self._library.effective(picture):
                if self._library.categories.get(name, TagCategory.GENERAL) is category:
                    counts[name] = counts.get(name, 0) + 1
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _fits(query: object, tags: set[str]) -> bool:
    if isinstance(query, And):
        return all(_fits(part, tags) for part in query.parts)
    if isinstance(query, Or):
        return any(_fits(part, tags) for part in query.parts)
    if isinstance(query, Not):
        return not _fits(query.part, tags)
    return not isinstance(query, TagName) or query.name in tags


def _names(query: object) -> list[str]:
    if isinstance(query, And | Or):
        return [name for part in query.parts for name in _names(part)]
    if isinstance(query, Not):
        return _names(query.part)
    return [query.name] if isinstance(query, TagName) else []
