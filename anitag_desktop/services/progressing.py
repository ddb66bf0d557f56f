"""How far the tagging is, told to whoever listens."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from anitag_desktop.services.measuring import Pace

if TYPE_CHECKING:
    from anitag_desktop.services.reading import Reader

_COUNT_SECONDS = 1.0
_COUNT_SHARE = 0.02
"""Counting what waits may take this share of the time."""


@dataclass(frozen=True, slots=True)
class TaggingProgress:
    """How far the work is: ``state`` is idle, running or paused, ``rate`` files per second.

    ``provider`` is what inference runs on, ``measured`` once a picture ran on it. ``error`` says
    in words why the work stands still or does less than it should; empty when all is well.
    ``note`` says why it does not run on something faster, or there less than it could.
    """

    state: str = "idle"
    done: int = 0
    total: int = 0
    rate: float = 0.0
    provider: str = ""
    measured: bool = False
    seconds_left: float | None = None
    error: str = ""
    note: str = ""


Listener = Callable[[TaggingProgress], None]


class ProgressTeller:
    """Works out the progress after each step of a reader and tells it to the listeners."""

    def __init__(self) -> None:
        self.now = TaggingProgress()
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()
        self._pace = Pace()
        self._done = 0
        self._left = 0
        self._count_at = 0.0

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` with every change until the returned function is called."""
        with self._lock:
            self._listeners.append(listener)

        def leave() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return leave

    def tell(self, progress: TaggingProgress) -> None:
        """Make this the progress of now."""
        if progress == self.now:
            return
        self.now = progress
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(progress)

    def tell_paused(self, *, is_paused: bool) -> None:
        """Tell at once that the work was paused or goes on."""
        if self.now.state != "idle":
            state = "paused" if is_paused else "running"
            self.tell(replace(self.now, state=state, seconds_left=None))

    def note_step(self, reader: "Reader", done: int, error: str, *, is_paused: bool) -> None:
        """Tell how far the work is after ``done`` more files."""
        state = _state(reader, is_paused=is_paused)
        if state == "idle":
            self._pace.rest()
            self._done = self._left = 0
            self._count_at = 0.0
        else:
            self._count(reader, done, is_running=state == "running")
        rate = self._pace.rate()
        report = reader.provider()
        self.tell(
            TaggingProgress(
                state,
                self._done,
                self._done + self._left,
                rate,
                report.name,
                report.measured,
                self._left / rate if rate and state == "running" else None,
                error,
                report.reason if report.measured else "",
            )
        )

    def _count(self, reader: "Reader", done: int, *, is_running: bool) -> None:
        self._done += done
        if is_running:
            self._pace.add(done)
        else:
            self._pace.rest()
        started = time.monotonic()
        if started < self._count_at:
            self._left = max(0, self._left - done)
            return
        self._left = reader.backlog.count()
        now = time.monotonic()
        self._count_at = now + max(_COUNT_SECONDS, (now - started) / _COUNT_SHARE)


def _state(reader: "Reader", *, is_paused: bool) -> str:
    if is_paused or reader.write_error is not None:
        return "paused"
    return "idle" if reader.is_idle else "running"
