"""What a library says of its pictures, told by the app in a process of its own."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anitag_desktop.domain.error import AnitagError

LIBRARY = "library.db"
_WORDS = 500


def is_library(folder: Path) -> bool:
    """Tell whether a folder is where the app keeps a library."""
    return (folder / LIBRARY).is_file()


@contextmanager
def exported(library: Path) -> Iterator[Path]:
    """Lend the file that ``anitag export --format json`` writes; a window may be open meanwhile.

    Raises:
        AnitagError: ``bad_manifest`` with what the app says against it.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "library.jsonl"
        words = ("--library", str(library.absolute()), "export", "--format", "json", str(target))
        done = subprocess.run(
            [sys.executable, "-m", "anitag_desktop", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if not target.is_file():
            said = " ".join(done.stderr.split())[-_WORDS:] or f"export ended with {done.returncode}"
            raise AnitagError("bad_manifest", path=library / LIBRARY, row=0, reason=said)
        yield target
