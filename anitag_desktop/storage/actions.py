"""The undo journal: what the user did, newest first, each with the commands that take it back.

Usage inside one write transaction::

    with actions.doing(conn, "Reject hat on 3 pictures") as action:
        done = verdicts.decide(action.doing, decisions, Source.USER)
        action.inverse += commands.revert_command(done)

or, for commands alone, ``actions.perform(conn, label, commands)``. What changed nothing leaves no
row. Undoing logs new rows; it erases none. Each change of this table is logged as well, so that a
library that is rebuilt from its journal can undo and redo what the lost one could.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.storage import commands, log
from anitag_desktop.storage.commands import Command
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.schema import actions


@dataclass(frozen=True, slots=True)
class ActionRow:
    """Something the user did; ``at`` is epoch seconds."""

    action_id: int
    label: str
    at: float
    is_undone: bool = False


@dataclass(slots=True)
class OpenAction:
    """An action that is being done; whoever does it adds to ``inverse`` what takes it back.

    ``row`` is set at the end, if anything changed.
    """

    doing: Doing
    label: str
    inverse: list[Command] = field(default_factory=list)
    row: ActionRow | None = None


@contextmanager
def doing(conn: Connection, label: str, at: float | None = None) -> Iterator[OpenAction]:
    """Open an action; at the end it is recorded if its ``inverse`` says that anything changed."""
    at = time.time() if at is None else at
    action_id = _next_id(conn)
    action = OpenAction(Doing(conn, action_id, at), label)
    yield action
    if action.inverse:
        _change(action.doing, {"op": _DONE, "label": label, "inverse": action.inverse})
        action.row = ActionRow(action_id, label, at)


def perform(
    conn: Connection, label: str, what: Iterable[Command], at: float | None = None
) -> ActionRow | None:
    """Do commands as one action; None if they changed nothing."""
    with doing(conn, label, at) as action:
        action.inverse = commands.apply(action.doing, what)
    return action.row


_STANDING = select(actions).where(actions.c.undone_at.is_(None)).order_by(actions.c.id.desc())
_REDOABLE = (
    select(actions)
    .where(actions.c.undone_at.is_not(None), actions.c.is_dropped == 0)
    .order_by(actions.c.id)
)


def undo_last(conn: Connection, count: int) -> list[ActionRow]:
    """Take back the newest ``count`` actions that stand, or as many as there are.

    Raises:
        AnitagError: ``nothing_to_undo`` if there is none.
    """
    return _in_a_row(conn, count, undo, _STANDING)


def redo_last(conn: Connection, count: int) -> list[ActionRow]:
    """Do again the last ``count`` actions that were undone, or as many as there are.

    Raises:
        AnitagError: ``nothing_to_redo`` if there is none.
    """
    return _in_a_row(conn, count, redo, _REDOABLE)


def undo(conn: Connection, at: float | None = None) -> ActionRow:
    """Take back the newest action that stands.

    Raises:
        AnitagError: ``nothing_to_undo``.
    """
    row = conn.execute(_STANDING.limit(1)).one_or_none()
    if row is None:
        raise AnitagError("nothing_to_undo")
    undoing = Doing(conn, row.id, time.time() if at is None else at)
    redo_commands = commands.apply(undoing, json.loads(row.inverse))
    _change(undoing, {"op": _UNDONE, "redo": redo_commands})
    return ActionRow(row.id, row.label, row.at, is_undone=True)


def undo_only(conn: Connection, action_id: int) -> ActionRow | None:
    """Take back this action if it is the newest that stands; None if it is undone already.

    Raises:
        AnitagError: ``newer_action``: something else was done since, which stays.
    """
    newest = conn.execute(_STANDING.limit(1)).one_or_none()
    if newest is not None and newest.id == action_id:
        return undo(conn)
    if newest is None or conn.execute(_STANDING.where(actions.c.id == action_id)).first() is None:
        return None
    raise AnitagError("newer_action", label=newest.label)


def redo(conn: Connection, at: float | None = None) -> ActionRow:
    """Do again what was undone last, unless something else was done since.

    Raises:
        AnitagError: ``nothing_to_redo``.
    """
    row = conn.execute(_REDOABLE.limit(1)).one_or_none()
    if row is None:
        raise AnitagError("nothing_to_redo")
    redoing = Doing(conn, row.id, time.time() if at is None else at)
    inverse = commands.apply(redoing, json.loads(row.redo))
    _change(redoing, {"op": _REDONE, "inverse": inverse})
    return ActionRow(row.id, row.label, row.at)


def extend(doing: Doing, inverse: list[Command]) -> None:
    """Let what takes ``doing``'s action back take back more that was done in its name.

    An action that is not there is left alone.
    """
    if inverse and _inverse_of(doing) is not None:
        _change(doing, {"op": _EXTENDED, "inverse": inverse})


def join(conn: Connection, action_id: int, what: Iterable[Command]) -> None:
    """Do commands as a part of an action that was done; nothing if it was undone meanwhile."""
    standing = _STANDING.where(actions.c.id == action_id)
    if conn.execute(standing).first() is not None:
        with joining(conn, action_id) as part:
            part.inverse = commands.apply(part.doing, what)


@contextmanager
def joining(conn: Connection, action_id: int) -> Iterator[OpenAction]:
    """Open a part of an action that stands; at the end that is taken back with it."""
    part = OpenAction(Doing(conn, action_id, time.time()), "")
    yield part
    extend(part.doing, part.inverse)


def history(conn: Connection, limit: int) -> list[ActionRow]:
    """Return the newest actions, newest first, the undone ones among them."""
    query = select(actions).order_by(actions.c.id.desc()).limit(limit)
    return [_action_row(row) for row in conn.execute(query)]


def find(conn: Connection, action_id: int) -> ActionRow | None:
    """Return an action by its id."""
    row = conn.execute(select(actions).where(actions.c.id == action_id)).one_or_none()
    return None if row is None else _action_row(row)


def _in_a_row(
    conn: Connection, count: int, turn: Callable[[Connection], ActionRow], left: Select[Any]
) -> list[ActionRow]:
    done = [turn(conn)]
    while len(done) < count and conn.execute(left.limit(1)).first() is not None:
        done.append(turn(conn))
    return done


def _next_id(conn: Connection) -> int:
    return int(conn.execute(select(func.coalesce(func.max(actions.c.id), 0) + 1)).scalar_one())


def _action_row(row: Row[*tuple[object, ...]]) -> ActionRow:
    return ActionRow(row.id, row.label, row.at, row.undone_at is not None)


def _change(doing: Doing, change: Command) -> None:
    CHANGES[change["op"]](doing, change)
    log.append_command(doing, change)


def _put_done(doing: Doing, change: Command) -> None:
    """Add an action; what was undone before can no longer be redone."""
    newest = _STANDING.with_only_columns(actions.c.id).limit(1).scalar_subquery()
    is_above = actions.c.id > func.coalesce(newest, 0)
    doing.conn.execute(update(actions).where(is_above).values(is_dropped=1))
    row = {"id": doing.action_id, "label": change["label"], "at": doing.at}
    doing.conn.execute(actions.insert(), row | {"inverse": _to_json(change["inverse"])})


def _put_undone(doing: Doing, change: Command) -> None:
    _set(doing, undone_at=doing.at, redo=_to_json(change["redo"]))


def _put_redone(doing: Doing, change: Command) -> None:
    _set(doing, undone_at=None, redo=None, inverse=_to_json(change["inverse"]))


def _put_extended(doing: Doing, change: Command) -> None:
    known = json.loads(_inverse_of(doing) or "[]")
    _set(doing, inverse=_to_json([*change["inverse"], *known]))


def _to_json(what: list[Command]) -> str:
    return json.dumps(what, ensure_ascii=False, sort_keys=True)


def _set(doing: Doing, **values: object) -> None:
    doing.conn.execute(update(actions).where(actions.c.id == doing.action_id).values(values))


def _inverse_of(doing: Doing) -> str | None:
    query = select(actions.c.inverse).where(actions.c.id == doing.action_id)
    return doing.conn.execute(query).scalar_one_or_none()


_DONE, _UNDONE, _REDONE, _EXTENDED = (
    "action.done", "action.undone", "action.redone", "action.extended"
)  # fmt: skip

CHANGES: dict[str, Callable[[Doing, Command], None]] = {
    _DONE: _put_done,
    _UNDONE: _put_undone,
    _REDONE: _put_redone,
    _EXTENDED: _put_extended,
}
"""What each logged change of this table does; the log's row names the action and the time."""
