"""Commands on everything but tags: settings, characters, saved searches, favourites, stars."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.storage import characters, images, saved_searches, settings
from anitag_desktop.storage.models import ACTIVE, OVERRIDES
from anitag_desktop.storage.notes import note, note_stale
from anitag_desktop.storage.schema import favourites, stars

Command = dict[str, Any]
Parameters = Mapping[str, Any]


def _put_setting(conn: Connection, command: Parameters) -> list[Command]:
    name, value = command["name"], command["value"]
    old = settings.get(conn, name)
    if old == value:
        return []
    settings.keep(conn, name, value)
    if name in (ACTIVE, OVERRIDES):
        note(conn, models=True)
        note_stale(conn)
    return [{"op": "setting.put", "name": name, "value": old}]


def _teach(conn: Connection, command: Parameters) -> list[Command]:
    """Make a subject an example of a character, for or against it; None: no example any more."""
    old = characters.set_example(conn, command["tag"], command["subject"], command["is_positive"])
    if old == command["is_positive"]:
        return []
    return [dict(command) | {"is_positive": old}]


def _save_search(conn: Connection, command: Parameters) -> list[Command]:
    """Save a search under a name; a query of None forgets it."""
    name, query = command["name"], command["query"]
    old = saved_searches.put(conn, name, query)
    return [] if old == query else [{"op": "search.save", "name": name, "query": old}]


def _favour(conn: Connection, command: Parameters) -> list[Command]:
    return _mark(conn, command, favourites, "at")


def _rate(conn: Connection, command: Parameters) -> list[Command]:
    return _mark(conn, command, stars, "stars")


def _mark(conn: Connection, command: Parameters, table: Table, column: str) -> list[Command]:
    """Set a mark of a picture (``sha256``) to ``value``; None takes it off."""
    image_id = images.id_of(conn, command["sha256"])
    if image_id is None:
        return []
    query = select(table.c[column]).where(table.c.image_id == image_id)
    old, new = conn.execute(query).scalar_one_or_none(), command["value"]
    if old == new:
        return []
    _set_mark(conn, table, image_id, {column: new} if new is not None else None)
    note(conn, images=frozenset({image_id}))
    return [dict(command) | {"value": old}]


def _set_mark(
    conn: Connection, table: Table, image_id: int, values: dict[str, object] | None
) -> None:
    if values is None:
        conn.execute(table.delete().where(table.c.image_id == image_id))
        return
    statement = insert(table).values(image_id=image_id, **values)
    conn.execute(statement.on_conflict_do_update(index_elements=["image_id"], set_=values))


OPERATIONS: dict[str, Callable[[Connection, Parameters], list[Command]]] = {
    "setting.put": _put_setting,
    "character.example": _teach,
    "search.save": _save_search,
    "image.favourite": _favour,
    "image.stars": _rate,
}
"""What each of these commands does."""
