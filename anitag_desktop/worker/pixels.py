"""Memory that supervisor and viewer process share: previews cross it as raw RGBA."""

from anitag_desktop.worker.shared_memory import Handle, SharedMemory

PREVIEW_SIDE = 4096
"""No preview is larger than this on either side."""

SLOT = PREVIEW_SIDE * PREVIEW_SIDE * 4
"""Bytes of one preview; only what is written takes real memory."""


class SharedPixels(SharedMemory):
    """``slots`` regions of ``SLOT`` bytes, seen by both processes."""

    def __init__(self, slots: int, handle: Handle | None = None) -> None:
        super().__init__(slots * SLOT, handle)

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
