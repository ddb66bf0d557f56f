"""Exclusions: files that the user wants left out, of which the library forgets where they lie.

The pictures themselves stay known with all that was said of them, by their bytes: they are back,
tags and all, as soon as one of their files is found again.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import files, problems
from anitag_desktop.storage.selection import one_of

_MISSING = select(files.c.path).where(
    files.c.folder_id == bindparam("folder"), files.c.status == "missing"
)
_AT = select(files.c.id, files.c.image_id).where(
    files.c.path == bindparam("path"), files.c.folder_id == bindparam("folder")
)


def missing_paths(conn: Connection, folder_id: int) -> set[bytes]:
    """Return the paths of a folder's files that are missing."""
    return set(conn.execute(_MISSING, {"folder": folder_id}).scalars())


def forget(conn: Connection, folder_id: int, paths: Iterable[bytes]) -> int:
    """Forget what lies or lay at these paths of a folder; return how many files those were."""
    paths = list(paths)
    known = _at(conn, folder_id, paths)
    _drop(conn, known)
    _drop(conn, _at(conn, folder_id, paths))  # the traces that their images left (``triggers``)
    images = frozenset(image_id for image_id in known.values() if image_id is not None)
    note(conn, files=bool(known), problems=bool(known), images=images)
    return len(known)


def _at(conn: Connection, folder_id: int, paths: Iterable[bytes]) -> dict[int, int | None]:
    """Return the ids of the files at paths, each with its image's."""
    return {
        file_id: image_id
        for path in paths
        for file_id, image_id in conn.execute(_AT, {"path": path, "folder": folder_id})
    }


def _drop(conn: Connection, file_ids: Iterable[int]) -> None:
    ids = list(file_ids)
    conn.execute(problems.delete().where(one_of(problems.c.file_id, ids)))
    conn.execute(files.delete().where(one_of(files.c.id, ids)))
