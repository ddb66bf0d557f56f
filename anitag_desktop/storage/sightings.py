"""What looks through folders read and write: many files at a time, in plain tuples.

A row whose ``ctime_ns`` is 0 is unverified: its file is there and most likely holds the image
that the row says, but its bytes have to be hashed again. The mark lies in the database, so it
outlives the program; ``files.upsert`` with a real stat takes it away.
"""

import os
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, update

from anitag_desktop.domain.file import FileStat, span_below
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.storage import folders
from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import files, problems
from anitag_desktop.storage.selection import one_of, to_signed, to_unsigned

UNVERIFIED = 0
"""The ``ctime_ns`` of a file whose bytes have to be hashed again."""

_STANDS = "replaced = 0"
"""What sets the row of what lies, or lay last, at a path apart from older ones."""

_COLUMNS = "path, size, mtime_ns, ctime_ns, inode, device, id, image_id, folder_id, status"


class Sighting(NamedTuple):
    """A known file as it was last seen; ``inode`` and ``device`` may be negative (64 bits)."""

    path: bytes
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    device: int
    file_id: int
    image_id: int | None
    folder_id: int
    status: str

    @property
    def stat(self) -> FileStat:
        """What the file system said of it."""
        inode, device = to_unsigned(self.inode), to_unsigned(self.device)
        return FileStat(self.size, self.mtime_ns, self.ctime_ns, inode, device)

    def waits_to_be_verified(self, stat: FileStat) -> bool:
        """Tell whether it is noted already that this file has to be hashed again."""
        is_noted = self.ctime_ns == UNVERIFIED and self.status == ImageStatus.PRESENT
        return is_noted and self.image_id is not None and self.size == stat.size


Fingerprint = tuple[bytes, int]
"""The path of a file and the ``mark`` of its stat, as in ``watching.scanner.Picture``."""

_FINGERPRINT = "SELECT path, size + mtime_ns + ctime_ns FROM files WHERE "
_HERE = "folder_id = ? AND status = 'present'"


def fingerprints(conn: Connection, folder_id: int) -> set[Fingerprint]:
    """Return what the file system said of every file of a folder that was there."""
    return set(_rows(conn, _FINGERPRINT + _HERE, (folder_id,)))


def fingerprints_in(conn: Connection, folder_id: int, place: bytes) -> set[Fingerprint]:
    """Return the same of the files that lie in ``place`` itself."""
    prefix, end = span_below(place)
    where = f"{_HERE} AND path >= ? AND path < ? AND instr(substr(path, ?), ?) = 0"
    values = (folder_id, prefix, end, len(prefix) + 1, os.fsencode(os.sep))
    return set(_rows(conn, _FINGERPRINT + where, values))


def fingerprints_below(conn: Connection, folder_id: int, place: bytes) -> set[Fingerprint]:
    """Return the same of the files that lie in ``place`` or anywhere below it."""
    where = f"{_HERE} AND path >= ? AND path < ?"
    return set(_rows(conn, _FINGERPRINT + where, (folder_id, *span_below(place))))


def unreachable(conn: Connection, folder_id: int) -> dict[bytes, Sighting]:
    """Return the files of a folder that are away or unreadable."""
    return fetch(conn, "folder_id = ? AND status IN ('away', 'unreadable')", (folder_id,))


def has_files(conn: Connection, folder_id: int) -> bool:
    """Tell whether any file of a folder is known."""
    query = "SELECT 1 FROM files WHERE folder_id = ? LIMIT 1"
    return bool(_rows(conn, query, (folder_id,)))


def by_paths(conn: Connection, paths: Iterable[bytes]) -> dict[bytes, Sighting]:
    """Return what stands at some paths, of whichever folder, as far as it is known."""
    found: dict[bytes, Sighting] = {}
    for path in paths:
        found |= fetch(conn, f"path = ? AND {_STANDS}", (path,))
    return found


def by_inodes(conn: Connection, inodes: Iterable[int]) -> list[Sighting]:
    """Return the files of any folder that had one of these inodes when they were last seen."""
    listed = ",".join(str(to_signed(inode)) for inode in inodes)
    where = f"inode IN (SELECT value FROM json_each(?)) AND {_STANDS}"
    return list(fetch(conn, where, (f"[{listed}]",)).values())


def put_new(
    conn: Connection, folder_id: int, found: Sequence[tuple[bytes, FileStat]], at: float
) -> None:
    """Record files whose bytes are not known: they wait to be identified, old problems are over."""
    rows = [
        (path, folder_id, *stat[:3], to_signed(stat.inode), to_signed(stat.device), at)
        for path, stat in found
    ]
    cursor = conn.connection.cursor()
    cursor.executemany(
        f"DELETE FROM problems WHERE file_id = (SELECT id FROM files WHERE path = ? AND {_STANDS})",
        [row[:1] for row in rows],
    )
    cursor.executemany(
        "INSERT INTO files (path, folder_id, size, mtime_ns, ctime_ns, inode, device, seen_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path, replaced) DO UPDATE SET "
        "folder_id = excluded.folder_id, size = excluded.size, mtime_ns = excluded.mtime_ns, "
        "ctime_ns = excluded.ctime_ns, inode = excluded.inode, device = excluded.device, "
        "seen_at = excluded.seen_at, status = 'present', missing_since = NULL, image_id = NULL",
        rows,
    )
    cursor.close()
    note(conn, files=True, problems=True)


def refresh(conn: Connection, found: Iterable[tuple[int, FileStat]], at: float) -> None:
    """Record that files (by id) are there again, or still, with this stat."""
    rows = [
        (*stat[:3], to_signed(stat.inode), to_signed(stat.device), at, file_id)
        for file_id, stat in found
    ]
    cursor = conn.connection.cursor()
    cursor.executemany(
        "UPDATE files SET size = ?, mtime_ns = ?, ctime_ns = ?, inode = ?, device = ?, "
        "seen_at = ?, status = 'present', missing_since = NULL WHERE id = ?",
        rows,
    )
    cursor.close()
    note_images_of(conn, [row[-1] for row in rows])


def move(
    conn: Connection, file_id: int, path: bytes, folder_id: int, stat: FileStat, at: float
) -> None:
    """Record that a file lies at ``path`` now, where none was known; tell nobody yet."""
    row = (path, folder_id, *stat[:3], to_signed(stat.inode), to_signed(stat.device), at, file_id)
    cursor = conn.connection.cursor()
    cursor.execute(
        "UPDATE files SET path = ?, folder_id = ?, size = ?, mtime_ns = ?, ctime_ns = ?, "
        "inode = ?, device = ?, seen_at = ?, status = 'present', missing_since = NULL "
        "WHERE id = ?",
        row,
    )
    cursor.close()


def adopt(conn: Connection, file_id: int, folder_id: int, stat: FileStat, at: float) -> None:
    """Record that a file belongs to another watched folder now, unchanged."""
    conn.execute(update(files).where(files.c.id == file_id).values(folder_id=folder_id))
    refresh(conn, [(file_id, stat)], at)


def renumber(conn: Connection, folder_id: int, old_device: int, new_device: int) -> None:
    """Record that the file system of a folder has another number since it was mounted again."""
    conn.execute(
        update(files)
        .where(files.c.folder_id == folder_id, files.c.device == to_signed(old_device))
        .values(device=to_signed(new_device))
    )


def set_folder_away(conn: Connection, folder_id: int) -> None:
    """Record that a watched folder is away with all its files; nothing else of them changes."""
    f = files.c
    here = f.status.in_([ImageStatus.PRESENT, ImageStatus.UNREADABLE])
    conn.execute(
        update(files).where(f.folder_id == folder_id, here).values(status=ImageStatus.AWAY)
    )
    folders.set_status(conn, [folder_id], "away")
    note(conn, files=True, folders=True, all_images=True)


def set_folder_missing(conn: Connection, folder_id: int, at: float) -> None:
    """Record that nothing of a folder is watched any more: its pictures are missing."""
    f = files.c
    forget(
        conn,
        conn.execute(select(f.id).where(f.folder_id == folder_id, f.image_id.is_(None))).scalars(),
    )
    conn.execute(
        update(files)
        .where(f.folder_id == folder_id, f.status != ImageStatus.MISSING)
        .values(status=ImageStatus.MISSING, missing_since=at)
    )
    note(conn, files=True, all_images=True)


def forget(conn: Connection, file_ids: Iterable[int]) -> None:
    """Drop the rows of files that never were pictures, with their problems."""
    ids = list(file_ids)
    if ids:
        conn.execute(problems.delete().where(one_of(problems.c.file_id, ids)))
        conn.execute(files.delete().where(one_of(files.c.id, ids), files.c.image_id.is_(None)))
        note(conn, files=True, problems=True)


def note_images_of(conn: Connection, file_ids: Iterable[int]) -> None:
    """Note for the listeners which images these files hold."""
    ids = list(file_ids)
    if not ids:
        return
    query = select(files.c.image_id).where(one_of(files.c.id, ids), files.c.image_id.is_not(None))
    note(conn, files=True, images=frozenset(conn.execute(query).scalars()))


def mark_unverified(conn: Connection, file_ids: Iterable[int], at: float) -> None:
    """Note that these files changed: they keep their image until their bytes were hashed again."""
    ids = list(file_ids)
    conn.execute(
        update(files)
        .where(one_of(files.c.id, ids))
        .values(ctime_ns=UNVERIFIED, status="present", missing_since=None, seen_at=at)
    )
    note_images_of(conn, ids)


def fetch(conn: Connection, where: str, values: tuple[Any, ...]) -> dict[bytes, Sighting]:
    """Return the files that a condition on the table ``files`` selects."""
    rows = _rows(conn, f"SELECT {_COLUMNS} FROM files WHERE {where}", values)
    return {row[0]: Sighting._make(row) for row in rows}


def _rows(conn: Connection, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    cursor = conn.connection.cursor()  # plain tuples: three times as fast as rows with names
    try:
        cursor.execute(query, values)
        return list(cursor.fetchall())
    finally:
        cursor.close()
