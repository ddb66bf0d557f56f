"""Implications: whatever has the child tag is found by the parent too, through any number of steps.

They are followed when something is searched; ``image_tags`` holds no implied tag.
"""

from sqlalchemy import Column, Connection, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import implications
from anitag_desktop.storage.selection import one_of


def children(conn: Connection, tag_id: int) -> set[int]:
    """Return the tags that imply this one directly."""
    return _next(conn, {tag_id}, implications.c.parent_id, implications.c.child_id)


def parents(conn: Connection, tag_id: int) -> set[int]:
    """Return the tags that this one implies directly."""
    return _next(conn, {tag_id}, implications.c.child_id, implications.c.parent_id)


def descendants(conn: Connection, tag_id: int) -> set[int]:
    """Return the tags that imply this one, directly or through others, without itself."""
    return _closure(conn, tag_id, implications.c.parent_id, implications.c.child_id)


def ancestors(conn: Connection, tag_id: int) -> set[int]:
    """Return the tags that this one implies, directly or through others, without itself."""
    return _closure(conn, tag_id, implications.c.child_id, implications.c.parent_id)


def every(conn: Connection) -> list[tuple[int, int]]:
    """Return all pairs of child and parent."""
    rows = conn.execute(select(implications.c.child_id, implications.c.parent_id))
    return list(rows.all())


def put(conn: Connection, child_id: int, parent_id: int) -> bool:
    """Add an implication and tell whether it is new. Done by ``implication.add`` only."""
    row = {"child_id": child_id, "parent_id": parent_id}
    added = conn.execute(insert(implications).values(row).on_conflict_do_nothing()).rowcount
    note(conn, tags=True)
    return added > 0


def drop(conn: Connection, child_id: int, parent_id: int) -> bool:
    """Remove an implication and tell whether it was there. Done by ``implication.remove`` only."""
    i = implications.c
    statement = implications.delete().where(i.child_id == child_id, i.parent_id == parent_id)
    note(conn, tags=True)
    return conn.execute(statement).rowcount > 0


def _closure(conn: Connection, tag_id: int, here: Column[int], there: Column[int]) -> set[int]:
    found: set[int] = set()
    new = {tag_id}
    while new := _next(conn, new, here, there) - found:
        found |= new
    return found - {tag_id}


def _next(conn: Connection, tag_ids: set[int], here: Column[int], there: Column[int]) -> set[int]:
    return set(conn.execute(select(there).where(one_of(here, tag_ids))).scalars())
