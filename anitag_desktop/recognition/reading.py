"""Reading a file that nobody vouches for: once, whole, and only if it is a file.

Pipes, devices and sockets named like pictures are refused without waiting for them; a file that
changes while it is read is reported as such, so that no wrong hash is ever stored.
"""

import errno
import hashlib
import os
import stat
from dataclasses import dataclass

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.file import FileStat

SIZE_LIMIT = 128 * 1024 * 1024
"""A picture file has at most this many bytes."""

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFDIR: "a folder",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


@dataclass(frozen=True, slots=True)
class FileBytes:
    """The bytes of a file and what the file system said of it before and after."""

    content: bytes
    stat: FileStat

    def sha256(self) -> str:
        """Return the identity of the bytes, in hex."""
        return hashlib.sha256(self.content).hexdigest()

    def md5(self) -> str:
        """Return the md5 in hex; booru file names carry it."""
        return hashlib.md5(self.content, usedforsecurity=False).hexdigest()


def read_file(path: bytes, *, limit: int = SIZE_LIMIT) -> FileBytes:
    """Read a regular file of 1 to ``limit`` bytes.

    Raises:
        AnitagError: one of the ``picture_...`` codes, or ``file_changed``.
    """
    try:
        _check_kind(os.stat(path))  # noqa: PTH116 (paths are bytes)
        descriptor = os.open(path, _FLAGS | _BINARY)
        try:
            return _read(descriptor, limit)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _as_problem(error) from error
    except ValueError as error:
        raise AnitagError("picture_unreadable", reason="its name holds a zero byte") from error


def _read(descriptor: int, limit: int) -> FileBytes:
    before = os.fstat(descriptor)
    _check_kind(before)
    _check_size(before.st_size, limit)
    content = _read_at_most(descriptor, before.st_size + 1)
    after = FileStat.of(os.fstat(descriptor))
    if len(content) != before.st_size or after != FileStat.of(before):
        raise AnitagError("file_changed")
    return FileBytes(content, after)


def _read_at_most(descriptor: int, size: int) -> bytes:
    parts: list[bytes] = []
    while size > 0 and (part := os.read(descriptor, size)):
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _check_kind(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        kind = _KINDS.get(stat.S_IFMT(found.st_mode), "something else")
        raise AnitagError("picture_not_a_file", kind=kind)


def _check_size(size: int, limit: int) -> None:
    if size == 0:
        raise AnitagError("picture_empty")
    if size > limit:
        raise AnitagError("picture_too_big", size=size, limit=limit)


def _as_problem(error: OSError) -> AnitagError:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return AnitagError("picture_gone")
    return AnitagError("picture_unreadable", reason=error.strerror or type(error).__name__)
