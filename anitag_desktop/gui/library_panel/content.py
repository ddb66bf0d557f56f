"""What the left panel shows, read from the library. Runs on tasks."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.gui.library_panel.folder_tree import Folder, build_tree
from anitag_desktop.gui.library_panel.places import SLOW, places

if TYPE_CHECKING:
    from anitag_desktop.gui.tasks import IsGivenUp
    from anitag_desktop.services.library import Library

_CHARACTERS = 60
_TAGS = 30
_LISTED = (
    TagCategory.CHARACTER,
    TagCategory.COPYRIGHT,
    TagCategory.ARTIST,
    TagCategory.GENERAL,
    TagCategory.META,
)


@dataclass(frozen=True, slots=True)
class PanelContent:
    """Everything that the panel shows, as the services gave it.

    ``counts`` are pictures by search; what is not counted yet is not in it. ``broken`` says of
    searches why they cannot be counted. ``saved`` are names with searches, ``seconds`` is how long
    reading took.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    problems: int = 0
    saved: Sequence[tuple[str, str]] = ()
    tags: Mapping[TagCategory, Sequence[tuple[Tag, int]]] = field(default_factory=dict)
    folders: Sequence[Folder] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class LateCounts:
    """Counts by search, and why a search cannot be counted."""

    counts: Mapping[str, int] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def read_content(library: Library) -> PanelContent:
    """Return the lists without the folders; slow counts are left out."""
    began = time.monotonic()
    quick = [place.query for place in places() if place.query not in SLOW]
    limits = {one: _CHARACTERS if one is TagCategory.CHARACTER else _TAGS for one in _LISTED}
    return PanelContent(
        counts={query: library.searching.count(query) for query in quick},
        problems=library.showing.problem_count(),
        saved=library.remembering.names(),
        tags={one: library.searching.tag_counts(one, limit) for one, limit in limits.items()},
        seconds=time.monotonic() - began,
    )


def count_late(library: Library, is_given_up: IsGivenUp) -> LateCounts:
    """Count what may take long: slow searches, and those that the user saved."""
    began = time.monotonic()
    counts = {one: library.searching.count(one, is_given_up=is_given_up) for one in SLOW}
    saved = library.remembering.counted(is_given_up=is_given_up)
    counts |= {one.query: one.count for one in saved if one.count is not None}
    broken = {one.query: one.problem for one in saved if one.problem is not None}
    return LateCounts(counts, broken, time.monotonic() - began)


def read_folders(library: Library) -> list[Folder]:
    """Return the watched folders as trees; of a large library it takes a while."""
    counts = library.showing.folder_counts()
    return [
        build_tree(view.id, view.path, counts, is_away=view.status == "away", total=view.images)
        for view in library.indexing.folders()
    ]
