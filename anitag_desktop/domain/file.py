"""Files: what the file system says of one, and which paths lie below which."""

import os
from typing import NamedTuple


class FileStat(NamedTuple):
    """What the file system says of a file without reading it.

    ``size`` is bytes; the times are nanoseconds since the epoch; ``inode`` and ``device`` are the
    file system's numbers. A plain tuple: scans make and compare 100,000 of them at a time.
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    device: int

    @property
    def mark(self) -> int:
        """One number for size and times, to compare very many files quickly.

        It changes whenever the bytes do: times go forward by far more nanoseconds than a picture
        has bytes, because a file is only recorded after it stood still. The inode is no part of
        it: FAT drives number their files anew at every mount.
        """
        return self.size + self.mtime_ns + self.ctime_ns

    @classmethod
    def of(cls, found: os.stat_result) -> "FileStat":
        """Return what ``os.stat`` said; times out of reason (before 1678, after 2262) are cut."""
        return cls(
            found.st_size,
            max(-_LAST, min(found.st_mtime_ns, _LAST)),
            max(-_LAST, min(found.st_ctime_ns, _LAST)),
            found.st_ino,
            found.st_dev,
        )


def is_below(path: bytes, folder: bytes) -> bool:
    """Tell whether ``path`` lies in ``folder`` or anywhere below it."""
    return path.startswith(_opened(folder))


def span_below(folder: bytes) -> tuple[bytes, bytes]:
    """Return the first path below ``folder`` and the first one after all of those."""
    inside = _opened(folder)
    return inside, inside[:-1] + bytes([inside[-1] + 1])


def _opened(folder: bytes) -> bytes:
    separator = os.fsencode(os.sep)
    return folder.rstrip(separator) + separator


_LAST = 2**63 - 1
"""The last time in nanoseconds that 64 bits hold."""
