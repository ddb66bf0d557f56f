"""Files: where an image was last seen, and whether it is still there."""

import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import files, problems
from anitag_desktop.storage.selection import one_of, to_signed, to_unsigned


class KnownFile(NamedTuple):
    """What the library knows of a path."""

    file_id: int
    image_id: int | None
    stat: FileStat
    status: str


class PendingFile(NamedTuple):
    """A file that waits to be identified."""

    file_id: int
    path: bytes
    stat: FileStat


def upsert(
    conn: Connection,
    folder_id: int,
    path: bytes,
    stat: FileStat,
    image_id: int | None,
    at: float | None = None,
) -> int:
    """Record that ``path`` is there now with this ``stat``; return the file's id.

    ``image_id`` None says that the bytes are not known (any more): the file waits to be
    identified, and an old problem of it is forgotten. ``at`` is now unless given.
    """
    row = _columns(stat) | {
        "folder_id": folder_id,
        "image_id": image_id,
        "status": ImageStatus.PRESENT,
        "missing_since": None,
        "seen_at": time.time() if at is None else at,
    }
    before = conn.execute(_IMAGE_AT, {"at": path}).scalar_one_or_none()
    file_id = int(conn.execute(_PUT, {"path": path, **row}).scalar_one())
    conn.execute(_FORGET_PROBLEMS, {"file": file_id})
    note(conn, files=True, images=frozenset({before or 0, image_id or 0} - {0}))
    return file_id


def known(conn: Connection, folder_id: int) -> dict[bytes, KnownFile]:
    """Return every file of a folder by its path; made for 100,000 of them."""
    cursor = conn.connection.cursor()  # plain tuples: three times as fast as rows with names
    cursor.execute(
        "SELECT path, id, image_id, size, mtime_ns, ctime_ns, inode, device, status "
        "FROM files WHERE folder_id = ? AND replaced = 0",
        (folder_id,),
    )
    unsigned = 1 << 64
    try:
        rows = cursor.fetchall()
        return {
            path: KnownFile(
                file_id,
                image_id,
                FileStat(size, mtime, ctime, inode % unsigned, device % unsigned),
                status,
            )
            for path, file_id, image_id, size, mtime, ctime, inode, device, status in rows
        }
    finally:
        cursor.close()


def by_path(conn: Connection, path: bytes) -> KnownFile | None:
    """Return what is known of one path."""
    f = files.c
    columns = (f.id, f.image_id, f.status, *_stat_columns())
    row = conn.execute(select(*columns).where(stands_at(path))).one_or_none()
    return None if row is None else KnownFile(row.id, row.image_id, _stat(row), row.status)


def set_status(conn: Connection, file_ids: Iterable[int], status: ImageStatus, at: float) -> None:
    """Set the status of files; ``at`` is since when they are missing."""
    ids = list(file_ids)
    since = at if status is ImageStatus.MISSING else None
    conn.execute(
        update(files).where(one_of(files.c.id, ids)).values(status=status, missing_since=since)
    )
    note(conn, files=True, images=_images_of(conn, ids))


def move(
    conn: Connection,
    file_id: int,
    new_path: bytes,
    folder_id: int,
    stat: FileStat,
    at: float | None = None,
) -> None:
    """Record that a file lies elsewhere now; a row that stood for the new path is taken over."""
    taken = conn.execute(
        select(files.c.id).where(stands_at(new_path), files.c.id != file_id)
    ).scalar_one_or_none()
    if taken is not None:
        _forget(conn, taken)
    row = _columns(stat) | {
        "path": new_path,
        "folder_id": folder_id,
        "status": ImageStatus.PRESENT,
        "missing_since": None,
        "seen_at": time.time() if at is None else at,
    }
    conn.execute(update(files).where(files.c.id == file_id).values(row))
    note(conn, files=True, images=_images_of(conn, [file_id]))


def link(conn: Connection, file_id: int, image_id: int) -> None:
    """Record which image a file holds; a problem that the file had is over."""
    conn.execute(
        update(files)
        .where(files.c.id == file_id)
        .values(image_id=image_id, status=ImageStatus.PRESENT, missing_since=None)
    )
    conn.execute(problems.delete().where(problems.c.file_id == file_id))
    note(conn, files=True, problems=True, images=frozenset({image_id}))


def pending(
    conn: Connection, limit: int, folder_ids: Iterable[int] | None = None
) -> list[PendingFile]:
    """Return files that are present, have no problem, and wait to be identified; newest first."""
    f = files.c
    query = (
        select(f.id, f.path, *_stat_columns())
        .outerjoin(problems, problems.c.file_id == f.id)
        .where(f.image_id.is_(None), f.status == "present", problems.c.file_id.is_(None))
        .order_by(f.mtime_ns.desc(), f.id)
        .limit(limit)
    )
    rows = conn.execute(within(query, folder_ids))
    return [PendingFile(row.id, row.path, _stat(row)) for row in rows]


def within(query: Select[Any], folder_ids: Iterable[int] | None) -> Select[Any]:
    """Return the query over files narrowed to some folders."""
    return query if folder_ids is None else query.where(one_of(files.c.folder_id, folder_ids))


def stands_at(path: bytes) -> ColumnElement[bool]:
    """Return "the row is that of what lies, or lay last, at ``path``"."""
    return and_(files.c.path == path, files.c.replaced == 0)


def _forget(conn: Connection, file_id: int) -> None:
    """Drop the row of a path whose file another row now stands for."""
    note(conn, images=_images_of(conn, [file_id]))
    conn.execute(problems.delete().where(problems.c.file_id == file_id))
    conn.execute(files.delete().where(files.c.id == file_id))


def _images_of(conn: Connection, file_ids: Iterable[int]) -> frozenset[int]:
    rows = conn.execute(
        select(files.c.image_id).where(one_of(files.c.id, file_ids), files.c.image_id.is_not(None))
    )
    return frozenset(rows.scalars())


def _stat_columns() -> tuple[Any, ...]:
    f = files.c
    return (f.size, f.mtime_ns, f.ctime_ns, f.inode, f.device)


def _stat(row: Any) -> FileStat:
    return FileStat(
        row.size, row.mtime_ns, row.ctime_ns, to_unsigned(row.inode), to_unsigned(row.device)
    )


# Built once: building a statement costs more than running it, and these run for every file.
_PUT_COLUMNS = (
    *("size", "mtime_ns", "ctime_ns", "inode", "device"),
    *("folder_id", "image_id", "status", "missing_since", "seen_at"),
)
_INSERT = insert(files).values({name: bindparam(name) for name in ("path", *_PUT_COLUMNS)})
_PUT = _INSERT.on_conflict_do_update(
    index_elements=["path", "replaced"],
    set_={name: _INSERT.excluded[name] for name in _PUT_COLUMNS},
).returning(files.c.id)
_IMAGE_AT = select(files.c.image_id).where(files.c.path == bindparam("at"), files.c.replaced == 0)
_FORGET_PROBLEMS = problems.delete().where(problems.c.file_id == bindparam("file"))


def _columns(stat: FileStat) -> dict[str, object]:
    return stat._asdict() | {"inode": to_signed(stat.inode), "device": to_signed(stat.device)}
