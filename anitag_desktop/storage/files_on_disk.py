"""Files that are whole or absent: made beside their place, flushed to the disk, then renamed.

What lies in a library is its user's business: files have the mode 0600, folders 0700.
"""

import os
import shutil
from pathlib import Path


def touch_private(path: Path) -> None:
    """Create the empty file ``path``, readable by this user alone; it must not exist."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def copy_private(source: Path, target: Path) -> None:
    """Copy a file's content to the new file ``target``, readable by this user alone."""
    touch_private(target)
    shutil.copyfile(source, target)


def make_private_folder(path: Path) -> None:
    """Create the folder ``path`` and its parents, open to this user alone, if it is not there."""
    if not path.is_dir():
        make_private_folder(path.parent)  # mkdir itself would open the parents to everyone
        path.mkdir(mode=0o700, exist_ok=True)


def replace_durably(source: Path, target: Path) -> None:
    """Rename ``source``, a file or a folder, to ``target`` so that it survives a power cut."""
    replace_whole(source, target)
    sync_folder(target.parent)


def replace_whole(source: Path, target: Path) -> None:
    """Rename ``source``, a file or a folder, to ``target``.

    After a power cut ``target`` is what it was, or all of ``source``.
    """
    if source.is_dir():
        _sync_tree(source)
    else:
        sync_file(source)
    source.replace(target)


def sync_file(path: Path) -> None:
    """Flush a file to the disk. Never call it on a database that is open in this process."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Flush a folder's list of names to the disk, where the system can."""
    if os.name == "nt":  # Windows has no such thing and does not need it
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_tree(folder: Path) -> None:
    for inside in folder.rglob("*"):
        (sync_folder if inside.is_dir() else sync_file)(inside)
    sync_folder(folder)
