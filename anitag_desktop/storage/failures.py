"""What SQLite and the file system say when a write fails, as errors for people."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from anitag_desktop.domain.error import AnitagError, write_failure

_LEAST_ROOM = 64 * 1024
"""Bytes; SQLite calls it an I/O error when there is no room for a database's shared memory."""


@contextmanager
def failures_of(path: Path) -> Iterator[None]:
    """Turn what can go wrong with the file ``path`` into ``AnitagError``.

    Raises:
        AnitagError: ``disk_full``, ``cannot_write``, ``library_damaged``.
    """
    try:
        with sqlite_failures_of(path):
            yield
    except OSError as error:
        raise write_failure(path, error) from error


@contextmanager
def sqlite_failures_of(path: Path) -> Iterator[None]:
    """Turn what SQLite says about the database ``path`` into ``AnitagError``, as above."""
    try:
        yield
    except DBAPIError as error:
        raise _from_sqlite(path, error.orig) or error from error
    except sqlite3.Error as error:
        raise _from_sqlite(path, error) or error from error


def damage_mark(index: Path) -> Path:
    """Return the file whose presence says that index.db was found damaged and is to be renewed."""
    return index.with_name(f"{index.name}.damaged")


def _from_sqlite(path: Path, error: object) -> AnitagError | None:
    """Return the error for people, or None when it is a mistake of the program."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if primary == sqlite3.SQLITE_FULL or (primary == sqlite3.SQLITE_IOERR and _is_full(path)):
        return AnitagError("disk_full", path=path)
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return AnitagError("library_damaged", path=path, reason=str(error))
    if primary in (
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_PERM,
    ):
        return AnitagError("cannot_write", path=path, reason=str(error))
    return None


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _LEAST_ROOM
    except OSError:
        return False
