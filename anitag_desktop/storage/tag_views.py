"""Tag views: tags with their counts, other names and implications.

Connections are reading ones of the library, which see the index as well.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, func, select, true

from anitag_desktop.domain.tag import Tag, TagCategory, normalize_tag_name
from anitag_desktop.storage import aliases, implications, tags
from anitag_desktop.storage.schema import files, idx_images, idx_tags, image_tags, images
from anitag_desktop.storage.selection import one_of
from anitag_desktop.storage.tags import TagRow


@dataclass(frozen=True, slots=True)
class TagView:
    """A tag with how many present pictures have it themselves, its aliases, what it implies."""

    tag: Tag
    count: int
    aliases: tuple[str, ...]
    implies: tuple[str, ...]


def list_views(conn: Connection, category: TagCategory | None, prefix: str) -> list[TagView]:
    """Return the tags in use (of a category, whose names begin so), the most frequent first."""
    start = normalize_tag_name(prefix)
    rows = [row for row in tags.every(conn, category) if row.tag.name.startswith(start)]
    views = _views(conn, rows, _counts(conn))
    return sorted(views, key=lambda view: (-view.count, view.tag.name))


def view_of(conn: Connection, name: str) -> TagView | None:
    """Return the tag that a name or alias stands for."""
    row = tags.by_name(conn, name)
    if row is None:
        return None
    (view,) = _views(conn, [row], _counts(conn, row.tag.uid))
    return view


def _views(conn: Connection, rows: Sequence[TagRow], counts: Mapping[str, int]) -> list[TagView]:
    also = aliases.of_tags(conn, [row.tag_id for row in rows])
    implied = _implied_names(conn, {row.tag_id for row in rows})
    return [
        TagView(
            row.tag,
            counts.get(row.tag.uid, 0),
            tuple(also.get(row.tag_id, ())),
            tuple(sorted(implied.get(row.tag_id, ()))),
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


def _counts(conn: Connection, uid: str | None = None) -> Mapping[str, int]:
    """Return by uid how many present images have each tag (or one tag)."""
    of_tag = true() if uid is None else idx_tags.c.uid == uid
    counts = Counter(_count_where(conn, of_tag))
    # Most images are present, so it is quicker to take off those that are not.
    counts.subtract(_count_where(conn, of_tag & one_of(image_tags.c.image_id, _absent(conn))))
    return counts


def _count_where(conn: Connection, condition: ColumnElement[bool]) -> dict[str, int]:
    rows = conn.execute(
        select(idx_tags.c.uid, func.count())
        .join(image_tags, image_tags.c.tag_id == idx_tags.c.id)
        .where(condition)
        .group_by(idx_tags.c.uid)
    )
    return {uid: number for uid, number in rows}  # noqa: C416 - rows are no plain tuples


def _absent(conn: Connection) -> Iterable[int]:
    """Return the index ids of images of which no file is present."""
    picture = images.alias("picture")
    is_present = exists().where(files.c.image_id == picture.c.id, files.c.status == "present")
    query = (
        select(idx_images.c.id)
        .join(picture, picture.c.sha256 == idx_images.c.sha256)
        .where(~is_present)
    )
    return conn.execute(query).scalars()
