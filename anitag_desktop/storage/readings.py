"""Readings: what was read of files, and which files wait to be read."""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select, text

from anitag_desktop.domain.file import FileStat
from anitag_desktop.storage.files import PendingFile, within
from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import files, images, problems
from anitag_desktop.storage.selection import to_signed, to_unsigned
from anitag_desktop.storage.sightings import Sighting, fetch, note_images_of


class Reading(NamedTuple):
    """What was read of a known file: the image that its bytes are, or None if they are none."""

    file_id: int
    path: bytes
    image_id: int | None
    stat: FileStat


def put_readings(conn: Connection, readings: Sequence[Reading]) -> None:
    """Record what files hold; their problems are over, their status stays as it is.

    A file that was moved while it was read keeps the stat of its new place.
    """
    stats = [
        (*r.stat[:3], to_signed(r.stat.inode), to_signed(r.stat.device), r.path, r.file_id)
        for r in readings
    ]
    changed = [reading.file_id for reading in readings]
    note_images_of(conn, changed)
    cursor = conn.connection.cursor()
    cursor.executemany("DELETE FROM problems WHERE file_id = ?", [(i,) for i in changed])
    cursor.executemany(
        "UPDATE files SET image_id = ? WHERE id = ?",
        [(reading.image_id, reading.file_id) for reading in readings],
    )
    cursor.executemany(
        "UPDATE files SET size = ?, mtime_ns = ?, ctime_ns = ?, inode = ?, device = ? "
        "WHERE path = ? AND id = ?",
        stats,
    )
    cursor.close()
    note_images_of(conn, changed)
    note(conn, files=True, problems=True)


def of_images(
    conn: Connection, image_ids: Iterable[int], folder_ids: Iterable[int] | None = None
) -> dict[int, Sighting]:
    """Return for each image one of its files that are there and have no problem."""
    where = (
        "status = 'present' AND image_id IN (SELECT value FROM json_each(?)) "
        "AND NOT EXISTS (SELECT 1 FROM problems WHERE file_id = files.id)"
    )
    values = [json.dumps(list(image_ids))]
    if folder_ids is not None:
        where += " AND folder_id IN (SELECT value FROM json_each(?))"
        values.append(json.dumps(list(folder_ids)))
    rows = fetch(conn, where, tuple(values)).values()
    return {row.image_id: row for row in rows if row.image_id is not None}


def unverified(
    conn: Connection, limit: int, folder_ids: Iterable[int] | None = None
) -> list[PendingFile]:
    """Return files that have an image and have to be hashed again; ``ctime_ns`` is 0."""
    f = files.c
    columns = (f.id, f.path, f.size, f.mtime_ns, f.ctime_ns, f.inode, f.device)
    query = select(*columns).where(*_UNVERIFIED_ROWS).order_by(f.id).limit(limit)
    rows = conn.execute(within(query, folder_ids))
    return [
        PendingFile(
            row.id,
            row.path,
            FileStat(
                row.size,
                row.mtime_ns,
                row.ctime_ns,
                to_unsigned(row.inode),
                to_unsigned(row.device),
            ),
        )
        for row in rows
    ]


def has_image_of_size(conn: Connection, size: int) -> bool:
    """Tell whether a known image has this many bytes: only then can a new file be a copy."""
    query = select(images.c.id).where(images.c.bytes == size).limit(1)
    return conn.execute(query).first() is not None


def count_images(conn: Connection, folder_ids: Iterable[int] | None = None) -> int:
    """Return how many different images are present."""
    query = select(func.count(files.c.image_id.distinct())).where(files.c.status == "present")
    return int(conn.execute(within(query, folder_ids)).scalar_one())


def count_problems(conn: Connection, folder_ids: Iterable[int] | None = None) -> int:
    """Return how many files that are there have a problem."""
    query = select(func.count()).select_from(files).join(problems)
    query = query.where(files.c.status == "present")
    return int(conn.execute(within(query, folder_ids)).scalar_one())


def count_waiting(conn: Connection, folder_ids: Iterable[int] | None = None) -> int:
    """Return how many files wait to be identified or to be hashed again."""
    f = files.c
    ids = None if folder_ids is None else list(folder_ids)
    new = (
        select(func.count())
        .select_from(files)
        .outerjoin(problems, problems.c.file_id == f.id)
        .where(f.image_id.is_(None), f.status == "present", problems.c.file_id.is_(None))
    )
    again = select(func.count()).select_from(files).where(*_UNVERIFIED_ROWS)
    return sum(conn.execute(within(query, ids)).scalar_one() for query in (new, again))


# The literal lets SQLite use the partial index, which a bound parameter would not.
_UNVERIFIED_ROWS = (
    text("files.ctime_ns = 0"),
    files.c.image_id.is_not(None),
    files.c.status == "present",
)
