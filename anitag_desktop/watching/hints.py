"""Hints of what changed in the watched folders, gathered until they are worth a look.

A hint never says what happened, only where to look again. So nothing is lost when hints are
merged, doubled or late; and where hints were lost, looking everywhere puts it right.
"""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

MANY_FOLDERS = 1000
"""From this many folders on, one look at everything is cheaper than a look at each."""

MANY_EVENTS = 8000
"""From this many events at once on, some may have been lost (Linux queues 16,384)."""


@dataclass(frozen=True, slots=True)
class Hints:
    """Where to look again: single folders, folders with all below them, or everywhere."""

    folders: frozenset[bytes] = frozenset()
    trees: frozenset[bytes] = frozenset()
    everywhere: bool = False

    def __bool__(self) -> bool:
        """Tell whether there is anywhere to look."""
        return bool(self.everywhere or self.folders or self.trees)


@dataclass(slots=True)
class _Gathered:
    folders: set[bytes] = field(default_factory=set)
    trees: set[bytes] = field(default_factory=set)
    everywhere: bool = False
    events: int = 0
    first: float = 0.0
    last: float = 0.0


class HintCollector:
    """Gathers hints from any thread; one thread waits for them.

    Hints are handed over when none came for ``quiet`` seconds, or ``patience`` seconds after the
    first, so that a burst is looked at once and an endless stream is looked at all the same.
    """

    def __init__(
        self,
        quiet: float = 0.3,
        patience: float = 2.0,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._quiet = quiet
        self._patience = patience
        self._monotonic = monotonic
        self._gathered = _Gathered()
        self._woken = False
        self._changed = threading.Condition()

    def add_folder(self, folder: bytes) -> None:
        """Hint that something changed directly in ``folder``."""
        with self._changed:
            self._gathered.folders.add(folder)
            self._note_event()

    def add_tree(self, folder: bytes) -> None:
        """Hint that ``folder`` and anything below it appeared, moved or went away."""
        with self._changed:
            self._gathered.trees.add(folder)
            self._note_event()

    def add_everywhere(self) -> None:
        """Hint that events were lost, so that anything may have changed."""
        with self._changed:
            self._gathered.everywhere = True
            self._note_event()

    def wake(self) -> None:
        """Make the waiting thread return now."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def wait(self, timeout: float) -> Hints:
        """Wait for hints that are ripe, for ``wake`` or for ``timeout`` seconds."""
        deadline = self._monotonic() + timeout
        with self._changed:
            while not self._woken and not self._is_ripe():
                left = min(deadline, self._ripe_at()) - self._monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            self._woken = False
            return self._take() if self._is_ripe() else Hints()

    def _note_event(self) -> None:
        now = self._monotonic()
        gathered = self._gathered
        gathered.first = gathered.first if gathered.events else now
        gathered.last = now
        gathered.events += 1
        if gathered.events == 1:
            self._changed.notify_all()

    def _ripe_at(self) -> float:
        gathered = self._gathered
        if not gathered.events:
            return float("inf")
        return min(gathered.last + self._quiet, gathered.first + self._patience)

    def _is_ripe(self) -> bool:
        return self._monotonic() >= self._ripe_at()

    def _take(self) -> Hints:
        gathered, self._gathered = self._gathered, _Gathered()
        many = len(gathered.folders) + len(gathered.trees) > MANY_FOLDERS
        if gathered.everywhere or many or gathered.events > MANY_EVENTS:
            return Hints(everywhere=True)
        folders = {f for f in gathered.folders if not _is_within(f, gathered.trees)}
        trees = {t for t in gathered.trees if not _is_within(_parent(t), gathered.trees)}
        return Hints(frozenset(folders), frozenset(trees))


def _is_within(folder: bytes, trees: set[bytes]) -> bool:
    """Tell whether ``folder`` is one of ``trees`` or lies below one."""
    while folder not in trees:
        above = _parent(folder)
        if above == folder:
            return False
        folder = above
    return True


def _parent(folder: bytes) -> bytes:
    return os.path.split(folder)[0]
