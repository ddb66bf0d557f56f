"""Keeping the library safe: backups that were read back, going back to one, checking everything."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.storage import backups, checks, log, restoring
from anitag_desktop.storage.backups import BackupFile
from anitag_desktop.storage.store import Store

_DUE_AFTER = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class BackupView:
    """A backup of library.db; ``reason`` is user, daily, before-restore or before-migration."""

    path: Path
    at: datetime
    reason: str
    bytes: int


@dataclass(frozen=True, slots=True)
class CheckReport:
    """``ok`` judges databases, journal and backups; ``findings`` are sentences for people."""

    ok: bool
    findings: tuple[str, ...]


class Keeper:
    """Backs up, restores and checks an open library; may be called from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def backup(self) -> BackupView:
        """Write a verified backup and drop the oldest ones.

        Raises:
            AnitagError: ``disk_full``, ``cannot_write``, ``library_damaged``.
        """
        return _view(backups.create(self._store.paths, "user"))

    def backup_if_due(self) -> BackupView | None:
        """Back up if the newest backup is older than a day and the user ever said anything.

        Raises:
            AnitagError: as ``backup``.
        """
        newest = next(iter(backups.listed(self._store.paths)), None)
        if newest is not None and time.time() - newest.at < _DUE_AFTER:
            return None
        with self._store.library.read() as conn:
            if not log.last_seq(conn):
                return None
        return _view(backups.create(self._store.paths, "daily"))

    def backups(self) -> list[BackupView]:
        """Return the backups, newest first."""
        return [_view(backup) for backup in backups.listed(self._store.paths)]

    def restore(self, path: Path | None = None) -> BackupView:
        """Go back to a backup (the newest sound one), keeping what is there now as another.

        Corrections that are newer than the backup come back from the journal: none is lost.

        Raises:
            AnitagError: ``no_backup``, ``backup_damaged``, ``no_such_file``, ``disk_full``,
                ``cannot_write``; nothing was changed.
        """
        chosen = restoring.choose(self._store.paths, path)
        self._store.replace_library(lambda: restoring.replace_library(self._store.paths, chosen))
        everything = LibraryChange(
            all_images=True, files=True, folders=True, tags=True, models=True, settings=True
        )
        self._store.changes.publish(everything | LibraryChange(problems=True))
        return _view_of(chosen)

    def check(self) -> CheckReport:
        """Check databases, journal and backups; see ``check_library``."""
        return check_library(self._store.paths)


def check_library(paths: LibraryPaths) -> CheckReport:
    """Check a library, open or not, without changing anything.

    Unreadable pictures, or no backup yet, are no fault.
    """
    wrong = checks.check(paths)
    notes = [] if backups.listed(paths) else ["There is no backup yet: anitag backup"]
    return CheckReport(not wrong, (*wrong, *notes))


def restore_library(paths: LibraryPaths, path: Path | None = None) -> BackupView:
    """Restore a library that cannot be opened; the damaged file is kept beside it.

    The caller holds the library's lock. Opening it afterwards reads the journal back.

    Raises:
        AnitagError: as ``Keeper.restore``.
    """
    chosen = restoring.choose(paths, path)
    restoring.replace_library(paths, chosen)
    return _view_of(chosen)


def _view(backup: BackupFile) -> BackupView:
    return BackupView(
        backup.path, datetime.fromtimestamp(backup.at, UTC), backup.reason, backup.bytes
    )


def _view_of(path: Path) -> BackupView:
    stat = path.stat()
    described = backups.described(path)
    if described is not None:
        return _view(described)
    return BackupView(path, datetime.fromtimestamp(stat.st_mtime, UTC), "user", stat.st_size)
