"""Decodes every picture beneath a folder to its end; the bad ones go to ``rejected/``."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.formats import sniff
from training.collecting.local import BESIDE
from training.curating.facts import CRASHED, LATE, Problem
from training.curating.looking import Eyes, look_at
from training.curating.rejecting import Rejection, reject
from training.datasets.manifest import PICTURE_SUFFIXES
from training.datasets.rejections import is_rejected_folder

BAD = frozenset(
    {
        "picture_empty",
        "picture_unknown",
        "picture_unsupported",
        "picture_damaged",
        "picture_too_big",
        "picture_too_large",
        CRASHED,
        LATE,
    }
)
"""What is wrong with the file itself; what is no fault of it, it is not moved for."""

_ALSO = frozenset({".heic", ".heif", ".jxl", ".psd", ".kra", ".ora"})
_HEAD = 512


@dataclass(slots=True)
class Verified:
    """How many pictures are sound, and what is wrong with the others; ``unread``: for now."""

    sound: int = 0
    bad: list[Rejection] = field(default_factory=list)
    unread: list[tuple[Path, Problem]] = field(default_factory=list)
    moved: int = 0


def verify_set(root: Path, eyes: Eyes, *, dry_run: bool) -> Verified:
    """Look at every picture beneath a folder; move the bad ones to root/rejected/.

    What cannot be read at the moment (permissions, a decoder that is not installed) stays.

    Raises:
        AnitagError: ``nothing_to_verify``, ``disk_full`` or ``cannot_write``.
    """
    found, files = Verified(), sorted(picture_files(root))
    if not files:
        raise AnitagError("nothing_to_verify", path=root)
    for path, seen in look_at(files, eyes):
        if not isinstance(seen, Problem):
            found.sound += 1
        elif seen.code in BAD:
            found.bad.append(Rejection(path, seen.code, seen.reason))
        else:
            found.unread.append((path, seen))
    found.bad.sort(key=lambda one: one.path)
    if not dry_run and found.bad:
        found.moved = reject(root, found.bad)
    return found


def picture_files(root: Path) -> Iterator[Path]:
    """Yield the files beneath a folder that are called pictures, or whose first bytes say so.

    Lists, captions and what else lies in a set are none; nor is what is hidden or was rejected.
    """
    for at, folders, names in os.walk(root):
        here = Path(at)
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and not (here == root and is_rejected_folder(here / name))
        ]
        for name in names:
            if not name.startswith(".") and _is_picture(here / name):
                yield here / name


def _is_picture(path: Path) -> bool:
    suffix = path.suffix.lower()
    if suffix in PICTURE_SUFFIXES | _ALSO:
        return True
    try:
        if suffix in BESIDE or not path.is_file():
            return False
        with path.open("rb") as stream:
            kind = sniff(stream.read(_HEAD))
    except OSError:
        return False
    # Two letters make a BMP: too little to go by where the name says something else.
    return kind is not None and (kind != "BMP" or not suffix)
