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
        "cache_size=-32768",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def connect_reading(path: Path, attached: Path | None = None) -> sqlite3.Connection:
    """Open ``path`` read-only, with ``attached`` as ``idx`` if given."""
    connection = _connect(path, "mode=ro")
    # A search looks rows up all over both files: the default of 2 MB doubles its time.
    connection.execute(_READING_CACHE.format("main"))
    if attached is not None:
        connection.execute(
            f"ATTACH DATABASE ? AS {schema.INDEX_SCHEMA}",
            (f"{attached.absolute().as_uri()}?mode=ro",),
        )
        connection.execute(_READING_CACHE.format(schema.INDEX_SCHEMA))
    return connection


def connect_untouching(path: Path) -> sqlite3.Connection:
    """Open a database that nobody writes, without leaving a file beside it."""
    is_closed = not path.with_name(f"{path.name}-wal").exists()
    return _connect(path, "mode=ro&immutable=1" if is_closed else "mode=ro")


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
