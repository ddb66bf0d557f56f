"""Commands on all but tags: settings, characters, who is nobody, saved searches, marks, pairs."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from anitag_desktop.domain.pair import PairVerdict
from anitag_desktop.storage import (
    characters,
    ignored_subjects,
    marks,
    pair_verdicts,
    questions,
    regions,
    saved_searches,
    settings,
)
from anitag_desktop.storage.marks import Mark
from anitag_desktop.storage.saved_searches import Saved

Command = dict[str, Any]
Parameters = Mapping[str, Any]


def _put_setting(conn: Connection, command: Parameters) -> list[Command]:
    name, value = command["name"], command["value"]
    old = settings.get(conn, name)
    if old == value:
        return []
    settings.keep(conn, name, value)
    return [{"op": "setting.put", "name": name, "value": old}]


def _teach(conn: Connection, command: Parameters) -> list[Command]:
    """Make a subject an example of a character, for or against it; None: no example any more."""
    old = characters.set_example(conn, command["tag"], command["subject"], command["is_positive"])
    if old == command["is_positive"]:
        return []
    return [dict(command) | {"is_positive": old}]


def _save_search(conn: Connection, command: Parameters) -> list[Command]:
    """Save a search under a name, at a ``position`` if one is given; no query forgets it."""
    name, query = command["name"], command["query"]
    wanted = Saved(query, command.get("position"))
    old = saved_searches.put(conn, name, *wanted)
    if old.query == query and wanted.position in (None, old.position):
        return []
    return [{"op": "search.save", "name": name, **old._asdict()}]


def _mark(conn: Connection, command: Parameters) -> list[Command]:
    """Set a mark of pictures (``images``, by sha256) to ``value``; None takes it off."""
    before = marks.put(conn, command["op"], command["images"], command["value"])
    return [dict(command) | {"images": those, "value": old} for old, those in before.items()]


def _judge(conn: Connection, command: Parameters) -> list[Command]:
    """Say how two pictures (sha256, ``first`` before ``second``) stand; None: nothing any more."""
    verdict = command["verdict"]
    said = pair_verdicts.Said(verdict and PairVerdict(verdict), command["better"])
    old = pair_verdicts.put(conn, command["first"], command["second"], said)
    if old == said:
        return []
    return [pair_verdicts.command(command["first"], command["second"], old)]


OPERATIONS: dict[str, Callable[[Connection, Parameters], list[Command]]] = {
    "setting.put": _put_setting,
    "character.example": _teach,
    "search.save": _save_search,
    Mark.FAVOURITE: _mark,
    Mark.STARS: _mark,
    pair_verdicts.OPERATION: _judge,
    regions.OPERATION: regions.put,
    ignored_subjects.OPERATION: ignored_subjects.put,
    questions.NOTE: questions.note,
}
"""What each of these commands does."""
