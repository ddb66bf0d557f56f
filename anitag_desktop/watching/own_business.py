"""Folders that hold no pictures of the user's: caches of programs, and what libraries keep inside.

They are told by what lies in and beside them, whoever made them and wherever they are.
"""

import os
import stat
from contextlib import suppress
from functools import cache
from pathlib import Path

from anitag_desktop.domain.cache_tag import CACHE_SIGNATURE, CACHE_TAG
from anitag_desktop.paths import LibraryPaths

_TAG = os.fsencode(CACHE_TAG)


def is_own_business(folder: bytes) -> bool:
    """Tell whether a folder is a program's cache, or one that a library of anitag keeps."""
    above, name = os.path.split(folder)
    return (name in _kept_names() and _is_library(above)) or _has_cache_tag(folder)


def lies_in_own_business(place: bytes, root: bytes) -> bool:
    """Tell whether ``place``, a folder below ``root``, is such a folder or lies in one.

    ``root`` itself is not asked about: whoever watches it wants it.
    """
    top = root.rstrip(b"/") + b"/"
    while place.startswith(top) and place != top:
        if is_own_business(place):
            return True
        place = os.path.dirname(place)  # noqa: PTH120 - a path of bytes
    return False


def _is_library(folder: bytes) -> bool:
    paths = LibraryPaths(Path(os.fsdecode(folder)))
    # They are never opened: closing a database of this process would drop its locks.
    return all(map(os.path.isfile, (paths.library_db, paths.index_db)))


@cache
def _kept_names() -> frozenset[bytes]:
    paths = LibraryPaths(Path())
    kept = (paths.cache, paths.models, paths.backups, paths.journal)
    return frozenset(os.fsencode(folder.name) for folder in kept)


def _has_cache_tag(folder: bytes) -> bool:
    path = folder + b"/" + _TAG
    with suppress(OSError):
        if stat.S_ISREG(os.lstat(path).st_mode):  # a pipe would make the scan wait
            with open(path, "rb") as tag:  # noqa: PTH123 - a path of bytes
                return tag.read(len(CACHE_SIGNATURE)) == CACHE_SIGNATURE
    return False
