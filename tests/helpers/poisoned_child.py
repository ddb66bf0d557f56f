"""A worker process that misbehaves on files with magic bytes; otherwise the real one."""

import ctypes
import os
import sys
import time
from dataclasses import replace

from anitag_desktop.recognition import reading
from anitag_desktop.worker import child

CRASH = b"POISON crash"
HANG = b"POISON hang"
GARBAGE = b"POISON garbage"
MEMORY = b"POISON memory"
EXIT = b"POISON exit"
PRINT = b"POISON print"
UNSENDABLE = b"POISON unsendable"
NONSENSE = b"POISON nonsense"

_SIZES = {UNSENDABLE: object(), NONSENSE: "large"}
"""What a poison says instead of the size of its file."""

_real = reading.read_file


def read_file(path: bytes) -> reading.FileBytes:
    """Read a file, and do what its first bytes say."""
    file = _real(path)
    if file.content.startswith(CRASH):
        ctypes.string_at(0)
    if file.content.startswith(HANG):
        time.sleep(3600)
    if file.content.startswith(GARBAGE):
        os.write(int(sys.argv[1]), b"\0\0\0\x05junk!" * 3)
        time.sleep(3600)
    if file.content.startswith(MEMORY):
        raise MemoryError
    if file.content.startswith(EXIT):
        os._exit(3)
    if file.content.startswith(PRINT):
        os.write(1, b"some library prints this\n" * 100)
    size = _SIZES.get(file.content, file.stat.size)
    return replace(file, stat=file.stat._replace(size=size))


def main() -> None:
    """Be a worker process with a poisoned reader."""
    reading.read_file = read_file
    child.main()


if __name__ == "__main__":
    main()
