"""What a search index answers, however it does so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.search.metatags import Search


@dataclass(frozen=True, slots=True)
class KnownTag:
    """A tag of the library, how many present images it finds, and its aliases."""

    tag: Tag
    count: int
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelatedTag:
    """A tag that goes with what a search finds.

    ``count`` images have both. ``frequency`` is the share of the search's images that have the
    tag; the similarities compare the two sets of images: ``cosine`` = both / sqrt(found * tagged),
    ``jaccard`` = both / either, ``overlap`` = both / the smaller one. All are 0 to 1.
    """

    tag: Tag
    count: int
    cosine: float
    jaccard: float
    overlap: float
    frequency: float


class SearchIndex(Protocol):
    """Finds images. Safe to use from several threads; each call sees one state of the library."""

    def ids(self, asked: Search, offset: int = 0, limit: int | None = None) -> Sequence[int]:
        """Return the library ids of a search's images in its order, from ``offset`` on."""
        ...

    def count(self, asked: Search) -> int:
        """Return how many images a search finds."""
        ...

    def tag_counts(self, category: TagCategory | None, limit: int) -> list[tuple[Tag, int]]:
        """Return the tags that find most present images, with their numbers, most first."""
        ...

    def facets(self, asked: Search, limit: int) -> Mapping[TagCategory, list[tuple[Tag, int]]]:
        """Return for each category the tags that most images of a search have themselves."""
        ...

    def related(self, asked: Search, category: TagCategory | None, limit: int) -> list[RelatedTag]:
        """Return the tags that go with a search's images, those of the highest cosine first."""
        ...

    def counts_within(self, asked: Search, names: Sequence[str]) -> Mapping[str, int] | None:
        """Return how many of a search's images each tag finds; None where that takes long."""
        ...

    def known_tags(self, names: Sequence[str] | None = None) -> list[KnownTag]:
        """Return the tags of these names (None: every tag in use), with counts and aliases."""
        ...

    def names(self) -> list[str]:
        """Return the name of every tag in use: quick, where no counts are needed."""
        ...

    def values(self) -> Mapping[str, Sequence[str]]:
        """Return by metatag the models and folders that can be asked for."""
        ...

    def resolved(self, names: Sequence[str]) -> dict[str, Tag]:
        """Return the tags that names or aliases stand for, as far as there are any."""
        ...
