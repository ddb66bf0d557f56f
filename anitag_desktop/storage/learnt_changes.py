"""What appeared and disappeared when something was learnt last.

Kept in index.db: it can be looked at until something else is learnt. Of an index that is made again
nothing is known.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.storage.plain_rows import plain_rows
from anitag_desktop.storage.schema import idx_meta

_NAME = "learnt_changes"
_MOST = 2_000
"""So many pictures of each tag are kept, for each direction; all of them are counted."""


class CameAndWent(NamedTuple):
    """A tag (uid), on how many pictures it came and went, and some of them (ids in index.db)."""

    uid: str
    appeared: int
    disappeared: int
    on: tuple[int, ...]
    off: tuple[int, ...]


class Learnt(NamedTuple):
    """What was learnt as which action."""

    action_id: int
    tags: tuple[CameAndWent, ...]


def keep(
    index: Connection,
    action_id: int,
    before: Mapping[str, set[int]],
    after: Mapping[str, set[int]],
) -> None:
    """Keep what differs between the pictures (ids in index.db) that had tags, and have them."""
    found = [
        (uid, sorted(after[uid] - before[uid]), sorted(before[uid] - after[uid])) for uid in after
    ]
    tags = [
        (uid, len(on), len(off), on[:_MOST], off[:_MOST]) for uid, on, off in found if on or off
    ]
    row = {"name": _NAME, "value": json.dumps({"action": action_id, "tags": tags})}
    statement = insert(idx_meta).values(row)
    value = {"value": statement.excluded.value}
    index.execute(statement.on_conflict_do_update(index_elements=["name"], set_=value))


def read(conn: Connection) -> Learnt | None:
    """Return what was kept; ``conn`` is a reading connection of the library."""
    query = select(idx_meta.c.value).where(idx_meta.c.name == _NAME)
    value = conn.execute(query).scalar_one_or_none()
    if value is None:
        return None
    found: dict[str, Any] = json.loads(value)
    return Learnt(found["action"], tuple(_tag(*one) for one in found["tags"]))


def images(conn: Connection, numbers: Sequence[int]) -> list[int]:
    """Return the ids in library.db of pictures by those in index.db, as far as they are there."""
    return [image for (image,) in plain_rows(conn, _IMAGES, (json.dumps(list(numbers)),))]


def _tag(uid: str, appeared: int, disappeared: int, on: list[int], off: list[int]) -> CameAndWent:
    return CameAndWent(uid, appeared, disappeared, tuple(on), tuple(off))


_IMAGES = """
SELECT i.id FROM json_each(?) j CROSS JOIN idx.images x ON x.id = j.value
JOIN main.images i ON i.sha256 = x.sha256 ORDER BY j.key
"""
