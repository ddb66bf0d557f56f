"""How far a long command is, on stderr and only where a person looks at it."""

import time
from types import TracebackType
from typing import TextIO

from anitag_desktop.cli.printing import plain

_INTERVAL = 0.1


class ProgressLine:
    """One line of a terminal that is written over; silent where stderr is not a terminal."""

    def __init__(self, err: TextIO) -> None:
        self._err = err
        self._is_shown = err.isatty()
        self._length = 0
        self._next = 0.0

    def __enter__(self) -> "ProgressLine":
        """Return the line."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wipe the line, so that what follows starts at the margin."""
        self._write("")
        if self._length:
            self._err.write("\r")
            self._err.flush()

    def show(self, text: str) -> None:
        """Write the text over what stood there, at most ten times a second."""
        now = time.monotonic()
        if self._is_shown and now >= self._next:
            self._next = now + _INTERVAL
            self._write(plain(text)[:100])

    def _write(self, text: str) -> None:
        if not self._is_shown or not (text or self._length):
            return
        self._err.write("\r" + text.ljust(self._length))
        self._err.flush()
        self._length = max(self._length, len(text))
