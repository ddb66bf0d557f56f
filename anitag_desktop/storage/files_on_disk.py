"""Files that are whole or absent: made beside their place, flushed to the disk, then renamed."""

import os
from pathlib import Path


def touch_private(path: Path) -> None:
    """Create the empty file ``path``, readable by this user alone; it must not exist."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def make_private_folder(path: Path) -> None:
    """Create the folder ``path`` and its parents, open to this user alone, if it is not there."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def replace_durably(source: Path, target: Path) -> None:
    """Rename ``source`` to ``target`` so that it survives a power cut."""
    sync_file(source)
    source.replace(target)
    sync_folder(target.parent)


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
