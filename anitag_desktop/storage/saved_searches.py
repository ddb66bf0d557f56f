"""Saved searches: queries with a name, in the order in which they were saved."""

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import saved_searches


def every(conn: Connection) -> list[tuple[str, str]]:
    """Return the name and the query of each saved search."""
    s = saved_searches.c
    return list(conn.execute(select(s.name, s.query).order_by(s.position, s.name)).all())


def put(conn: Connection, name: str, query: str | None) -> str | None:
    """Save a search (None: forget it) and return the query it had before.

    Done by the command ``search.save`` only.
    """
    s = saved_searches.c
    old = conn.execute(select(s.query).where(s.name == name)).scalar_one_or_none()
    note(conn, settings=True)
    if query is None:
        conn.execute(saved_searches.delete().where(s.name == name))
        return old
    last = conn.execute(select(func.coalesce(func.max(s.position), 0))).scalar_one()
    statement = insert(saved_searches).values(name=name, query=query, position=last + 1)
    conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"query": query}))
    return old
