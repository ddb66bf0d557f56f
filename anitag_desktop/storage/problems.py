"""Problems: why a file has no picture, one row a file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import files, problems


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A file's problem: an error code with its parameters, since when."""

    file_id: int
    path: bytes
    folder_id: int
    status: str
    code: str
    params: Mapping[str, object]
    at: float


def put(conn: Connection, file_id: int, code: str, params: Mapping[str, object], at: float) -> None:
    """Record why a file could not be read, in place of an older reason."""
    row = {"code": code, "params": json.dumps(params, default=str), "at": at}
    statement = insert(problems).values(file_id=file_id, **row)
    conn.execute(statement.on_conflict_do_update(index_elements=["file_id"], set_=row))
    note(conn, problems=True, files=True)


def clear(conn: Connection, file_id: int) -> None:
    """Forget a file's problem."""
    conn.execute(problems.delete().where(problems.c.file_id == file_id))
    note(conn, problems=True, files=True)


def every(conn: Connection) -> list[ProblemRow]:
    """Return all problems of files that are there, by path."""
    p, f = problems.c, files.c
    rows = conn.execute(
        select(p.file_id, f.path, f.folder_id, f.status, p.code, p.params, p.at)
        .join(files, f.id == p.file_id)
        .order_by(f.path)
    )
    return [ProblemRow(*row[:5], json.loads(row.params), row.at) for row in rows]
