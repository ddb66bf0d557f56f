"""What a name that no tag has, or a word that a metatag does not know, may have meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.domain.tag import normalize_tag_name

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

_MOST = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tag or a word that may have been meant; ``search`` is the whole search with it.

    ``count`` is how many pictures have the tag, None for a word.
    """

    name: str
    count: int | None
    search: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that no tag has, where it stands (None: nowhere to be seen), and what may be meant."""

    name: str
    place: tuple[int, int] | None
    proposals: tuple[Proposal, ...]


def what_was_meant(library: Library, text: str, names: Sequence[str]) -> tuple[Unknown, ...]:
    """Return for each unknown name the tags like it, the likeliest first. Runs on a task."""
    return tuple(_one(library, text, name) for name in names)


def word_meant(text: str, error: BaseException) -> tuple[Proposal, ...]:
    """Return the word that was meant where a metatag got one that it does not know."""
    params = getattr(error, "params", {})
    near, value = params.get("near"), params.get("value")
    start, end = getattr(error, "position", 0), getattr(error, "end", 0)
    if not near or text[start:end] != value:
        return ()
    return (Proposal(near, None, text[:start] + near + text[end:]),)


def _one(library: Library, text: str, name: str) -> Unknown:
    from anitag_desktop.search.formatter import format_tag
    from anitag_desktop.search.names import metatag_meant

    place = _place_of(library, text, name)
    if place is None:
        return Unknown(name, None, ())
    start, end = place
    near = library.searching.did_you_mean(name)[:_MOST]
    proposals = (
        Proposal(one.tag.name, one.count, text[:start] + format_tag(one.tag.name) + text[end:])
        for one in near
    )
    metatag = metatag_meant(text[start:end])
    first = () if metatag is None else (_replaced(text, place, metatag),)
    return Unknown(name, place, (*first, *proposals))


def _replaced(text: str, place: tuple[int, int], term: str) -> Proposal:
    return Proposal(term, None, text[: place[0]] + term + text[place[1] :])


def _place_of(library: Library, text: str, name: str) -> tuple[int, int] | None:
    for span in library.searching.highlight(text):
        word = text[span.start : span.end].strip('"')
        if span.kind == "tag" and normalize_tag_name(word) == name:
            return span.start, span.end
    return None
