"""Following the watched folders in the background.

Events only make the next look come sooner. The truth is what the looks find: one at the start,
one now and then, one whenever events may have been lost, and one when a root comes or goes.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.services.reporting import BugReports
from anitag_desktop.settings import Settings
from anitag_desktop.watching.hints import Hints
from anitag_desktop.watching.roots import RootIdentity, identify_root
from anitag_desktop.watching.watcher import Watcher

if TYPE_CHECKING:
    from anitag_desktop.services.indexing import Indexer

_MOST_DOUBLINGS = 20
"""Of the time between two tries; a bug that lasts for hours must not outgrow the numbers."""


@dataclass(frozen=True, slots=True)
class FollowTimes:
    """How often what is looked at, in seconds.

    ``rescan`` is for folders with live events, ``polled`` for those without; a polled look never
    takes more than ``polled_share`` of the time.
    """

    root_check: float = 5.0
    rescan: float = Settings().scan_interval
    polled: float = 30.0
    polled_share: float = 0.05


class Follower:
    """A thread that keeps the library true to the disk while the program runs."""

    def __init__(
        self,
        indexer: "Indexer",
        roots: Callable[[], list[bytes]],
        *,
        times: FollowTimes | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        self._indexer = indexer
        self._list_roots = roots
        self._times = times or FollowTimes()
        self._watcher = watcher or Watcher()
        self._roots: dict[bytes, RootIdentity | None] = {}
        self._live: set[bytes] = set()
        self._stopped = threading.Event()
        self._wants_everything = threading.Event()
        self._next_scan = 0.0
        self._bugs = 0  # since the last look at everything that ended well
        self._reports = BugReports()
        self._thread = threading.Thread(target=self._run, name="anitag watching", daemon=True)

    def start(self) -> None:
        """Begin with a look at everything."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stopped.set()
        self._watcher.wake()
        self._thread.join()

    def keep_to(self, times: FollowTimes) -> None:
        """Go by other times, beginning with a look at everything."""
        self._times = times
        self.look_everywhere()

    def look_everywhere(self) -> None:
        """Look at everything soon: folders or excludes changed."""
        self._wants_everything.set()
        self._watcher.wake()

    def _run(self) -> None:
        try:
            while not self._stopped.is_set():
                self._turn()
        finally:
            self._watcher.close()

    def _turn(self) -> None:
        """Do what is due, then wait for hints or for what is due next; whatever fails, go on."""
        try:
            self._do_what_is_due()
        except AnitagError as error:
            # The library cannot be written just now (the disk is full).
            logging.getLogger(__name__).info("Looking again later: %s", error)
            self._look_again_in(self._times.root_check)
        except Exception as error:  # noqa: BLE001 - a bug is shown, and watching survives it
            self._reports.report(error)
            self._look_again_in(self._patience())
            self._bugs += 1

    def _do_what_is_due(self) -> None:
        if self._follow_roots() or self._is_scan_due():
            self._look_at_everything()
        else:
            self._indexer.take_settled()
        hints = self._watcher.wait(self._seconds_to_wait())
        if hints and not self._stopped.is_set():
            self._indexer.look_at(hints)

    def _patience(self) -> float:
        """Return the seconds until the next try: more with each bug, at most until a rescan."""
        doublings = min(self._bugs, _MOST_DOUBLINGS)
        return min(self._times.root_check * 2.0**doublings, self._times.rescan)

    def _look_again_in(self, seconds: float) -> None:
        """Take a breath; what the broken look would have written is found again by the next one.

        Until that look at everything, hints are still followed.
        """
        self._next_scan = time.monotonic() + seconds
        self._stopped.wait(self._times.root_check)

    def _follow_roots(self) -> bool:
        """Watch roots that came, were replaced or came back; tell whether any did."""
        found = {root: _identity(root) for root in self._list_roots()}
        for root in self._roots.keys() - found.keys():
            self._watcher.unwatch(root)
        changed = {root for root, now in found.items() if self._is_other(root, now)}
        for root in changed:
            self._live.discard(root)
            if found[root] is not None and self._watcher.watch(root):
                self._live.add(root)
        gone = bool(self._roots.keys() - found.keys())
        self._roots = found
        return bool(changed) or gone

    def _is_other(self, root: bytes, now: RootIdentity | None) -> bool:
        return root not in self._roots or self._roots[root] != now

    def _is_scan_due(self) -> bool:
        return self._wants_everything.is_set() or time.monotonic() >= self._next_scan

    def _look_at_everything(self) -> None:
        self._wants_everything.clear()
        started = time.monotonic()
        self._indexer.look_at(Hints(everywhere=True))
        self._bugs = 0
        took = time.monotonic() - started
        is_live = self._live >= self._roots.keys() and self._watcher.has_room()
        pause = max(self._times.polled, took / self._times.polled_share)
        self._next_scan = time.monotonic() + (self._times.rescan if is_live else pause)

    def _seconds_to_wait(self) -> float:
        if self._wants_everything.is_set():
            return 0.0
        due = self._indexer.seconds_until_settled()
        left = self._next_scan - time.monotonic()
        return max(
            0.0, min(self._times.root_check, left, self._times.root_check if due is None else due)
        )


def _identity(root: bytes) -> RootIdentity | None:
    try:
        return identify_root(root)
    except OSError:
        return None
