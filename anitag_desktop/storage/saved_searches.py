"""Saved searches: queries with a name, in the order in which they were saved."""

from typing import NamedTuple

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import saved_searches


class Saved(NamedTuple):
    """A query and its place among the others; both None if there is no such search."""

    query: str | None = None
    position: int | None = None


def every(conn: Connection) -> list[tuple[str, str]]:
    """Return the name and the query of each saved search."""
    s = saved_searches.c
    return list(conn.execute(select(s.name, s.query).order_by(s.position, s.name)).all())


def of_name(conn: Connection, name: str) -> Saved:
    """Return what is saved under a name."""
    s = saved_searches.c
    row = conn.execute(select(s.query, s.position).where(s.name == name)).one_or_none()
    return Saved() if row is None else Saved(*row)


def put(conn: Connection, name: str, query: str | None, position: int | None = None) -> Saved:
    """Save a search (a query of None: forget it) and return what was there before.

    Without a position it keeps its place, and a new one comes last. Done by the command
    ``search.save`` only.
    """
    old = of_name(conn, name)
    note(conn, settings=True)
    if query is None:
        conn.execute(saved_searches.delete().where(saved_searches.c.name == name))
        return old
    place = next(one for one in (position, old.position, _last(conn) + 1) if one is not None)
    row = {"query": query, "position": place}
    statement = insert(saved_searches).values(name=name, **row)
    conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))
    return old


def _last(conn: Connection) -> int:
    query = select(func.coalesce(func.max(saved_searches.c.position), 0))
    return int(conn.execute(query).scalar_one())
