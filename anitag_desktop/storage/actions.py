"""The undo journal: what the user did, newest first, each with the commands that take it back.

Usage inside one write transaction::

    with actions.doing(conn, "Reject hat on 3 pictures") as action:
        done = verdicts.decide(action.doing, decisions, Source.USER)
        action.inverse += commands.revert_command(done)

or, for commands alone, ``actions.perform(conn, label, commands)``. What changed nothing leaves no
row. Undoing logs new rows; it erases none.
"""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, func, select, update

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.storage import commands
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
    action = OpenAction(Doing(conn, _next_id(conn), at), label)
    yield action
    if action.inverse:
        record(conn, label, action.inverse, at)
        assert action.doing.action_id is not None
        action.row = ActionRow(action.doing.action_id, label, at)


def perform(
    conn: Connection, label: str, what: Iterable[Command], at: float | None = None
) -> ActionRow | None:
    """Do commands as one action; None if they changed nothing."""
    with doing(conn, label, at) as action:
        action.inverse = commands.apply(action.doing, what)
    return action.row


def record(
    conn: Connection, label: str, inverse: Iterable[Command], at: float | None = None
) -> int:
    """Record what was done in this transaction and how to take it back; return its id.

    What was undone before can no longer be redone.
    """
    undone = actions.c.undone_at.is_not(None)
    conn.execute(update(actions).where(undone).values(is_dropped=1))
    row = {
        "id": _next_id(conn),
        "label": label,
        "at": time.time() if at is None else at,
        "inverse": json.dumps(list(inverse)),
    }
    return int(conn.execute(actions.insert().returning(actions.c.id), row).scalar_one())


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
    done = [undo(conn)]
    while len(done) < count and conn.execute(_STANDING.limit(1)).first() is not None:
        done.append(undo(conn))
    return done


def redo_last(conn: Connection, count: int) -> list[ActionRow]:
    """Do again the last ``count`` actions that were undone, or as many as there are.

    Raises:
        AnitagError: ``nothing_to_redo`` if there is none.
    """
    done = [redo(conn)]
    while len(done) < count and conn.execute(_REDOABLE.limit(1)).first() is not None:
        done.append(redo(conn))
    return done


def undo(conn: Connection, at: float | None = None) -> ActionRow:
    """Take back the newest action that stands.

    Raises:
        AnitagError: ``nothing_to_undo``.
    """
    row = conn.execute(_STANDING.limit(1)).one_or_none()
    if row is None:
        raise AnitagError("nothing_to_undo")
    at = time.time() if at is None else at
    redo_commands = commands.apply(Doing(conn, row.id, at), json.loads(row.inverse))
    values = {"undone_at": at, "redo": json.dumps(redo_commands)}
    conn.execute(update(actions).where(actions.c.id == row.id).values(values))
    return ActionRow(row.id, row.label, row.at, is_undone=True)


def redo(conn: Connection, at: float | None = None) -> ActionRow:
    """Do again what was undone last, unless something else was done since.

    Raises:
        AnitagError: ``nothing_to_redo``.
    """
    row = conn.execute(_REDOABLE.limit(1)).one_or_none()
    if row is None:
        raise AnitagError("nothing_to_redo")
    at = time.time() if at is None else at
    inverse = commands.apply(Doing(conn, row.id, at), json.loads(row.redo))
    values = {"undone_at": None, "redo": None, "inverse": json.dumps(inverse)}
    conn.execute(update(actions).where(actions.c.id == row.id).values(values))
    return ActionRow(row.id, row.label, row.at)


def extend(conn: Connection, action_id: int | None, inverse: list[Command]) -> None:
    """Let what takes an action back take back more that was done in its name, if it is there."""
    row = select(actions.c.inverse).where(actions.c.id == action_id)
    if inverse and (known := conn.execute(row).scalar_one_or_none()) is not None:
        whole = json.dumps([*inverse, *json.loads(known)])
        conn.execute(update(actions).where(actions.c.id == action_id).values(inverse=whole))


def history(conn: Connection, limit: int) -> list[ActionRow]:
    """Return the newest actions, newest first, the undone ones among them."""
    query = select(actions).order_by(actions.c.id.desc()).limit(limit)
    return [_action_row(row) for row in conn.execute(query)]


def _next_id(conn: Connection) -> int:
    return int(conn.execute(select(func.coalesce(func.max(actions.c.id), 0) + 1)).scalar_one())


def _action_row(row: Row[*tuple[object, ...]]) -> ActionRow:
    return ActionRow(row.id, row.label, row.at, row.undone_at is not None)
