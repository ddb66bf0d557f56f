"""Which tags of a search nobody has, and what they may have meant. Runs on a task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.search.formatter import format_tag

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

_MOST = 4
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tag that may have been meant; ``search`` is the whole search with it."""

    name: str
    count: int
    search: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name in a search that no tag has."""

    name: str
    proposals: tuple[Proposal, ...]


def unknown_tags(library: Library, text: str) -> list[Unknown]:
    """Return the unknown tags of a search from left to right."""
    spans = library.searching.highlight(text)
    return [
        Unknown(text[span.start : span.end], _proposals(library, text, span.start, span.end))
        for span in spans
        if span.kind == "tag" and span.category is None and "*" not in text[span.start : span.end]
    ]


def _proposals(library: Library, text: str, start: int, end: int) -> tuple[Proposal, ...]:
    """Return tags that begin like the name, or like as much of it as any tag does."""
    name = text[start:end]
    for length in range(len(name), _SHORTEST - 1, -1):
        found = library.searching.complete(name[:length], length)
        tags = [one for one in found if one.kind == "tag" and one.count]
        if tags:
            return tuple(
                Proposal(
                    one.alias_of or one.text,
                    one.count or 0,
                    text[:start] + format_tag(one.alias_of or one.text) + text[end:],
                )
                for one in tags[:_MOST]
            )
    return ()
