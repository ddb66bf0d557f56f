"""Giving memory back to the system while a network is loaded."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_MAP_THRESHOLD = -3
"""Of glibc: from which size on a piece of memory is given back as soon as it is free."""
_SMALL, _LARGE = 128 << 10, 32 << 20


@contextmanager
def memory_given_back() -> Iterator[None]:
    """Have memory that is freed within given back to the system at once, where glibc does that.

    While a network is loaded its weights are there in several forms, of which one stays. Afterwards
    pictures come and go, for which it is quicker to keep the memory.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    if libc is None or not (hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim")):
        yield
        return
    libc.mallopt(_MAP_THRESHOLD, _SMALL)
    try:
        yield
    finally:
        libc.malloc_trim(0)
        libc.mallopt(_MAP_THRESHOLD, _LARGE)
