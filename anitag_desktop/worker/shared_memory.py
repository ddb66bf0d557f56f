"""Memory that a supervisor and its worker process both see.

The supervisor makes it and the child is handed it, so that nothing outlives them (memory with a
name in the file system would).
"""

import mmap
import os
import sys
import tempfile
import uuid
from typing import NamedTuple


class Handle(NamedTuple):
    """What a child needs to see the memory: a file descriptor, or on Windows a name."""

    fd: int = -1
    name: str = ""


class SharedMemory:
    """``size`` bytes of zeros; with a ``handle`` those that another process made."""

    def __init__(self, size: int, handle: Handle | None = None) -> None:
        if sys.platform == "win32":
            self.handle = handle or Handle(name=f"anitag-{uuid.uuid4().hex}")
            self._map = mmap.mmap(-1, size, tagname=self.handle.name)
        else:
            self.handle = handle or Handle(_anonymous_file(size))
            self._map = mmap.mmap(self.handle.fd, size)

    def close(self) -> None:
        """Give the memory back."""
        self._map.close()
        if self.handle.fd >= 0:
            os.close(self.handle.fd)


def _anonymous_file(size: int) -> int:
    if hasattr(os, "memfd_create"):
        return _sealed_file(size)
    descriptor, path = tempfile.mkstemp(prefix="anitag-")
    os.unlink(path)  # noqa: PTH108 (the name is not needed any more)
    os.ftruncate(descriptor, size)
    return descriptor


def _sealed_file(size: int) -> int:
    """Return a file whose size nobody can change: who reads what was cut off is killed."""
    import fcntl

    descriptor = os.memfd_create("anitag", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, size)
    seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
    return descriptor
