"""A new, empty database, made beside its place and moved there when it is whole."""

import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

from anitag_desktop.storage import closure, schema, triggers
from anitag_desktop.storage.connections import LIBRARY, DatabaseKind
from anitag_desktop.storage.files_on_disk import replace_durably, touch_private


def create_database(path: Path, kind: DatabaseKind) -> None:
    """Create the database ``path`` with the newest schema; it appears whole or not at all."""
    building = path.with_name(f"{path.name}.new")
    for suffix in ("", "-journal", "-wal", "-shm"):
        building.with_name(building.name + suffix).unlink(missing_ok=True)
    touch_private(building)
    _fill(building, kind)
    replace_durably(building, path)


def _fill(building: Path, kind: DatabaseKind) -> None:
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(building, isolation_level=None),
        poolclass=NullPool,
    ).execution_options(schema_translate_map={schema.INDEX_SCHEMA: None})
    event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))
    with closing(sqlite3.connect(building)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")  # readers may come before the writer
    with engine.begin() as conn:
        kind.metadata.create_all(conn, checkfirst=False)
        stamp(conn, kind.application_id, kind.version)
        if kind is LIBRARY:
            closure.metadata.create_all(conn, checkfirst=False)
            for statement in triggers.LIBRARY:
                conn.exec_driver_sql(statement)
            conn.execute(schema.meta.insert(), {"name": "library_uid", "value": uuid.uuid4().hex})


def stamp(conn: Connection, application_id: int, version: int) -> None:
    """Write into the file which program and which schema it belongs to."""
    conn.exec_driver_sql(f"PRAGMA application_id={application_id:d}")
    conn.exec_driver_sql(f"PRAGMA user_version={version:d}")
    conn.exec_driver_sql(
        "CREATE TABLE alembic_version ( version_num VARCHAR(32) NOT NULL, "
        "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num) )"
    )
    conn.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (revision_name(version),))


def revision_name(version: int) -> str:
    """Return the name of the Alembic revision that makes schema ``version``."""
    return f"{version:04d}"
