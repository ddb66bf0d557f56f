"""Models as far as the databases care: their own thresholds, which are active, what overrides."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.domain.prediction import ModelKey, Thresholds
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.storage import aliases, head_choices, settings, tags
from anitag_desktop.storage.head_choices import MODEL_ID
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.notes import note, note_stale
from anitag_desktop.storage.schema import models

_NEVER = 2.0
"""A threshold that no score reaches."""

_FOR_REGIONS = "region_models"
"""The setting that names the models which give no tags of whole pictures."""


def register(conn: Connection, key: ModelKey, thresholds: Thresholds) -> None:
    """Remember a model's own thresholds; predictions of an unregistered one never count."""
    row = {"thresholds": json.dumps(thresholds_to_json(thresholds), sort_keys=True)}
    old = _registered(conn).get(key)
    if old == thresholds:
        return
    statement = insert(models).values(model_id=key.model_id, revision=key.revision, **row)
    conn.execute(statement.on_conflict_do_update(index_elements=["model_id", "revision"], set_=row))
    note(conn, models=True)
    if key in active(conn):
        note_stale(conn)


def activate(doing: Doing, keys: Sequence[ModelKey]) -> None:
    """Let exactly these models count, from now on and for everything they have seen already."""
    value = [[key.model_id, key.revision] for key in keys]
    settings.put(doing, settings.ACTIVE_MODELS, value)


def active(conn: Connection) -> tuple[ModelKey, ...]:
    """Return the active models, in the order in which they were named."""
    value = settings.get(conn, settings.ACTIVE_MODELS, [])
    return tuple(ModelKey(model_id, revision) for model_id, revision in value)


def use_for_regions(doing: Doing, keys: Sequence[ModelKey]) -> None:
    """Let exactly these detectors and embedders look for parts of pictures, and at them."""
    value = [[key.model_id, key.revision] for key in keys]
    if settings.put(doing, _FOR_REGIONS, value):
        note(doing.conn, models=True)


def for_regions(conn: Connection) -> tuple[ModelKey, ...]:
    """Return the detectors and embedders in use, in the order in which they were named."""
    value = settings.get(conn, _FOR_REGIONS, [])
    return tuple(ModelKey(model_id, revision) for model_id, revision in value)


def speaking(conn: Connection) -> tuple[ModelKey, ...]:
    """Return whose scores count: the active models, and the personal head if it knows one."""
    models_in_use = active(conn)
    head = head_choices.in_use(conn)
    speaks = head is not None and head.model in models_in_use
    return (*models_in_use, head.key) if head and speaks else models_in_use


def active_thresholds(conn: Connection) -> dict[ModelKey, Thresholds]:
    """Return from which scores on each of ``speaking`` counts, the user's overrides included."""
    own = _registered(conn)
    wanted = settings.load(conn)
    by_tag = dict(wanted.tag_thresholds) | dict.fromkeys(silenced(conn), _NEVER)
    over = Thresholds(wanted.thresholds, by_tag)
    found = {key: _of_present(conn, own[key]) for key in active(conn) if key in own}
    if over.by_category or over.by_tag:
        found = {key: replace(over, under=thresholds) for key, thresholds in found.items()}
    # What the head says is not a model's: what people set for a category of its tags does not fit.
    head = [key for key in speaking(conn) if key.model_id == MODEL_ID]
    return found | dict.fromkeys(head, Thresholds(by_tag=_fitted(conn) | by_tag))


def _fitted(conn: Connection) -> dict[str, float]:
    """Return the thresholds of the personal head, by the present names of its tags."""
    head = head_choices.in_use(conn)
    if head is None or not head.thresholds:
        return {}
    rows = {row.tag_id: uid for uid, row in tags.by_uids(conn, head.thresholds).items()}
    return {
        row.tag.name: head.thresholds[rows[tag_id]]
        for tag_id, row in tags.canonical(conn, rows).items()
        if row is not None
    }


def silenced(conn: Connection) -> set[str]:
    """Return the names of the tags that no model may give; see ``tag.heed``."""
    uids = settings.get(conn, settings.SILENCED, [])
    if not uids:
        return set()
    rows = tags.by_uids(conn, uids).values()
    ends = tags.canonical(conn, (row.tag_id for row in rows)).values()
    return {row.tag.name for row in ends if row is not None}


def _of_present(conn: Connection, own: Thresholds) -> Thresholds:
    """Return a model's thresholds with those of renamed tags under their present names, too."""
    renamed = aliases.tags_of(conn, own.by_tag)
    present = {name: own.by_tag[label] for label, name in renamed.items()}
    return replace(own, by_tag=present | dict(own.by_tag))


def has_own_threshold(conn: Connection, names: set[str]) -> bool:
    """Tell whether a model has a threshold just for a tag of one of these names."""
    return any(names & own.by_tag.keys() for own in _registered(conn).values())


def thresholds_to_json(thresholds: Thresholds) -> dict[str, Any]:
    """Return thresholds as plain values."""
    return {
        "default": thresholds.default,
        "by_category": {str(k): v for k, v in thresholds.by_category.items()},
        "by_tag": dict(thresholds.by_tag),
        "under": thresholds.under and thresholds_to_json(thresholds.under),
    }


def thresholds_from_json(value: Mapping[str, Any]) -> Thresholds:
    """Return what ``thresholds_to_json`` was given."""
    by_category = {TagCategory(k): v for k, v in value["by_category"].items()}
    under = value.get("under")
    below = None if under is None else thresholds_from_json(under)
    return Thresholds(by_category, value["by_tag"], value["default"], below)


def _registered(conn: Connection) -> dict[ModelKey, Thresholds]:
    rows = conn.execute(select(models.c.model_id, models.c.revision, models.c.thresholds))
    return {ModelKey(m, r): thresholds_from_json(json.loads(t)) for m, r, t in rows}
