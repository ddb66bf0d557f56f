"""The append-only log of everything the user said: verdicts and commands, in one sequence.

Order is the sequence number, never the clock. Rows are only ever added (triggers forbid the rest);
``verdicts`` is the current view of them and ``journal`` their plain-text copy.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from anitag_desktop import __version__
from anitag_desktop.storage.schema import SCORE_SCALE, log, subjects
from anitag_desktop.storage.selection import one_of

VERDICT = "verdict"
"""The ``op`` of a row that says something about a tag on a subject."""


@dataclass(frozen=True, slots=True)
class Doing:
    """A write in progress: its transaction, the action it belongs to (if any), its time."""

    conn: Connection
    action_id: int | None
    at: float


@dataclass(frozen=True, slots=True)
class LogLine:
    """A verdict as logged; ``verdict`` None took an earlier one back. ``score`` is 0 to 1."""

    seq: int
    image_id: int
    tag_id: int
    verdict: str | None
    source: str
    score: float | None
    model_id: str | None
    revision: str | None
    at: float


def append_command(doing: Doing, command: Mapping[str, Any]) -> int:
    """Log a command and return its sequence number."""
    row = {
        "action_id": doing.action_id,
        "op": command["op"],
        "command": json.dumps(command, ensure_ascii=False, sort_keys=True),
        "at": doing.at,
        "version": __version__,
    }
    return int(doing.conn.execute(log.insert().returning(log.c.seq), row).scalar_one())


def last_seq(conn: Connection) -> int:
    """Return the newest sequence number, 0 in an empty log."""
    return int(conn.execute(select(func.coalesce(func.max(log.c.seq), 0))).scalar_one())


def commands_after(
    conn: Connection, seq: int, operation: str | None = None
) -> list[dict[str, Any]]:
    """Return the commands (of one operation only) logged after ``seq``, oldest first."""
    query = select(log.c.command).where(log.c.op != VERDICT, log.c.seq > seq).order_by(log.c.seq)
    if operation is not None:
        query = query.where(log.c.op == operation)
    return [json.loads(command) for command in conn.execute(query).scalars()]


def history(conn: Connection, image_ids: Iterable[int]) -> list[LogLine]:
    """Return every verdict logged about these images (the whole pictures), oldest first."""
    c = log.c
    rows = conn.execute(
        select(
            c.seq,
            subjects.c.image_id,
            c.tag_id,
            c.verdict,
            c.source,
            c.score,
            c.model_id,
            c.revision,
            c.at,
        )
        .join(subjects, subjects.c.id == c.subject_id)
        .where(one_of(subjects.c.image_id, image_ids), subjects.c.kind == "picture")
        .order_by(c.seq)
    )
    return [LogLine(*row[:5], _probability(row.score), *row[6:]) for row in rows]


def _probability(score: int | None) -> float | None:
    return None if score is None else score / SCORE_SCALE
