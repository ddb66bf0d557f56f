"""Files: what the file system says of one, as far as it tells whether its bytes changed."""

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
