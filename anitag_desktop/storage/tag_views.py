"""Tag views: tags with their counts, other names and implications.

Connections are reading ones of the library, which see the index as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from anitag_desktop.domain.tag import Tag, TagCategory, normalize_tag_name
from anitag_desktop.storage import aliases, implications, models, tag_totals, tags
from anitag_desktop.storage.tags import TagRow


@dataclass(frozen=True, slots=True)
class TagView:
    """A tag with how many present pictures a search finds, its aliases, what it implies.

    ``is_silenced``: no model may give it.
    """

    tag: Tag
    count: int
    aliases: tuple[str, ...]
    implies: tuple[str, ...]
    is_silenced: bool = False


def list_views(
    conn: Connection,
    category: TagCategory | None,
    prefix: str,
    counts: Mapping[str, int] | None = None,
) -> list[TagView]:
    """Return the tags in use (of a category, whose names begin so), the most frequent first.

    ``counts`` are the pictures that each finds, by uid, where somebody knows them already.
    """
    start = normalize_tag_name(prefix)
    rows = [row for row in tags.every(conn, category) if row.tag.name.startswith(start)]
    views = _views(conn, rows, counts)
    return sorted(views, key=lambda view: (-view.count, view.tag.name))


def view_of(conn: Connection, name: str, counts: Mapping[str, int] | None = None) -> TagView | None:
    """Return the tag that a name or alias stands for; ``counts`` as above."""
    row = tags.by_name(conn, name)
    if row is None:
        return None
    (view,) = _views(conn, [row], counts)
    return view


def _views(
    conn: Connection, rows: Sequence[TagRow], counts: Mapping[str, int] | None = None
) -> list[TagView]:
    if counts is None:
        found = tag_totals.found(conn, rows)
        counts = {row.tag.uid: found.get(row.tag_id, 0) for row in rows}
    silenced = models.silenced(conn)
    also = aliases.of_tags(conn, [row.tag_id for row in rows])
    implied = _implied_names(conn, {row.tag_id for row in rows})
    return [
        TagView(
            row.tag,
            counts.get(row.tag.uid, 0),
            tuple(also.get(row.tag_id, ())),
            tuple(sorted(implied.get(row.tag_id, ()))),
            row.tag.name in silenced,
        )
        for row in rows
    ]


def _implied_names(conn: Connection, tag_ids: set[int]) -> dict[int, list[str]]:
    pairs = [(child, parent) for child, parent in implications.every(conn) if child in tag_ids]
    parents = tags.by_ids(conn, {parent for _, parent in pairs})
    found: dict[int, list[str]] = {}
    for child, parent in pairs:
        found.setdefault(child, []).append(parents[parent].tag.name)
    return found
