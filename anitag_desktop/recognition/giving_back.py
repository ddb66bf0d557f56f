"""What becomes of memory that is free: given back while a network is loaded, kept for pictures.

Both are settings of glibc; elsewhere nothing is done.
"""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_TRIM_THRESHOLD, _MAP_THRESHOLD, _ARENAS = -1, -3, -8
"""Of glibc: how much may lie free at the end, from which size on a piece of memory is given back
as soon as it is free, and how many stocks of memory threads may have."""

_SMALL, _LARGE = 128 << 10, 32 << 20
_KEPT = 128 << 20
"""Bytes: what pictures of usual size leave free in some threads."""


def keep_memory() -> None:
    """Have the memory of one picture kept for the next; to be called before there are threads.

    Otherwise each picture's pages are asked from the system and given back again, for which it
    takes a tenth of the CPU time. Threads share one stock, so that what one leaves another takes.
    """
    libc = _glibc()
    if libc is not None:
        libc.mallopt(_ARENAS, 1)
        libc.mallopt(_MAP_THRESHOLD, _LARGE)
        libc.mallopt(_TRIM_THRESHOLD, _KEPT)


@contextmanager
def memory_given_back() -> Iterator[None]:
    """Have memory that is freed within given back to the system at once.

    While a network is loaded its weights are there in several forms, of which one stays. Afterwards
    pictures come and go, for which it is quicker to keep the memory.
    """
    libc = _glibc()
    if libc is None:
        yield
        return
    libc.mallopt(_MAP_THRESHOLD, _SMALL)
    try:
        yield
    finally:
        libc.malloc_trim(0)
        libc.mallopt(_MAP_THRESHOLD, _LARGE)


def _glibc() -> Any:
    """Return the C library if it is glibc, else None."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    return libc if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim") else None
