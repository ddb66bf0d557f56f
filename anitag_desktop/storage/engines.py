"""Engines: which SQLite this is, and what is known of it."""

import sqlite3
from dataclasses import dataclass

_WAL_RESET_SINCE = (3, 7, 0)
_WAL_RESET_FIXED = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Engine:
    """A version of SQLite.

    ``has_wal_reset_bug``: two connections that write and checkpoint at one moment may damage a
    database; one process with one writer, as here, cannot meet the condition.
    """

    version: str
    has_wal_reset_bug: bool


def sqlite_engine() -> Engine:
    """Return the SQLite that this Python brings."""
    found = sqlite3.sqlite_version_info
    return Engine(sqlite3.sqlite_version, _WAL_RESET_SINCE <= found < _WAL_RESET_FIXED)
