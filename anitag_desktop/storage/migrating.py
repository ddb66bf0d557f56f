"""Bringing an older database to the newest schema: on a copy, verified, then swapped in.

Whatever fails or kills the process before the swap leaves the old file as it was; after it, the
new one is whole. The old library stays among the backups.
"""

import hashlib
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.storage import backups
from anitag_desktop.storage.connections import INDEX, LIBRARY, DatabaseKind, connect_reading
from anitag_desktop.storage.copies import copy_database, quiet, soundness
from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.fault_points import fault_point
from anitag_desktop.storage.files_on_disk import replace_durably

SCRIPTS = Path(__file__).parent / "migrations"
"""The folder with the migrations of each kind of database."""


def migrate_library(paths: LibraryPaths, scripts: Path = SCRIPTS / "library") -> None:
    """Migrate library.db, keeping the old one as a backup.

    Raises:
        AnitagError: ``library_damaged``, ``disk_full``, ``cannot_write``, ``migration_failed``;
            the library is as it was.
    """
    backups.create(paths, "before-migration")
    migrate_file(paths.library_db, LIBRARY, scripts)


def migrate_index(paths: LibraryPaths, scripts: Path = SCRIPTS / "index") -> None:
    """Migrate index.db.

    Raises:
        AnitagError: as above; the caller makes a new one instead.
    """
    migrate_file(paths.index_db, INDEX, scripts)


def upgrade(conn: Connection, scripts: Path) -> None:
    """Run every migration that the database lacks, in the transaction of ``conn``."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")


def head(scripts: Path) -> int:
    """Return the version of the newest schema that the migrations make."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return int(ScriptDirectory.from_config(config).get_current_head() or 0)


def log_digest(connection: sqlite3.Connection) -> str:
    """Return a digest of everything that the log says, in order."""
    digest = hashlib.sha256()
    for row in connection.execute(_LOG):
        digest.update(repr(row).encode())
    return digest.hexdigest()


def migrate_file(path: Path, kind: DatabaseKind, scripts: Path) -> None:
    """Migrate a database that nobody has open.

    Raises:
        AnitagError: ``migration_failed``, ``disk_full``, ``cannot_write``; it is as it was.
    """
    copy = path.with_name(f"{path.name}.migrating")
    with failures_of(path):
        quiet(path)
        copy_database(path, copy)
        before = _digest_of(copy, kind)
        _upgrade_file(copy, scripts)
        _verify(path, copy, kind, before)
        fault_point("migration.before_swap")
        quiet(path)
        replace_durably(copy, path)
        fault_point("migration.after_swap")


def _upgrade_file(path: Path, scripts: Path) -> None:
    # Foreign keys are off: rebuilding a table must not cascade. They are checked afterwards.
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(path, isolation_level=None),
        poolclass=NullPool,
    )
    event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as conn:
        upgrade(conn, scripts)
        conn.exec_driver_sql(f"PRAGMA user_version={head(scripts):d}")


def _verify(path: Path, copy: Path, kind: DatabaseKind, before: str) -> None:
    reason = soundness(copy, thorough=kind is LIBRARY)
    if reason is None and _digest_of(copy, kind) != before:
        reason = "the corrections are not the same afterwards"
    if reason is not None:
        copy.unlink()
        raise AnitagError("migration_failed", path=path, reason=reason)


def _digest_of(path: Path, kind: DatabaseKind) -> str:
    if kind is INDEX:
        return ""
    connection = connect_reading(path)
    try:
        return log_digest(connection)
    finally:
        connection.close()


_LOG = """
SELECT seq, op, subjects.uid, tags.uid, verdict, previous, source, model_id, revision, score,
       command, at, version
FROM log LEFT JOIN subjects ON subjects.id = log.subject_id LEFT JOIN tags ON tags.id = log.tag_id
ORDER BY seq
"""
