"""Waiting until a file has been written to its end.

A file has settled when its size and times stood still for the quiet time. A file whose times are
already older than that needs no wait, so the first scan of a large folder offers all at once;
times in the future (a clock was set back) settle by being seen unchanged for the quiet time.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from anitag_desktop.domain.file import FileStat
from anitag_desktop.watching.scanner import read_stat

QUIET_SECONDS = 2.0
"""How long size, mtime and ctime have to stand still before a file is read."""

_SHORTEST_WAIT = 0.02


@dataclass(slots=True)
class _Sighting:
    stat: FileStat
    since: float
    """Monotonic seconds when this stat was first seen."""


class Settler:
    """Holds back files that are still being written; each is offered once when it stands still.

    Not thread-safe: one thread scans and asks.
    """

    def __init__(
        self,
        quiet: float = QUIET_SECONDS,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        read: Callable[[bytes], FileStat | None] = read_stat,
    ) -> None:
        self._quiet = quiet
        self._clock = clock
        self._monotonic = monotonic
        self._read = read
        self._waiting: dict[bytes, _Sighting] = {}

    def __len__(self) -> int:
        """Return how many files are waiting."""
        return len(self._waiting)

    def is_settled(self, path: bytes, stat: FileStat) -> bool:
        """Tell whether the file stands still; if not, remember to look at it again."""
        if self._seconds_left(self._see(path, stat)) > 0:
            return False
        self._waiting.pop(path, None)
        return True

    def waiting(self) -> list[bytes]:
        """Return the paths of the files that are waiting."""
        return list(self._waiting)

    def forget(self, path: bytes) -> None:
        """Stop waiting for a file."""
        self._waiting.pop(path, None)

    def take_settled(self) -> list[tuple[bytes, FileStat]]:
        """Look again at each waiting file that is due; return those that stand still now.

        Files that are gone are forgotten; a file that changed waits anew.
        """
        due = [path for path, seen in self._waiting.items() if self._seconds_left(seen) <= 0]
        settled = []
        for path in due:
            stat = self._read(path)
            if stat is None:
                self.forget(path)
            elif self.is_settled(path, stat):
                settled.append((path, stat))
        return settled

    def seconds_until_due(self) -> float | None:
        """Return when ``take_settled`` is worth calling again; None when nothing waits."""
        if not self._waiting:
            return None
        return max(_SHORTEST_WAIT, min(map(self._seconds_left, self._waiting.values())))

    def _see(self, path: bytes, stat: FileStat) -> _Sighting:
        seen = self._waiting.get(path)
        if seen is None or seen.stat != stat:
            seen = self._waiting[path] = _Sighting(stat, self._monotonic())
        return seen

    def _seconds_left(self, seen: _Sighting) -> float:
        now = self._clock()
        # A copying program may set mtime ahead or back; ctime alone is the system's own (and is
        # the time of creation on Windows, where mtime tells of writing).
        times = [seen.stat.ctime_ns / 1e9, seen.stat.mtime_ns / 1e9]
        newest = max((t for t in times if t <= now), default=now)
        if times[0] > now:
            newest = now
        return self._quiet - max(now - newest, self._monotonic() - seen.since)
