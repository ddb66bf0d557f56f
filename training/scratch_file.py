"""A file without a name for what is laid by during a run; it goes with whoever holds it."""

from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from anitag_desktop.domain.error import write_failure


def open_scratch(folder: Path, buffering: int = -1) -> IO[bytes]:
    """Return an empty file in a folder, which is made if need be.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return TemporaryFile(dir=folder, buffering=buffering)
    except OSError as error:
        raise write_failure(folder, error) from error
