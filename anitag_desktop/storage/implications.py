"""Implications: whatever has the child tag is found by the parent too, through any number of steps.

They are followed when something is searched, through ``closure``; ``image_tags`` holds no implied
tag.
"""

from collections.abc import Iterable

from sqlalchemy import Column, Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.storage import closure
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
    return closure.below(conn, [tag_id])


def ancestors(conn: Connection, tag_id: int) -> set[int]:
    """Return the tags that this one implies, directly or through others, without itself."""
    return closure.above(conn, [tag_id])


def every(conn: Connection) -> list[tuple[int, int]]:
    """Return all pairs of child and parent."""
    rows = conn.execute(select(implications.c.child_id, implications.c.parent_id))
    return list(rows.all())


def among(conn: Connection, tag_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Return the pairs of child and parent in which one of these tags stands."""
    i, ids = implications.c, list(tag_ids)
    query = select(i.child_id, i.parent_id)
    return list(conn.execute(query.where(one_of(i.child_id, ids) | one_of(i.parent_id, ids))).all())


def put(conn: Connection, child_id: int, parent_id: int) -> bool:
    """Add an implication and tell whether it is new. Done by ``implication.add`` only."""
    row = {"child_id": child_id, "parent_id": parent_id}
    added = conn.execute(insert(implications).values(row).on_conflict_do_nothing()).rowcount
    closure.follow(conn, [child_id])
    note(conn, tags=True)
    return added > 0


def drop(conn: Connection, child_id: int, parent_id: int) -> bool:
    """Remove an implication and tell whether it was there. Done by ``implication.remove`` only."""
    i = implications.c
    statement = implications.delete().where(i.child_id == child_id, i.parent_id == parent_id)
    note(conn, tags=True)
    was_there = conn.execute(statement).rowcount > 0
    closure.follow(conn, [child_id])
    return was_there


def put_many(conn: Connection, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Add implications and return those that are new. Done by ``names.add`` only."""
    pairs = list(pairs)
    known = _known(conn, pairs)
    new = [pair for pair in pairs if pair not in known]
    if new:
        conn.execute(implications.insert(), [{"child_id": c, "parent_id": p} for c, p in new])
        closure.follow(conn, {child for child, _ in new})
        note(conn, tags=True)
    return new


def drop_many(conn: Connection, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Remove implications and return those that were there. Done by ``names.remove`` only."""
    pairs = list(pairs)
    known = _known(conn, pairs)
    found = [pair for pair in pairs if pair in known]
    if found:
        i = implications.c
        each = implications.delete().where(
            i.child_id == bindparam("child"), i.parent_id == bindparam("parent")
        )
        conn.execute(each, [{"child": child, "parent": parent} for child, parent in found])
        closure.follow(conn, {child for child, _ in found})
        note(conn, tags=True)
    return found


def _known(conn: Connection, pairs: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return those of some pairs, and perhaps others of their children, that are there."""
    i = implications.c
    query = select(i.child_id, i.parent_id).where(one_of(i.child_id, {child for child, _ in pairs}))
    return {(child, parent) for child, parent in conn.execute(query)}


def _next(conn: Connection, tag_ids: set[int], here: Column[int], there: Column[int]) -> set[int]:
    return set(conn.execute(select(there).where(one_of(here, tag_ids))).scalars())
