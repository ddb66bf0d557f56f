"""The tags of a result, row by row. No Qt here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from anitag_desktop.domain.tag import Tag, TagCategory, normalize_tag_name
from anitag_desktop.gui.wording import category_name, tag_text

_MOST = {TagCategory.GENERAL: 40, TagCategory.CHARACTER: 20}
_MOST_OF_OTHERS = 8
MOST = max(_MOST.values())


@dataclass(frozen=True, slots=True)
class FacetRow:
    """The head of a category, or a tag (``tag``) with the number of pictures that have it."""

    text: str
    tag: Tag | None = None
    count: int = 0


def facet_rows(
    facets: Mapping[TagCategory, Sequence[tuple[Tag, int]]], asked: Sequence[str]
) -> list[FacetRow]:
    """Return the rows, without the tags whose names the search asks for already."""
    known = {normalize_tag_name(name) for name in asked}
    rows: list[FacetRow] = []
    for category in TagCategory:
        some = facets.get(category, ())
        own = [row for row in _tags(some) if row.tag and row.tag.name not in known]
        if own:
            most = _MOST.get(category, _MOST_OF_OTHERS)
            rows += [FacetRow(category_name(category)), *own[:most]]
    return rows


def _tags(some: Sequence[tuple[Tag, int]]) -> Iterator[FacetRow]:
    for tag, count in some:
        name = tag.name.removeprefix("rating:") if _is_rating(tag) else tag_text(tag.name)
        yield FacetRow(name, tag, count)


def _is_rating(tag: Tag) -> bool:
    return tag.category is TagCategory.RATING
