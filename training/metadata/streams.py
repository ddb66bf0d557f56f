"""What is packed, as streams of its bytes: gzip, bzip2, xz, Zstandard; a bomb is noticed."""

import bz2
import gzip
import io
import lzma
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import IO, Any

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BUFFER = 1 << 18
FREE_BYTES = 1 << 30
MOST_TIMES = 1000
"""Metadata unpack to 10 or 20 times as much; what unpacks to more than this was made for harm."""

_UNPACKED: dict[str, Any] = {
    ".gz": gzip.open,
    ".tgz": gzip.open,
    ".bz2": bz2.open,
    ".tbz2": bz2.open,
    ".xz": lzma.open,
    ".txz": lzma.open,
    ".zst": zstd.open,
    ".tzst": zstd.open,
}
_TARS = frozenset({".tar", ".tgz", ".tbz2", ".txz", ".tzst"})


_SIGNS = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"PK\3\4": "zip",
    b"7z\xbc\xaf": "7z",
}


class PackedError(Exception):
    """What is wrong with something packed, in words."""


BROKEN = (OSError, EOFError, lzma.LZMAError, zlib.error, zstd.ZstdError, PackedError)
"""What reading something packed may raise."""


@contextmanager
def as_packed_errors() -> Iterator[None]:
    """Raise what readers of archives raise on hostile ones, whatever it is, as ``PackedError``."""
    try:
        yield
    except BROKEN:
        raise
    except Exception as error:
        raise PackedError(said(error)) from error


def said(error: Exception) -> str:
    """Return what an error says in one line, or what it is."""
    return " ".join(str(error).split())[:200] or type(error).__name__


class Unpacking:
    """Opens the streams that one file unpacks to, and counts their bytes together."""

    def __init__(self, size: int) -> None:
        """Take the bytes of the file on the disk."""
        self._most = max(FREE_BYTES, MOST_TIMES * size)
        self._bytes = 0

    def open(self, stream: IO[bytes], name: PurePath) -> io.BufferedReader:
        """Return a stream unpacked as its name says, or as it is; bombs raise ``PackedError``."""
        unpack = _UNPACKED.get(name.suffix.lower())
        inner = unpack(stream) if unpack else stream
        return io.BufferedReader(_Counted(inner, self), BUFFER)

    def count(self, size: int) -> None:
        """Count bytes that came.

        Raises:
            PackedError: there are more than any metadata has.
        """
        self._bytes += size
        if self._bytes > self._most:
            raise PackedError(
                f"it unpacks to more than {self._most} bytes, which nothing honest does"
            )


class _Counted(io.RawIOBase):
    def __init__(self, inner: IO[bytes], unpacking: Unpacking) -> None:
        self._inner = inner
        self._unpacking = unpacking

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with as_packed_errors():
            content = self._inner.read(len(buffer))
        self._unpacking.count(len(content))
        buffer[: len(content)] = content
        return len(content)


def packed_kind(head: bytes) -> str:
    """Return how bytes are packed that should be unpacked by now; "" where they are not."""
    return next((kind for sign, kind in _SIGNS.items() if head.startswith(sign)), "")


def is_packed(path: PurePath) -> bool:
    """Tell whether a name says that the file is packed."""
    return path.suffix.lower() in _UNPACKED


def is_tar(path: PurePath) -> bool:
    """Tell whether a name says that the file is a tar, packed or not."""
    endings = (path.suffix.lower(), PurePath(path.stem).suffix.lower())
    return endings[0] in _TARS or (endings[1] == ".tar" and is_packed(path))
