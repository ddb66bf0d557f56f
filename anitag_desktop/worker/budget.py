"""How many pixels may be decoded at once: threads share the memory of one process."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class PixelBudget:
    """Lets pictures in as long as their pixels together stay within ``limit``.

    One that is larger than the limit by itself waits until it is alone.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0
        self._freed = Condition()

    @contextmanager
    def admit(self, pixels: int) -> Iterator[None]:
        """Wait for room for ``pixels``, and hold it for the length of the context."""
        taken = min(pixels, self._limit)
        with self._freed:
            self._freed.wait_for(lambda: self._used + taken <= self._limit)
            self._used += taken
        try:
            yield
        finally:
            with self._freed:
                self._used -= taken
                self._freed.notify_all()
