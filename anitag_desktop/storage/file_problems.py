"""File problems in words: why files have no picture, and whose files they are."""

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select, true

from anitag_desktop.domain.details import FileProblem
from anitag_desktop.domain.error import MESSAGES
from anitag_desktop.storage.places import under_any
from anitag_desktop.storage.schema import files, problems
from anitag_desktop.storage.selection import one_of


class ProblemFile(NamedTuple):
    """A file with a problem, its size and the time it was found."""

    problem: FileProblem
    image_id: int | None
    mtime_ns: int


def problem_files(conn: Connection, inside: Sequence[bytes] | None = None) -> list[ProblemFile]:
    """Return the files with a problem (at or under some paths only), by path."""
    if inside is None:
        return _problem_files(conn, true())
    every = (file for where in under_any(inside) for file in _problem_files(conn, where))
    by_path = {os.fsencode(file.problem.path): file for file in every}
    return [by_path[path] for path in sorted(by_path)]


def count_problems(conn: Connection) -> int:
    """Return how many files have a problem; missing ones have none any more."""
    query = select(func.count(problems.c.file_id)).join(files)
    return int(conn.execute(query.where(files.c.status != "missing")).scalar_one())


def problems_of_images(
    conn: Connection, image_ids: Iterable[int]
) -> Mapping[int, list[FileProblem]]:
    """Return the problems of the files of images, by image."""
    found: dict[int, list[FileProblem]] = defaultdict(list)
    for file in _problem_files(conn, one_of(files.c.image_id, image_ids)):
        if file.image_id is not None:
            found[file.image_id].append(file.problem)
    return found


def _problem_files(conn: Connection, where: ColumnElement[bool]) -> list[ProblemFile]:
    p, f = problems.c, files.c
    rows = conn.execute(
        select(f.path, f.image_id, f.mtime_ns, p.code, p.params, p.at)
        .join(files, f.id == p.file_id)
        .where(where, f.status != "missing")
        .order_by(f.path)
    )
    return [
        ProblemFile(
            FileProblem(
                os.fsdecode(row.path),
                row.code,
                message(row.code, json.loads(row.params)),
                datetime.fromtimestamp(row.at, UTC),
            ),
            row.image_id,
            row.mtime_ns,
        )
        for row in rows
    ]


def message(code: str, params: Mapping[str, object]) -> str:
    """Return a problem as a sentence; an unknown one (of another version) as its code."""
    try:
        return MESSAGES[code].format(**params)
    except (LookupError, ValueError):
        return f"This file could not be read ({code})."
