"""Pictures under the sha256 of their bytes, each once, in a folder for each class."""

import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Self

from training.collecting.outcome import NotBroughtError, Outcome
from training.collecting.picture_check import CheckedPicture, PictureChecker
from training.collecting.row_file import write_whole

LONGEST_NAME = 100
_LEFT = re.compile(r"\.[0-9a-f]{64}\.\w+\.part")
_HASH = "*"
"""Stands for a hash in the name of a file; no folder of a class has it in its own."""
_BAD = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """Where a picture lies beneath the folder, and its hash."""

    file: str
    sha256: str


class PictureFolder:
    """Keeps pictures under ``root``; who brings the same bytes again is told so.

    Thread-safe; a context, which ends the processes that ``check`` needs.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._checker = PictureChecker()
        self._lock = Lock()
        self._files: dict[bytes, str] = {}
        for left in root.rglob(".*.part"):
            if _LEFT.fullmatch(left.name):  # of a run that was killed
                left.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._checker.end()

    def check(self, content: bytes) -> CheckedPicture:
        """Decode what is to be kept.

        Raises:
            NotBroughtError: it is no sound picture.
        """
        return self._checker.check(content)

    def remember(self, sha256: str, file: str) -> bool:
        """Take a picture of an earlier run as known, if it still is there."""
        is_there = (self._root / file).is_file()
        if is_there:
            self._know(sha256, file)
        return is_there

    def keep(self, content: bytes, found: CheckedPicture, class_name: str = "") -> KeptPicture:
        """Write a picture to its place.

        Raises:
            NotBroughtError: ``duplicate``, naming the file that holds the same bytes.
            AnitagError: ``disk_full`` or ``cannot_write``.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        folder = folder_name(class_name)
        file = f"{folder}/{sha256}{found.suffix}" if folder else f"{sha256}{found.suffix}"
        with self._lock:
            known = self._files.get(_short(sha256))
            if known is None:
                self._know(sha256, file)
        if known is not None:
            raise NotBroughtError(Outcome.DUPLICATE, known.replace(_HASH, sha256))
        try:
            write_whole(self._root / file, content)
        except BaseException:
            del self._files[_short(sha256)]
            raise
        return KeptPicture(file, sha256)

    def _know(self, sha256: str, file: str) -> None:
        """Note where a picture lies; without its hash, which its name has, places are few."""
        self._files[_short(sha256)] = sys.intern(file.replace(sha256, _HASH))


def _short(sha256: str) -> bytes:
    try:
        return bytes.fromhex(sha256)
    except ValueError:  # a row that somebody else wrote
        return sha256.encode("utf-8", "surrogatepass")


def folder_name(class_name: str) -> str:
    """Return a name for the folder of a class that every system takes, and that leads nowhere."""
    return _BAD.sub("_", class_name.strip()).strip(". ")[:LONGEST_NAME]
