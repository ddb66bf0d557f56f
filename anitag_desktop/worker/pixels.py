"""Memory that supervisor and viewer process share: previews cross it as raw RGBA.

The supervisor makes it and the child is handed it, so that nothing outlives them (a region that
is named in the file system would).
"""

import mmap
import os
import sys
import tempfile
import uuid

PREVIEW_SIDE = 4096
"""No preview is larger than this on either side."""

SLOT = PREVIEW_SIDE * PREVIEW_SIDE * 4
"""Bytes of one preview; only what is written takes real memory."""


class SharedPixels:
    """``slots`` regions of ``SLOT`` bytes, seen by both processes."""

    def __init__(self, slots: int, *, fd: int = -1, name: str = "") -> None:
        size = slots * SLOT
        self.fd, self.name = fd, name
        if sys.platform == "win32":
            self.name = name or f"anitag-{uuid.uuid4().hex}"
            self._map = mmap.mmap(-1, size, tagname=self.name)
        else:
            self.fd = fd if fd >= 0 else _anonymous_file(size)
            self._map = mmap.mmap(self.fd, size)

    def put(self, slot: int, pixels: bytes) -> None:
        """Write a preview's pixels to a slot."""
        self._map[slot * SLOT : slot * SLOT + len(pixels)] = pixels

    def get(self, slot: int, size: int) -> bytes:
        """Return the first ``size`` bytes of a slot.

        Raises:
            ValueError: there is no such slot, or it is not that large.
        """
        start = slot * SLOT
        if slot < 0 or not 0 < size <= SLOT or start + SLOT > len(self._map):
            raise ValueError(f"no {size} bytes in slot {slot}")
        return self._map[start : start + size]

    def close(self) -> None:
        """Give the memory back."""
        self._map.close()
        if self.fd >= 0:
            os.close(self.fd)


def _anonymous_file(size: int) -> int:
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("anitag-pixels", os.MFD_CLOEXEC)
    else:
        descriptor, path = tempfile.mkstemp(prefix="anitag-pixels-")
        os.unlink(path)  # noqa: PTH108 (the name is not needed any more)
    os.ftruncate(descriptor, size)
    return descriptor
