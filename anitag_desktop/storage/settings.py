"""Settings: named JSON values. Every change is logged; it takes effect at once."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.settings import Settings, from_json, to_json
from anitag_desktop.storage import log, tags
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.notes import note, note_stale
from anitag_desktop.storage.schema import settings as settings_table

ACTIVE_MODELS = "active_models"
"""Which models count; read and written by ``models``."""

SILENCED = "silenced_tags"
"""The uids of the tags that no model may give; written by the command ``tag.heed``."""

PERSONAL_HEAD = "personal_head"
"""Which head speaks; read by ``head_choices``."""

_TAG_THRESHOLDS = "tag_thresholds"
_DECIDING = frozenset(
    {ACTIVE_MODELS, "thresholds", _TAG_THRESHOLDS, "merging", "most_tags", "mcut"}
)
"""Settings that decide which predictions count."""

_VALUE = select(settings_table.c.value).where(settings_table.c.name == bindparam("name"))


def get(conn: Connection, name: str, default: Any = None) -> Any:
    """Return the value of a setting, ``default`` if it was never set."""
    value = conn.execute(_VALUE, {"name": name}).scalar_one_or_none()
    found = None if value is None else _read(value)
    return default if found is None else found


def every(conn: Connection) -> dict[str, Any]:
    """Return all settings that were set."""
    rows = conn.execute(select(settings_table.c.name, settings_table.c.value))
    return {name: value for name, text in rows if (value := _read(text)) is not None}


def _read(text: str) -> Any:
    """Return a stored value; what cannot be read counts as never set."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def load(conn: Connection) -> Settings:
    """Return what the user can set, with defaults for what was never set.

    A tag that was renamed or merged since keeps its threshold, under the name it has now.
    """
    found = from_json(every(conn))
    return replace(found, tag_thresholds=_by_present_name(conn, found.tag_thresholds))


def commands_for(conn: Connection, wanted: Settings) -> list[dict[str, Any]]:
    """Return the commands (see ``commands``) that make these settings hold; none if they do."""
    stored = every(conn)
    return [
        {"op": "setting.put", "name": name, "value": value}
        for name, value in to_json(wanted).items()
        if stored.get(name) != value
    ]


def put(doing: Doing, name: str, value: Any) -> bool:
    """Set and log a setting; tell whether it changed."""
    if get(doing.conn, name) == value:
        return False
    log.append_command(doing, {"op": "setting.put", "name": name, "value": value})
    keep(doing.conn, name, value)
    return True


def keep(conn: Connection, name: str, value: Any) -> None:
    """Set a setting without logging it (the journal is being read, or the caller has logged)."""
    old = get(conn, name)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    statement = insert(settings_table).values(name=name, value=text)
    conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": text}))
    note(conn, settings=True)
    if name == PERSONAL_HEAD:
        note(conn, models=True)
        uids = {uid for one in (old, value) if one for uid in _tags_of_head(one)}
        note_stale(conn, tags=[row.tag_id for row in tags.by_uids(conn, uids).values()])
    if name in _DECIDING:
        note(conn, models=True)
        note_stale(conn, tags=_tags_of(conn, old, value) if name == _TAG_THRESHOLDS else None)


def _tags_of_head(value: Mapping[str, Any]) -> list[str]:
    """Return of which tags (uids) a personal head speaks; see ``head_choices``."""
    return [*value["tags"], *value.get("faces", {}).get("tags", ())]


def _by_present_name(conn: Connection, by_tag: Mapping[str, float]) -> dict[str, float]:
    if not by_tag:
        return {}
    rows = tags.named(conn, by_tag)
    counts_as = tags.canonical(conn, (row.tag_id for row in rows.values()))
    meant = ((name, counts_as[row.tag_id]) for name, row in rows.items())
    now = {name: row.tag.name for name, row in meant if row is not None}
    found = {now.get(name, name): threshold for name, threshold in by_tag.items()}
    return found | {name: by_tag[name] for name in found.keys() & by_tag.keys()}


def _tags_of(conn: Connection, old: Any, new: Any) -> set[int]:
    """Return the ids of the tags of which a threshold differs."""
    before, after = _pairs(old), _pairs(new)
    names = {name for name, _ in before ^ after}
    return {row.tag_id for row in tags.named(conn, names).values()}


def _pairs(thresholds: Any) -> set[tuple[str, float]]:
    return set(thresholds.items()) if isinstance(thresholds, Mapping) else set()
