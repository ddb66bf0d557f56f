"""The flattened picture inside a painting of Clip Studio Paint: a PNG in a database in the file.

After a header of 24 bytes come chunks, each with a name and a length; one of them is an SQLite
database, whose table ``CanvasPreview`` holds the picture. All of it is hostile: the database is
read in memory, one value of one real table, by a connection that may do nothing else.
"""

import sqlite3
import struct
from contextlib import closing

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.reading import SIZE_LIMIT

_CHUNK = struct.Struct(">8sQ")
_FIRST = 24
_DATABASE, _NAMES = b"CHNKSQLi", b"CHNK"
_MOST_CHUNKS = 100_000

_LARGEST_DATABASE = 64 * 1024 * 1024
_STEPS = 1_000_000
"""So many instructions of SQLite may be carried out; reading a picture takes a few dozen."""

_WAYS = slice(18, 20)
"""Where a database says how it is written: one with a log beside it is not opened in memory."""
_PLAINLY = b"\1\1"

_TABLE, _COLUMN = "CanvasPreview", "ImageData"
_READ = {"sqlite_master", _TABLE}


def flattened(content: bytes) -> bytes:
    """Return the bytes of the picture in a painting, which have still to be looked at.

    Raises:
        AnitagError: ``picture_damaged`` or ``picture_too_big``.
    """
    database = _database(content)
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(database)
            _bind(connection)
            return _picture(connection)
    except (sqlite3.Error, UnicodeError) as error:
        reason = f"its database cannot be read ({error})"[:200]
        raise AnitagError("picture_damaged", reason=reason) from error


def _database(content: bytes) -> bytearray:
    """Go from chunk to chunk up to the database; return a copy of it that can be opened."""
    place = _FIRST
    for _ in range(_MOST_CHUNKS):
        start = place + _CHUNK.size
        if start > len(content):
            raise _damage("its end is missing")
        name, length = _CHUNK.unpack_from(content, place)
        if not name.startswith(_NAMES):
            raise _damage("its chunks make no sense")
        place = start + length
        if name == _DATABASE:
            return _opened(content, start, place)
    raise _damage("it has too many chunks")


def _opened(content: bytes, start: int, stop: int) -> bytearray:
    if stop > len(content):
        raise _damage("its end is missing")
    if stop - start > _LARGEST_DATABASE:
        raise _damage("its database is too large")
    database = bytearray(content[start:stop])
    database[_WAYS] = _PLAINLY
    return database


def _bind(connection: sqlite3.Connection) -> None:
    """Let a connection read what is needed, and nothing else, for a short time."""
    for setting in ("trusted_schema = OFF", "cell_size_check = ON", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {setting}")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, SIZE_LIMIT)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_authorizer(_permission)
    connection.set_progress_handler(lambda: 1, _STEPS)


def _permission(action: int, table: str | None, *_: str | None) -> int:
    """Allow plain reading of one table: no function, no view's insides, no virtual table."""
    is_reading = action == sqlite3.SQLITE_READ and table in _READ
    is_allowed = action == sqlite3.SQLITE_SELECT or is_reading
    return sqlite3.SQLITE_OK if is_allowed else sqlite3.SQLITE_DENY


def _picture(connection: sqlite3.Connection) -> bytes:
    row = connection.execute(f"SELECT rowid FROM {_TABLE} LIMIT 1").fetchone()
    if row is None:
        raise _damage("it holds no flattened picture")
    # A blob is only opened of a table that is one: its length is known before it is read.
    with connection.blobopen(_TABLE, _COLUMN, row[0], readonly=True) as blob:
        if len(blob) > SIZE_LIMIT:
            raise AnitagError("picture_too_big", size=len(blob), limit=SIZE_LIMIT)
        return blob.read()


def _damage(reason: str) -> AnitagError:
    return AnitagError("picture_damaged", reason=reason)
