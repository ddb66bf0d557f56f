"""What a name that no tag has may have meant. Runs on a task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.domain.tag import normalize_tag_name
from anitag_desktop.search.formatter import format_tag

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

_MOST = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tag that may have been meant; ``search`` is the whole search with it."""

    name: str
    count: int
    search: str


def what_was_meant(library: Library, text: str, name: str) -> tuple[Proposal, ...]:
    """Return tags like the unknown ``name`` in a search, the likeliest first."""
    near = library.searching.did_you_mean(name)[:_MOST]
    place = _place_of(library, text, name) if near else None
    if place is None:
        return ()
    start, end = place
    return tuple(
        Proposal(one.tag.name, one.count, text[:start] + format_tag(one.tag.name) + text[end:])
        for one in near
    )


def _place_of(library: Library, text: str, name: str) -> tuple[int, int] | None:
    for span in library.searching.highlight(text):
        word = text[span.start : span.end].strip('"')
        if span.kind == "tag" and normalize_tag_name(word) == name:
            return span.start, span.end
    return None
