"""Places: which images and files lie at a path or anywhere under it."""

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select

from anitag_desktop.domain.file import is_below, span_below
from anitag_desktop.storage.schema import files, folders, problems
from anitag_desktop.storage.selection import chunks

_AT_ONCE = 200
"""So many paths are asked about in one statement."""


class PlacedImage(NamedTuple):
    """A path where an image was seen."""

    path: bytes
    image_id: int


def at_or_under(path: bytes) -> ColumnElement[bool]:
    """Return "the file is ``path``, or lies in the folder ``path``"."""
    first, after = span_below(path)
    return or_(files.c.path == path, and_(files.c.path >= first, files.c.path < after))


def under_any(paths: Sequence[bytes]) -> Iterator[ColumnElement[bool]]:
    """Yield "the file is one of the paths, or lies under one of them" for some paths at a time.

    SQLite takes no statement about thousands of them. A file may lie under paths of several.
    """
    for some in chunks(paths, _AT_ONCE):
        yield or_(false(), *(at_or_under(path) for path in some))


def stands() -> ColumnElement[bool]:
    """Return "the file is what lies, or lay last, at its path": nothing took its place there."""
    other = files.alias()
    standing = select(other.c.id).where(other.c.path == files.c.path, other.c.replaced == 0)
    return or_(files.c.replaced == 0, ~standing.exists())


def images_under(conn: Connection, path: bytes) -> list[int]:
    """Return the ids of the images seen at or under a path, each once, in the order of paths.

    A path that is a file's own is that of what lies there now, not of what it took the place of.
    """
    rows = conn.execute(
        select(files.c.image_id)
        .where(at_or_under(path), files.c.image_id.is_not(None))
        .where(or_(files.c.path != path, stands()))
        .group_by(files.c.image_id)
        .order_by(func.min(files.c.path))
    )
    return list(rows.scalars())


def spelling(conn: Connection, path: str) -> bytes | None:
    """Return the spelling under which the library knows an absolute path; None if it does not.

    It is known if a file was seen at or under it, as it is spelt or with its links resolved, or
    if it is an empty folder that is watched.
    """
    spellings = dict.fromkeys((os.fsencode(path), os.fsencode(os.path.realpath(path))))
    for place in spellings:
        if _has_files(conn, place):
            return place
    if os.path.isdir(path):  # noqa: PTH112 - bytes stay as they are
        return next((place for place in spellings if _is_watched(conn, place)), None)
    return None


def _has_files(conn: Connection, path: bytes) -> bool:
    query = select(files.c.id).where(at_or_under(path)).limit(1)
    return conn.execute(query).first() is not None


def _is_watched(conn: Connection, path: bytes) -> bool:
    roots = conn.execute(select(folders.c.path).where(folders.c.removed_at.is_(None))).scalars()
    return any(is_inside(path, root) for root in roots)


def is_inside(path: bytes, folder: bytes) -> bool:
    """Tell whether a path is ``folder`` or lies in it."""
    return path == folder or is_below(path, folder)


def count_present(conn: Connection, paths: Sequence[bytes]) -> int:
    """Return how many different images are present at or under the paths."""
    is_present = files.c.status == "present"
    if len(paths) <= _AT_ONCE:
        counted = select(func.count(files.c.image_id.distinct())).where(is_present)
        return sum(conn.execute(counted.where(where)).scalar_one() for where in under_any(paths))
    query = select(files.c.image_id.distinct()).where(is_present, files.c.image_id.is_not(None))
    found: set[int] = set()
    for where in under_any(paths):
        found.update(conn.execute(query.where(where)).scalars())
    return len(found)


def unread_under(conn: Connection, paths: Sequence[bytes]) -> list[bytes]:
    """Return the files at or under the paths that wait to be read for the first time, by path."""
    query = (
        select(files.c.path)
        .outerjoin(problems, problems.c.file_id == files.c.id)
        .where(files.c.image_id.is_(None), files.c.status != "missing")
        .where(problems.c.file_id.is_(None))
    )
    found: set[bytes] = set()
    for where in under_any(paths):
        found.update(conn.execute(query.where(where)).scalars())
    return sorted(found)


def placed_images(conn: Connection, paths: Iterable[bytes]) -> Iterator[PlacedImage]:
    """Yield every file at or under the paths that holds an image, and its path for itself."""
    query = select(files.c.path, files.c.image_id).where(files.c.image_id.is_not(None), stands())
    found: dict[PlacedImage, None] = {}
    for where in under_any(list(paths)):
        rows = conn.execute(query.where(where))
        found |= dict.fromkeys(PlacedImage(row.path, row.image_id) for row in rows)
    yield from found
