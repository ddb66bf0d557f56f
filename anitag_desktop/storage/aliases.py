"""Aliases: other names of tags."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import aliases, tags
from anitag_desktop.storage.selection import one_of


def owner(conn: Connection, name: str) -> int | None:
    """Return the id of the tag that an alias stands for."""
    query = select(aliases.c.tag_id).where(aliases.c.name == name)
    return conn.execute(query).scalar_one_or_none()


def tags_of(conn: Connection, names: Iterable[str]) -> dict[str, str]:
    """Return, for those of the names that are aliases, the name of the tag that they stand for."""
    query = select(aliases.c.name, tags.c.name.label("tag")).join(tags)
    rows = conn.execute(query.where(one_of(aliases.c.name, names)).order_by(aliases.c.name))
    return {row.name: row.tag for row in rows}


def of_tags(conn: Connection, tag_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the aliases of tags, each list by name; tags without one are left out."""
    rows = conn.execute(
        select(aliases.c.tag_id, aliases.c.name)
        .where(one_of(aliases.c.tag_id, tag_ids))
        .order_by(aliases.c.name)
    )
    found: dict[int, list[str]] = {}
    for tag_id, name in rows:
        found.setdefault(tag_id, []).append(name)
    return found


def put(conn: Connection, name: str, tag_id: int) -> None:
    """Let a name stand for a tag; it must be free. Done by the command ``alias.add`` only."""
    conn.execute(aliases.insert(), {"name": name, "tag_id": tag_id})
    note(conn, tags=True)


def put_many(conn: Connection, wanted: Mapping[str, int]) -> list[str]:
    """Let free names stand for tags; return those that were free. Done by ``names.add`` only."""
    taken = set(
        conn.execute(select(aliases.c.name).where(one_of(aliases.c.name, wanted))).scalars()
    )
    free = [name for name in wanted if name not in taken]
    if free:
        conn.execute(aliases.insert(), [{"name": name, "tag_id": wanted[name]} for name in free])
        note(conn, tags=True)
    return free


def drop_many(conn: Connection, wanted: Mapping[str, int]) -> list[str]:
    """Forget aliases that stand for these tags; return those. Done by ``names.remove`` only."""
    query = select(aliases.c.name, aliases.c.tag_id).where(one_of(aliases.c.name, wanted))
    known = [name for name, tag_id in conn.execute(query) if wanted[name] == tag_id]
    if known:
        conn.execute(aliases.delete().where(one_of(aliases.c.name, known)))
        note(conn, tags=True)
    return known


def drop(conn: Connection, name: str) -> None:
    """Forget an alias. Done by the command ``alias.remove`` only."""
    conn.execute(aliases.delete().where(aliases.c.name == name))
    note(conn, tags=True)
