"""The folders that are watched. Removing one keeps its rows: nothing known is ever deleted."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import files, folders
from anitag_desktop.storage.selection import one_of


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A watched folder: ``status`` is present or away; ``identity`` tells it from another one."""

    folder_id: int
    path: bytes
    status: str
    identity: str | None
    added_at: float
    scanned_at: float | None


def add(conn: Connection, path: bytes, identity: str | None, at: float) -> int:
    """Watch the folder ``path`` (absolute) and return its id, the same one as ever before."""
    row = {"path": path, "identity": identity, "added_at": at}
    statement = insert(folders).values(row)
    statement = statement.on_conflict_do_update(
        index_elements=["path"],
        set_={"removed_at": None, "status": "present", "identity": identity},
    )
    folder_id = conn.execute(statement.returning(folders.c.id)).scalar_one()
    note(conn, folders=True)
    return int(folder_id)


def remove(conn: Connection, folder_id: int, at: float) -> None:
    """Stop watching a folder; what becomes of its files is the caller's to say."""
    conn.execute(update(folders).where(folders.c.id == folder_id).values(removed_at=at))
    note(conn, folders=True)


def every(conn: Connection) -> list[FolderRow]:
    """Return the watched folders, by path."""
    f = folders.c
    rows = conn.execute(
        select(f.id, f.path, f.status, f.identity, f.added_at, f.scanned_at)
        .where(f.removed_at.is_(None))
        .order_by(f.path)
    )
    return [FolderRow(*row) for row in rows]


def set_status(conn: Connection, folder_ids: Iterable[int], status: str) -> None:
    """Set folders to ``present`` or ``away``."""
    conn.execute(update(folders).where(one_of(folders.c.id, folder_ids)).values(status=status))
    note(conn, folders=True)


def set_scanned(conn: Connection, folder_id: int, at: float) -> None:
    """Remember when a folder was last compared with the disk."""
    conn.execute(update(folders).where(folders.c.id == folder_id).values(scanned_at=at))
    note(conn, folders=True)


def set_identity(conn: Connection, folder_id: int, identity: str) -> None:
    """Remember what makes a folder the same one after it was away."""
    conn.execute(update(folders).where(folders.c.id == folder_id).values(identity=identity))


def image_counts(conn: Connection) -> dict[int, int]:
    """Return for each folder id how many different present images lie in it."""
    rows = conn.execute(
        select(files.c.folder_id, func.count(files.c.image_id.distinct()))
        .where(files.c.status == "present", files.c.image_id.is_not(None))
        .group_by(files.c.folder_id)
    )
    return {folder_id: count for folder_id, count in rows}  # noqa: C416 - rows are no pairs to mypy
