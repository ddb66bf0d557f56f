"""Where a picture lies in its set, as its lists name it."""

from pathlib import Path


def name_in(root: Path, path: Path) -> str | None:
    """Return a file's path in a set, with slashes; None for what does not lie in it."""
    try:
        name = path.relative_to(root)
    except ValueError:
        return None
    return None if ".." in name.parts else name.as_posix()
