"""By what a file that changed is known, without reading it."""

from pathlib import Path


def stamp_of(path: Path) -> str:
    """Return a file's size and time, by which a changed one is known; "" if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size}-{found.st_mtime_ns}"
