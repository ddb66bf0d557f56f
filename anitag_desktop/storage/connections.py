"""How connections to a database are opened: pragmas, explicit BEGIN, read-only, attached index."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

from anitag_desktop.storage import schema


@dataclass(frozen=True, slots=True)
class DatabaseKind:
    """What sets the two databases apart."""

    name: str
    metadata: MetaData
    application_id: int
    version: int
    synchronous: str
    foreign_keys: bool


LIBRARY = DatabaseKind(
    "library",
    schema.library_metadata,
    schema.LIBRARY_APPLICATION_ID,
    schema.LIBRARY_VERSION,
    synchronous="FULL",  # an acknowledged correction survives a power cut
    foreign_keys=True,
)
INDEX = DatabaseKind(
    "index",
    schema.index_metadata,
    schema.INDEX_APPLICATION_ID,
    schema.INDEX_VERSION,
    synchronous="NORMAL",
    foreign_keys=False,  # derived rows, written by one module; checking each would halve the speed
)

# The defences of sqlite.org/security against a file that somebody else made.
_DEFENCES = ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "busy_timeout=10000")
_READERS = 8
_READING = "mode=ro"
_UNTOUCHING = "mode=ro&immutable=1"
_READING_CACHE = "PRAGMA {}.cache_size=-16384"


def writing_engine(path: Path, kind: DatabaseKind) -> Engine:
    """Return an engine whose transactions begin with BEGIN IMMEDIATE."""

    def connect() -> sqlite3.Connection:
        return connect_writing(path, kind)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    return _prepared(engine, "BEGIN IMMEDIATE", kind)


def reading_engine(path: Path, kind: DatabaseKind, attached: Path | None) -> Engine:
    """Return an engine of pooled read-only connections, each transaction one snapshot."""

    def connect() -> sqlite3.Connection:
        return connect_reading(path, attached)

    engine = create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=_READERS, max_overflow=-1
    )
    return _prepared(engine, "BEGIN", kind)


def connect_writing(path: Path, kind: DatabaseKind) -> sqlite3.Connection:
    """Open ``path`` for writing in write-ahead mode; the file must exist."""
    connection = _connect(path, "mode=rw")
    for pragma in (
        "journal_mode=WAL",
        f"synchronous={kind.synchronous}",
        f"foreign_keys={'ON' if kind.foreign_keys else 'OFF'}",
        "journal_size_limit=67108864",
        "wal_autocheckpoint=32000",  # 128 MB; mostly ``Database`` does it before, at a pause
        "cache_size=-65536",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def connect_reading(path: Path, attached: Path | None = None) -> sqlite3.Connection:
    """Open ``path`` read-only, with ``attached`` as ``idx`` if given.

    On a disk that is full or may not be written there is no place for what readers and a writer
    share. There is no writer there either: the files are read as they lie.
    """
    try:
        return _connect_reading(path, attached, _READING)
    except sqlite3.OperationalError:
        if not all(_is_whole(file) for file in (path, attached) if file is not None):
            raise
        return _connect_reading(path, attached, _UNTOUCHING)


def connect_untouching(path: Path) -> sqlite3.Connection:
    """Open a database that nobody writes, without leaving a file beside it."""
    is_closed = not _log_of(path).exists()
    return _connect(path, _UNTOUCHING) if is_closed else connect_reading(path)


def _connect_reading(path: Path, attached: Path | None, mode: str) -> sqlite3.Connection:
    connection = _connect(path, mode)
    try:
        # A search looks rows up all over both files: the default of 2 MB doubles its time.
        connection.execute(_READING_CACHE.format("main"))
        connection.execute("SELECT 1 FROM main.sqlite_master LIMIT 1")
        if attached is not None:
            uri = f"{attached.absolute().as_uri()}?{mode}"
            connection.execute(f"ATTACH DATABASE ? AS {schema.INDEX_SCHEMA}", (uri,))
            connection.execute(_READING_CACHE.format(schema.INDEX_SCHEMA))
            connection.execute(f"SELECT 1 FROM {schema.INDEX_SCHEMA}.sqlite_master LIMIT 1")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _is_whole(path: Path) -> bool:
    """Tell whether all of a database is in its file: nothing waits in its write-ahead log."""
    log = _log_of(path)
    return not log.exists() or log.stat().st_size == 0


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        for pragma in _DEFENCES:
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _prepared(engine: Engine, begin: str, kind: DatabaseKind) -> Engine:
    # The driver would begin late and end early around DDL; with isolation_level=None and an
    # explicit BEGIN, a failed migration rolls back whole.
    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    if kind is INDEX:
        return engine.execution_options(schema_translate_map={schema.INDEX_SCHEMA: None})
    return engine
