"""Copies of databases, and whether they are sound: always through SQLite, never as plain files."""

import sqlite3
from contextlib import closing
from pathlib import Path

from anitag_desktop.storage.connections import connect_reading, connect_untouching
from anitag_desktop.storage.files_on_disk import sync_file, touch_private


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as of this moment, also while others write it; ``target`` is made anew."""
    discard(target)
    touch_private(target)
    try:
        with closing(connect_reading(source)) as reading, closing(_plain(target)) as writing:
            reading.backup(writing)
            # One file that stands alone: no log beside it.
            writing.execute("PRAGMA journal_mode=DELETE")
        sync_file(target)
    except BaseException:
        discard(target)
        raise


def discard(path: Path) -> None:
    """Remove a copy and what SQLite may have left beside it."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def quiet(path: Path) -> None:
    """Bring everything into the one file, so that it can be replaced; nobody may write it."""
    if not path.exists():
        return
    with closing(_plain(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def soundness(path: Path, *, thorough: bool = True) -> str | None:
    """Return what is wrong with a database that nobody writes, or None."""
    try:
        with closing(connect_untouching(path)) as connection:
            check = "integrity_check" if thorough else "quick_check"
            answer = connection.execute(f"PRAGMA {check}(1)").fetchone()[0]
            if answer != "ok":
                return str(answer)
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            return f"a row of {broken[0]} refers to nothing" if broken else None
    except sqlite3.DatabaseError as error:
        return str(error)


def row_counts(path: Path) -> dict[str, int]:
    """Return the number of rows of each table."""
    with closing(connect_reading(path)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for (name,) in names
        }


def _plain(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)
