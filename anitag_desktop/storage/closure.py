"""The closure of the implications: which tags are implied by which, through any number of steps.

It follows from the implications and is kept with every change of them, so that a search looks up
all that implies a tag in one step. A pair says that pictures with the child are found by the
parent, too.
"""

from collections.abc import Iterable

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    delete,
    select,
)

from anitag_desktop.storage.schema import implications
from anitag_desktop.storage.selection import as_json, one_of

metadata = MetaData()

closure = Table(
    "closure",
    metadata,
    Column("parent_id", Integer, nullable=False),
    Column("child_id", Integer, nullable=False),
    PrimaryKeyConstraint("parent_id", "child_id"),
    sqlite_with_rowid=False,
)
Index("ix_closure_child_id", closure.c.child_id)

_DERIVE = """
WITH RECURSIVE up(child_id, parent_id) AS (
    SELECT child_id, parent_id FROM main.implications
    WHERE child_id IN (SELECT value FROM json_each(?))
    UNION
    SELECT up.child_id, above.parent_id
    FROM up JOIN main.implications above ON above.child_id = up.parent_id
)
"""
_PAIRS = "SELECT parent_id, child_id FROM up WHERE parent_id != child_id"
_INSERT = f"{_DERIVE} INSERT INTO main.closure (parent_id, child_id) {_PAIRS}"


def below(conn: Connection, tag_ids: Iterable[int]) -> set[int]:
    """Return all tags that imply one of these, without these."""
    query = select(closure.c.child_id).where(one_of(closure.c.parent_id, tag_ids))
    return set(conn.execute(query).scalars())


def above(conn: Connection, tag_ids: Iterable[int]) -> set[int]:
    """Return all tags that one of these implies."""
    query = select(closure.c.parent_id).where(one_of(closure.c.child_id, tag_ids))
    return set(conn.execute(query).scalars())


def above_each(conn: Connection, tag_ids: Iterable[int]) -> dict[int, set[int]]:
    """Return for each of some tags all that it implies."""
    found: dict[int, set[int]] = {tag_id: set() for tag_id in tag_ids}
    query = select(closure.c.child_id, closure.c.parent_id)
    for child, parent in conn.execute(query.where(one_of(closure.c.child_id, list(found)))):
        found[child].add(parent)
    return found


def follow(conn: Connection, children: Iterable[int]) -> None:
    """Derive anew what some tags imply, and what implies them: their implications changed."""
    children = set(children)
    if children:
        stale = as_json(children | below(conn, children))["values"]
        conn.exec_driver_sql(
            "DELETE FROM main.closure WHERE child_id IN (SELECT value FROM json_each(?))", (stale,)
        )
        conn.exec_driver_sql(_INSERT, (stale,))


def rebuild(conn: Connection) -> None:
    """Derive all of it anew."""
    conn.execute(delete(closure))
    follow(conn, conn.execute(select(implications.c.child_id).distinct()).scalars())


def differences(conn: Connection) -> int:
    """Return how many pairs are not what follows from the implications."""
    every = as_json(conn.execute(select(implications.c.child_id)).scalars())["values"]
    follows = {tuple(row) for row in conn.exec_driver_sql(f"{_DERIVE} {_PAIRS}", (every,))}
    kept = {tuple(row) for row in conn.execute(select(closure.c.parent_id, closure.c.child_id))}
    return len(follows ^ kept)
