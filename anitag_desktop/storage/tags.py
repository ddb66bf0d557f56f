"""Tags: finding them by any of their names, and making new ones.

A tag's name may be an alias, or the name of a tag that was merged into another; a deleted tag is
not found but keeps its row, because the log and the models' labels go on naming it.
"""

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, union_all
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.domain.tag import Tag, TagCategory, new_tag_uid, normalize_tag_name
from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import aliases, tags
from anitag_desktop.storage.selection import as_json, one_of_named


class TagRow(NamedTuple):
    """A tag with its id in library.db."""

    tag_id: int
    tag: Tag
    merged_into: int | None = None
    is_deleted: bool = False


# Built once: building a statement costs more than running it, and these run for every picture.
_t = tags.c
_COLUMNS = select(_t.id, _t.uid, _t.name, _t.category, _t.merged_into, _t.deleted_at)
_BY_ID = _COLUMNS.where(one_of_named(_t.id))
_BY_UID = _COLUMNS.where(one_of_named(_t.uid))
_BY_NAME = _COLUMNS.where(one_of_named(_t.name))
_BY_ALIAS = select(aliases.c.name, aliases.c.tag_id).where(one_of_named(aliases.c.name))
_MAKE = (
    "INSERT OR IGNORE INTO tags (uid, name, category, created_at) "
    "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), "
    "json_extract(value, '$[2]'), ? FROM json_each(?)"
)
_RATINGS = select(_t.id).where(_t.category == TagCategory.RATING)
_NEAR = union_all(
    select(_t.id).where(one_of_named(_t.merged_into)),
    select(_t.merged_into).where(one_of_named(_t.id), _t.merged_into.is_not(None)),
)


def by_name(conn: Connection, name: str) -> TagRow | None:
    """Return the tag that ``name`` (in any spelling, or an alias) stands for."""
    row = owner_of_name(conn, normalize_tag_name(name))
    found = row and canonical(conn, [row.tag_id])[row.tag_id]
    return found or None


def owner_of_name(conn: Connection, name: str) -> TagRow | None:
    """Return the row that holds a normalised name, even if merged or deleted; else the alias's."""
    if any("\ud800" <= character <= "\udfff" for character in name):
        return None  # bytes that are no text: no database holds them
    return named(conn, [name]).get(name)


def by_uid(conn: Connection, uid: str) -> TagRow | None:
    """Return the row of a uid, even if merged or deleted."""
    return by_uids(conn, [uid]).get(uid)


def by_ids(conn: Connection, tag_ids: Iterable[int]) -> dict[int, TagRow]:
    """Return the rows of ids, even if merged or deleted."""
    return {row.tag_id: row for row in _rows(conn.execute(_BY_ID, as_json(tag_ids)))}


def by_uids(conn: Connection, uids: Iterable[str]) -> dict[str, TagRow]:
    """Return the rows of uids, even if merged or deleted."""
    return {row.tag.uid: row for row in _rows(conn.execute(_BY_UID, as_json(uids)))}


def canonical(conn: Connection, tag_ids: Iterable[int]) -> dict[int, TagRow | None]:
    """Return what each tag counts as: itself, what it was merged into, or None if deleted."""
    rows = by_ids(conn, tag_ids)
    asked = tuple(rows)
    while missing := {r.merged_into for r in rows.values() if r.merged_into} - rows.keys():
        rows |= by_ids(conn, (tag_id for tag_id in missing if tag_id is not None))
    return {tag_id: _end_of_chain(rows, tag_id) for tag_id in asked}


def kin(conn: Connection, tag_ids: Iterable[int]) -> set[int]:
    """Return the tags with all that they were merged into and all that was merged into them."""
    found = set(tag_ids)
    while True:
        more = set(conn.execute(_NEAR, as_json(found)).scalars()) - found
        if not more:
            return found
        found |= more


def ratings(conn: Connection) -> set[int]:
    """Return the ids of the rating tags."""
    return set(conn.execute(_RATINGS).scalars())


def every(conn: Connection, category: TagCategory | None = None) -> list[TagRow]:
    """Return the tags in use (neither merged nor deleted), by name."""
    alive = _COLUMNS.where(tags.c.merged_into.is_(None), tags.c.deleted_at.is_(None))
    query = alive if category is None else alive.where(tags.c.category == category)
    return sorted(_rows(conn.execute(query)), key=lambda row: row.tag.name)


def get_or_create(conn: Connection, name: str, category: TagCategory) -> TagRow:
    """Return the tag that ``name`` stands for, made with ``category`` if there is none.

    ``name`` must be a valid one (see ``domain.tag``). A deleted tag is returned as it is; the row
    of a merged one leads to the tag it was merged into.
    """
    name = normalize_tag_name(name)
    row = owner_of_name(conn, name)
    if row is None:
        return ensure(conn, {name: category})[name]
    return canonical(conn, [row.tag_id])[row.tag_id] or row


def ensure(conn: Connection, wanted: Mapping[str, TagCategory]) -> dict[str, TagRow]:
    """Return the rows that hold these normalised names, making those that are missing.

    Made for a model's labels: merged and deleted tags are returned as they are, so that a label
    keeps its own identity through merges.
    """
    found = named(conn, wanted)
    missing = {name: category for name, category in wanted.items() if name not in found}
    if missing:
        now = time.time()
        rows = [
            {"uid": new_tag_uid(), "name": name, "category": category, "created_at": now}
            for name, category in missing.items()
        ]
        conn.execute(insert(tags).on_conflict_do_nothing(), rows)
        note(conn, tags=True)
        found |= named(conn, missing)
    return found


def make(conn: Connection, wanted: Mapping[str, TagCategory]) -> None:
    """Make tags of normalised names that nobody holds: ``ensure`` for thousands at once."""
    rows = [[new_tag_uid(), name, category.value] for name, category in wanted.items()]
    conn.exec_driver_sql(_MAKE, (time.time(), json.dumps(rows)))
    note(conn, tags=True)


def named(conn: Connection, names: Iterable[str]) -> dict[str, TagRow]:
    """Return the rows that hold these normalised names or aliases, as far as there are any."""
    names = list(names)
    found = {row.tag.name: row for row in _rows(conn.execute(_BY_NAME, as_json(names)))}
    left = [name for name in names if name not in found]
    if left:
        pairs = conn.execute(_BY_ALIAS, as_json(left)).all()
        rows = by_ids(conn, {tag_id for _, tag_id in pairs})
        found |= {name: rows[tag_id] for name, tag_id in pairs}
    return found


def insert_known(conn: Connection, tag: Tag) -> int:
    """Return the id of the tag with this uid, made as described if it is not there.

    Made for the journal: a tag that is known under another uid is found by its name.
    """
    row = by_uid(conn, tag.uid) or owner_of_name(conn, tag.name)
    if row is not None:
        return row.tag_id
    values = {"uid": tag.uid, "name": tag.name, "category": tag.category}
    note(conn, tags=True)
    statement = tags.insert().values(**values, created_at=time.time()).returning(tags.c.id)
    return int(conn.execute(statement).scalar_one())


def _rows(found: Iterable[Any]) -> list[TagRow]:
    return [
        TagRow(tag_id, Tag(uid, name, TagCategory(category)), merged_into, deleted_at is not None)
        for tag_id, uid, name, category, merged_into, deleted_at in found
    ]


def _end_of_chain(rows: Mapping[int, TagRow], tag_id: int) -> TagRow | None:
    row = rows[tag_id]
    while row.merged_into is not None:
        row = rows[row.merged_into]
    return None if row.is_deleted else row
