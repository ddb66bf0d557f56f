"""Verified backups of library.db: ``backups/library-YYYYMMDD-HHMMSS-REASON.db``.

A backup is a whole library.db that stands alone. It has its name only after it was read back: the
backup API writes a temporary file, SQLite checks it, the rows are counted, then it is renamed.
index.db is not backed up; it is made again. Old ones are thinned out (``domain.retention``).
"""

import re
import time
from calendar import timegm
from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.domain import retention
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.storage import openings
from anitag_desktop.storage.copies import copy_database, discard, row_counts, soundness
from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.fault_points import fault_point
from anitag_desktop.storage.files_on_disk import make_private_folder, replace_durably

_STAMP = "%Y%m%d-%H%M%S"
_NAME = re.compile(r"library-(\d{8}-\d{6})(?:-(\d+))?-([a-z-]+)\.db")


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A backup; ``at`` is epoch seconds, from its name."""

    path: Path
    at: float
    reason: str
    bytes: int


def create(paths: LibraryPaths, reason: str) -> BackupFile:
    """Write a verified backup of library.db, which others may be writing, and rotate old ones.

    Raises:
        AnitagError: ``disk_full``, ``cannot_write``, ``library_damaged``; no backup was lost.
    """
    with failures_of(paths.backups):
        make_private_folder(paths.backups)
        writing = paths.backups / ".writing.db"
        try:
            copy_database(paths.library_db, writing)
            _expect_sound(writing, paths.library_db)
            target = _free_name(paths.backups, reason)
            fault_point("backup.before_rename")
            replace_durably(writing, target)
        finally:
            discard(writing)
        fault_point("backup.after_rename")
        rotate(paths)
    made = described(target)
    assert made is not None
    return made


def listed(paths: LibraryPaths) -> list[BackupFile]:
    """Return the backups, newest first."""
    found = (p for p in paths.backups.glob("library-*.db") if _NAME.fullmatch(p.name))
    newest_first = sorted(found, key=_order, reverse=True)
    return [backup for path in newest_first if (backup := described(path)) is not None]


def verify(path: Path) -> str | None:
    """Return what is wrong with a backup, or None. Reads all of it."""
    try:
        openings.version_of(path)
    except AnitagError as error:
        return str(error)
    return soundness(path)


def rotate(paths: LibraryPaths) -> None:
    """Thin out the backups, as far as a newer one than those that go is sound."""
    found = listed(paths)
    kept = retention.kept(backup.at for backup in found)
    if all(backup.at in kept for backup in found):
        return
    sound = next((n for n, backup in enumerate(found) if verify(backup.path) is None), len(found))
    for backup in found[sound + 1 :]:
        if backup.at not in kept:
            backup.path.unlink()


def _expect_sound(copy: Path, source: Path) -> None:
    reason = soundness(copy)
    if reason is None and not row_counts(copy).get("meta"):
        reason = "the copy is empty"
    if reason is not None:
        raise AnitagError("library_damaged", path=source, reason=reason)


def described(path: Path) -> BackupFile | None:
    """Return what the name of a backup tells; None for a file that is not named like one."""
    match = _NAME.fullmatch(path.name)
    if match is None:
        return None
    at = float(timegm(time.strptime(match[1], _STAMP)))
    return BackupFile(path, at, match[3], path.stat().st_size)


def _free_name(folder: Path, reason: str) -> Path:
    """Return a name that no backup has; two within a second are told apart by a number."""
    stamp = time.strftime(_STAMP, time.gmtime())
    taken = {_order(path) for path in folder.glob("library-*.db") if _NAME.fullmatch(path.name)}
    number = 1
    while (stamp, number) in taken:
        number += 1
    counted = f"{stamp}-{number}" if number > 1 else stamp
    return folder / f"library-{counted}-{reason}.db"


def _order(path: Path) -> tuple[str, int]:
    match = _NAME.fullmatch(path.name)
    assert match is not None
    return match[1], int(match[2] or 1)
