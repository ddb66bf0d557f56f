"""Libraries for tests: an empty one is made once per session and copied for each test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from anitag_desktop.paths import LibraryPaths
from anitag_desktop.storage.store import Store


@cache
def empty_library() -> Path:
    """The folder of an empty library of the newest schema, closed; copy it, do not change it."""
    root = Path(mkdtemp(prefix="anitag-empty-library-"))
    Store.open(LibraryPaths(root)).close()
    return root


def copy_empty_library(root: Path) -> LibraryPaths:
    """Put an empty library into ``root`` and return its paths."""
    shutil.copytree(empty_library(), root, dirs_exist_ok=True)
    return LibraryPaths(root)


@contextmanager
def open_store(root: Path) -> Iterator[Store]:
    """An open empty store in ``root`` (or the one that is there), closed at the end."""
    paths = LibraryPaths(root)
    if not paths.library_db.exists():
        copy_empty_library(root)
    store = Store.open(paths)
    try:
        yield store
    finally:
        store.close()
