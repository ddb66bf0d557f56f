"""Going back to a backup, with what is there now kept.

The journal is not touched: opening the restored library reads back every correction that is newer
than the backup.
"""

import time
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.storage import backups, openings
from anitag_desktop.storage.backups import BackupFile
from anitag_desktop.storage.connections import LIBRARY
from anitag_desktop.storage.copies import copy_database, discard, quiet, soundness
from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.fault_points import fault_point
from anitag_desktop.storage.files_on_disk import replace_durably, sync_folder


def choose(paths: LibraryPaths, wanted: Path | None) -> Path:
    """Return the wanted backup, or the newest one that is sound.

    Raises:
        AnitagError: ``no_backup``, ``backup_damaged``, ``no_such_file``.
    """
    if wanted is not None:
        if not wanted.is_file():
            raise AnitagError("no_such_file", path=wanted)
        if (reason := backups.verify(wanted)) is not None:
            raise AnitagError("backup_damaged", path=wanted, reason=reason)
        return wanted
    found = backups.listed(paths)
    sound = next((b.path for b in found if backups.verify(b.path) is None), None)
    if sound is None:
        raise AnitagError("no_backup", path=paths.backups)
    return sound


def replace_library(paths: LibraryPaths, backup: Path) -> BackupFile | Path | None:
    """Put a copy of a sound backup in place of library.db, which nobody may have open.

    Returns where the present state went: a backup if it was sound, else the damaged file.

    Raises:
        AnitagError: ``disk_full``, ``cannot_write``, ``migration_failed``; nothing was changed.
    """
    restoring = paths.library_db.with_name("library.db.restoring")
    with failures_of(paths.library_db):
        try:
            copy_database(backup, restoring)
            _bring_up_to_date(restoring)
            kept = _keep_present(paths)
            fault_point("restore.before_swap")
            replace_durably(restoring, paths.library_db)
            fault_point("restore.after_swap")
        finally:
            discard(restoring)
    return kept


def _bring_up_to_date(path: Path) -> None:
    if openings.version_of(path) < LIBRARY.version:
        from anitag_desktop.storage.migrating import SCRIPTS, migrate_file

        migrate_file(path, LIBRARY, SCRIPTS / "library")


def _keep_present(paths: LibraryPaths) -> BackupFile | Path | None:
    """Save what is there: as a backup if it is sound, else under another name, byte for byte."""
    present = paths.library_db
    if not present.exists():
        return None
    if _is_sound(present):
        saved = backups.create(paths, "before-restore")
        quiet(present)
        return saved
    aside = present.with_name(time.strftime("library.db.damaged-%Y%m%d-%H%M%S", time.gmtime()))
    for suffix in ("", "-wal", "-shm"):
        part = present.with_name(present.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    sync_folder(present.parent)
    return aside


def _is_sound(path: Path) -> bool:
    try:
        openings.version_of(path)
    except AnitagError:
        return False
    return soundness(path) is None
