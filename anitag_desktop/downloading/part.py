"""A file that is on its way: what came of it, kept over interruptions, and its place when whole."""

import hashlib
from pathlib import Path

from anitag_desktop.domain.error import write_failure
from anitag_desktop.downloading.listing import Expected
from anitag_desktop.storage.files_on_disk import make_private_folder, replace_durably, touch_private

_READ = 1024 * 1024


class Part:
    """``NAME.part`` beside the place of a file; ``NAME.tag`` says of which version it is."""

    def __init__(self, folder: Path, expected: Expected) -> None:
        self.expected = expected
        self.target = folder / expected.path
        self._part = self.target.with_name(self.target.name + ".part")
        self._tag = self.target.with_name(self.target.name + ".tag")

    @property
    def length(self) -> int:
        """How many bytes are here."""
        try:
            return self._part.stat().st_size
        except FileNotFoundError:
            return 0

    @property
    def tag(self) -> str:
        """The version that the bytes are of, as the hub calls it; empty if it has no name."""
        try:
            return self._tag.read_text(encoding="ascii")
        except (OSError, ValueError):
            return ""

    def begin(self, tag: str) -> None:
        """Start anew, with a version that the hub calls ``tag``."""
        self.discard()
        try:
            make_private_folder(self.target.parent)
            touch_private(self._tag)
            self._tag.write_text(tag, encoding="ascii")
            touch_private(self._part)
        except OSError as error:
            raise write_failure(self.target, error) from error

    def discard(self) -> None:
        """Throw away what is here."""
        for path in (self._part, self._tag):
            path.unlink(missing_ok=True)

    def append(self, content: bytes) -> None:
        """Add bytes.

        Raises:
            AnitagError: ``disk_full`` or ``cannot_write``; what was there is still there.
        """
        try:
            with self._part.open("ab") as file:
                file.write(content)
        except OSError as error:
            raise write_failure(self.target, error) from error

    def is_there(self) -> bool:
        """Tell whether the file stands in its place and is what it has to be."""
        return self.target.is_file() and _is_right(self.target, self.expected)

    def settle(self) -> bool:
        """Put the file in its place if it is what it has to be, else throw it away.

        Raises:
            AnitagError: ``disk_full`` or ``cannot_write``.
        """
        if not _is_right(self._part, self.expected):
            self.discard()
            return False
        try:
            replace_durably(self._part, self.target)
        except OSError as error:
            raise write_failure(self.target, error) from error
        self.discard()
        return True


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file in hex."""
    return _digest(path, hashlib.sha256())


def _is_right(path: Path, expected: Expected) -> bool:
    if path.stat().st_size != expected.bytes:
        return False
    if expected.algorithm == "sha256":
        return sha256_of(path) == expected.digest
    blob = hashlib.sha1(b"blob %d\0" % expected.bytes, usedforsecurity=False)
    return _digest(path, blob) == expected.digest


def _digest(path: Path, digest: "hashlib._Hash") -> str:
    with path.open("rb") as file:
        while content := file.read(_READ):
            digest.update(content)
    return digest.hexdigest()
