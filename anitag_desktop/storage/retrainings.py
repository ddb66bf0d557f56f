"""Which retrained models were taken into use, one after the other: a setting, logged like any."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from anitag_desktop.domain.prediction import ModelKey, Thresholds
from anitag_desktop.storage import models, settings
from anitag_desktop.storage.log import Doing

_NAME = "retrained_models"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A retraining (its job) that was taken into use, and what counted before; epoch seconds.

    ``head`` is the setting of the personal head that spoke beside the models before.
    """

    job: str
    model: ModelKey
    previous: tuple[ModelKey, ...]
    at: float
    head: Mapping[str, Any] | None = None


def accepted(conn: Connection) -> list[Accepted]:
    """Return what was taken into use and not taken back, the oldest first."""
    return [_read(value) for value in settings.get(conn, _NAME, [])]


def accept(
    conn: Connection, job: str, model: ModelKey, thresholds: Thresholds, instead_of: ModelKey
) -> None:
    """Let a retrained model count in place of another, in this one transaction."""
    now = time.time()
    previous = models.active(conn)
    models.register(conn, model, thresholds)
    doing = Doing(conn, None, now)
    following = [model if key == instead_of else key for key in previous]
    models.activate(doing, following if model in following else [model, *following])
    known, head = settings.get(conn, _NAME, []), settings.get(conn, settings.PERSONAL_HEAD)
    settings.put(doing, _NAME, [*known, _plain(Accepted(job, model, previous, now, head))])


def take_back(conn: Connection) -> Accepted | None:
    """Let count what counted before the last retrained model; None if there is none.

    Where that was a personal head, too, it speaks again with its own thresholds. What was taught
    since stays said, and counts once it is learnt.
    """
    known = settings.get(conn, _NAME, [])
    if not known:
        return None
    last = _read(known[-1])
    doing = Doing(conn, None, time.time())
    models.activate(doing, last.previous)
    if last.head is not None:
        settings.put(doing, settings.PERSONAL_HEAD, last.head)
    settings.put(doing, _NAME, known[:-1])
    return last


def heads(conn: Connection) -> set[str]:
    """Return the revisions of the personal heads that going back may want again."""
    return {str(one.head["revision"]) for one in accepted(conn) if one.head is not None}


def _plain(one: Accepted) -> dict[str, Any]:
    return {
        "job": one.job,
        "model": _words(one.model),
        "previous": [_words(key) for key in one.previous],
        "at": one.at,
        "head": one.head,
    }


def _words(key: ModelKey) -> list[str]:
    return [key.model_id, key.revision]


def _read(value: Any) -> Accepted:
    previous: Sequence[Sequence[str]] = value["previous"]
    keys = tuple(ModelKey(*key) for key in previous)
    return Accepted(value["job"], ModelKey(*value["model"]), keys, value["at"], value.get("head"))
