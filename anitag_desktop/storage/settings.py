"""Settings: named JSON values. Every change is logged; it takes effect at once."""

import json
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.settings import Settings, check, from_json, to_json
from anitag_desktop.storage import log
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.notes import note, note_stale
from anitag_desktop.storage.schema import settings as settings_table

_VALUE = select(settings_table.c.value).where(settings_table.c.name == bindparam("name"))


def get(conn: Connection, name: str, default: Any = None) -> Any:
    """Return the value of a setting, ``default`` if it was never set."""
    value = conn.execute(_VALUE, {"name": name}).scalar_one_or_none()
    return default if value in (None, "null") else json.loads(value)


def every(conn: Connection) -> dict[str, Any]:
    """Return all settings that were set."""
    rows = conn.execute(select(settings_table.c.name, settings_table.c.value))
    return {name: json.loads(value) for name, value in rows}


def put(doing: Doing, name: str, value: Any) -> bool:
    """Set and log a setting; tell whether it changed."""
    if get(doing.conn, name) == value:
        return False
    log.append_command(doing, {"op": "setting.put", "name": name, "value": value})
    keep(doing.conn, name, value)
    return True


def load(conn: Connection) -> Settings:
    """Return all settings, with defaults for what was never set."""
    return from_json(every(conn))


def save(doing: Doing, settings: Settings) -> bool:
    """Set and log what differs from the present settings; tell whether anything does.

    Raises:
        AnitagError: ``bad_value``.
    """
    stored = to_json(load(doing.conn))
    wanted = to_json(check(settings))
    changed = [put(doing, name, value) for name, value in wanted.items() if stored[name] != value]
    if any(stored[name] != wanted[name] for name in _DECIDING):
        note(doing.conn, models=True)
        note_stale(doing.conn)
    return bool(changed)


# Settings that decide which predictions count.
_DECIDING = ("active_models", "threshold_overrides")


def keep(conn: Connection, name: str, value: Any) -> None:
    """Set a setting without logging it (the journal is being read, or the caller has logged)."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    statement = insert(settings_table).values(name=name, value=text)
    conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": text}))
    note(conn, settings=True)
