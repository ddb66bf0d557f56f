"""What has to be true of a library's files before they are opened."""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from anitag_desktop.domain.cache_tag import CACHE_TAG, CACHE_TEXT
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.storage.connections import INDEX, LIBRARY, DatabaseKind, connect_untouching
from anitag_desktop.storage.copies import soundness
from anitag_desktop.storage.creating import create_database, revision_name
from anitag_desktop.storage.failures import damage_mark, failures_of
from anitag_desktop.storage.files_on_disk import make_private_folder, touch_private


def prepare(paths: LibraryPaths) -> None:
    """Make, migrate or refuse the library's databases, so that both can be opened.

    Raises:
        AnitagError: ``library_newer``, ``library_damaged``, ``library_gone``, ``not_a_library``,
            ``disk_full``, ``cannot_write``. The files were left as they are.
    """
    with failures_of(paths.root):
        make_private_folder(paths.root)
    if not paths.library_db.exists():
        if any(paths.backups.glob("library-*.db")):
            raise AnitagError("library_gone", path=paths.root)
        with failures_of(paths.library_db):
            create_database(paths.library_db, LIBRARY)
    elif version_of(paths.library_db) < LIBRARY.version:
        _expect_sound(paths.library_db)
        from anitag_desktop.storage.migrating import migrate_library  # it is rarely needed

        migrate_library(paths)
    elif paths.library_db.with_name("library.db-wal").exists():
        _expect_sound(paths.library_db)  # it was not closed: a short look at it
    _prepare_index(paths)
    _tag_cache(paths.cache)


def expect(paths: LibraryPaths) -> None:
    """Check that both databases can be read beside the process that writes them.

    Raises:
        AnitagError: ``library_newer``, ``library_older``, ``library_damaged``, ``not_a_library``.
    """
    if not paths.library_db.exists():
        raise AnitagError("not_a_library", path=paths.root, reason="there is no library.db in it")
    if version_of(paths.library_db) < LIBRARY.version or not is_usable_index(paths.index_db):
        raise AnitagError("library_older", path=paths.library_db)


def _tag_cache(folder: Path) -> None:
    """Tell other programs, and other libraries, that a folder can be made again."""
    tag = folder / CACHE_TAG
    if not tag.exists():
        with suppress(OSError):  # the library does without
            make_private_folder(folder)
            touch_private(tag)
            tag.write_bytes(CACHE_TEXT)


def version_of(path: Path) -> int:
    """Return the schema version of a library.db that this program may open."""
    found = _stamps(path)
    if found.application != LIBRARY.application_id:
        raise AnitagError("not_a_library", path=path, reason="another program made this database")
    is_newer = found.version > LIBRARY.version
    if is_newer or not found.is_known:
        newer = found.version if is_newer else found.revision or "unknown"
        raise AnitagError("library_newer", path=path, found=newer, known=LIBRARY.version)
    return found.version


def is_usable_index(path: Path) -> bool:
    """Tell whether an index.db is there, whole at first sight, and of the present schema."""
    try:
        return path.exists() and _stamps(path) == _Stamps.of(INDEX)
    except AnitagError:
        return False


def _expect_sound(path: Path) -> None:
    if (reason := soundness(path, thorough=False)) is not None:
        raise AnitagError("library_damaged", path=path, reason=reason)


def _prepare_index(paths: LibraryPaths) -> None:
    """Migrate an older index.db; one that cannot be used is made anew."""
    mark = damage_mark(paths.index_db)
    if is_usable_index(paths.index_db) and not mark.exists():
        return
    if not mark.exists() and _is_older_index(paths.index_db):
        from anitag_desktop.storage.migrating import migrate_index

        with suppress(AnitagError):
            migrate_index(paths)
            return
    renew_index(paths.index_db)


def _is_older_index(path: Path) -> bool:
    try:
        found = _stamps(path)
    except AnitagError:
        return False
    is_ours = found.application == INDEX.application_id and found.is_known
    return is_ours and 0 < found.version < INDEX.version


def renew_index(path: Path) -> None:
    """Put an empty index.db in place of what is there; nobody may have it open."""
    with failures_of(path):
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        create_database(path, INDEX)
        damage_mark(path).unlink(missing_ok=True)


class _Stamps(NamedTuple):
    """What a file says of itself: whose it is, and its schema in both places that name it."""

    application: int
    version: int
    revision: str

    @classmethod
    def of(cls, kind: DatabaseKind) -> "_Stamps":
        """Return those of a database of the present schema."""
        return cls(kind.application_id, kind.version, revision_name(kind.version))

    @property
    def is_known(self) -> bool:
        """Whether both places name the same schema, as every version of this program has it."""
        return self.revision == revision_name(self.version)


def _stamps(path: Path) -> _Stamps:
    """Read application id and schema without changing a byte of the file.

    The schema is read too: it may be damaged where the stamps, in the first page, are not.
    """
    with failures_of(path):
        if path.stat().st_size == 0:
            raise AnitagError("library_damaged", path=path, reason="the file is empty")
        connection = connect_untouching(path)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            application = _pragma(connection, "application_id")
            return _Stamps(application, _pragma(connection, "user_version"), _revision(connection))
        finally:
            connection.close()


def _revision(connection: sqlite3.Connection) -> str:
    """Return the Alembic revision; empty where there is none."""
    named = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version' AND type = 'table'"
    if connection.execute(named).fetchone() is None:
        return ""
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
