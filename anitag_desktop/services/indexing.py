"""Which folders are watched, and keeping the library true to what lies in them.

Identity is the content: a file that is renamed, moved or copied stays the same picture. What is
gone is marked missing, never deleted; a folder whose drive is gone is away with all its files.

* A root that is surely the same one (same number on the same file system) is believed: what is
  not in it any more was deleted by somebody and is missing.
* A root in doubt (unmounted, another drive in its place, restored from a backup) is believed only
  while most of what was known is found; otherwise it is away, and nothing in it changes.
* A drive mounted inside a root is away, not missing, when it is gone.
"""

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.file import is_below
from anitag_desktop.services.looking import FolderLook, LookContext, ScanReport, StoppedError
from anitag_desktop.settings import Settings
from anitag_desktop.storage import folders, settings, sightings
from anitag_desktop.watching.roots import RootIdentity, identify_root
from anitag_desktop.watching.rules import ScanRules, below_root
from anitag_desktop.watching.scanner import walk
from anitag_desktop.watching.settling import QUIET_SECONDS, Settler

if TYPE_CHECKING:
    from anitag_desktop.services.following import Follower
    from anitag_desktop.storage.database import Connection
    from anitag_desktop.storage.folders import FolderRow
    from anitag_desktop.storage.store import Store
    from anitag_desktop.watching.hints import Hints

__all__ = ["FolderView", "Indexer", "ScanProgress", "ScanReport"]

_LOOK_AGAIN = 0.5


@dataclass(frozen=True, slots=True)
class FolderView:
    """A watched folder: ``status`` is present or away, ``images`` are different ones there."""

    id: int
    path: str
    status: str
    images: int
    last_scan: datetime | None


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """How far a scan is: files seen in ``folder``, files that are still being written."""

    folder: str
    seen: int
    waiting: int

    def __str__(self) -> str:
        waiting = f", {self.waiting} are still being written" if self.waiting else ""
        return f"{self.folder}: {self.seen} files{waiting}"


OnProgress = Callable[[ScanProgress], None]


class Indexer:
    """Keeps the library true to the disk. Every method may be called from any thread."""

    def __init__(self, store: "Store", *, quiet: float = QUIET_SECONDS) -> None:
        self._store = store
        self.quiet = quiet
        """Seconds that a file has to stand still before it is read."""
        self._settler = Settler(quiet)
        self._looking = threading.RLock()
        self._stopping = threading.Event()
        self._follower: Follower | None = None
        self._followed = Settings()
        self._leave: Callable[[], None] = lambda: None

    def add_folder(self, path: str | Path) -> FolderView:
        """Watch a folder and all below it; nothing is read yet.

        A folder that is watched already stays as it is. If it was away because something else
        lies in its place, naming it again says that this is the folder now, unless it is empty.

        Raises:
            AnitagError: ``no_such_folder``, ``not_a_folder`` or ``unreadable_folder``.
        """
        place = os.fsencode(os.path.abspath(path))  # noqa: PTH100 - links are kept as given
        identity = _identify(place)
        with self._looking:
            known = next((row for row in self._rows() if row.path == place), None)
            if known is None:
                self._store.library.write(
                    lambda conn: folders.add(conn, place, identity.to_text(), time.time())
                )
            elif self._is_replaced(known, identity):
                self._store.library.write(
                    lambda conn: folders.set_identity(conn, known.folder_id, identity.to_text())
                )
        self._tell_follower()
        return next(view for view in self.folders() if os.fsencode(view.path) == place)

    def remove_folder(self, folder_id: int) -> None:
        """Stop watching a folder. Its pictures become missing; nothing known is deleted."""
        with self._looking:
            row = next((row for row in self._rows() if row.folder_id == folder_id), None)
            if row is None:
                return
            at = time.time()

            def step(conn: "Connection") -> None:
                folders.remove(conn, folder_id, at)
                sightings.set_folder_missing(conn, folder_id, at)

            self._store.library.write(step)
            around = _owner(self._rows(), row.path)
            if around is not None:
                self._look(around).at_parts([], [row.path])
        self._tell_follower()

    def folders(self) -> list[FolderView]:
        """Return the watched folders, by path."""
        with self._store.library.read() as conn:
            rows, counts = folders.every(conn), folders.image_counts(conn)
        return [_view(row, counts.get(row.folder_id, 0)) for row in rows]

    def scan(
        self,
        folder_ids: Collection[int] | None = None,
        wait_settled: bool = True,
        on_progress: OnProgress | None = None,
    ) -> ScanReport:
        """Compare folders (all, unless named) with the disk and write down what is different.

        Args:
            folder_ids: Which folders; watched folders inside them are looked at too.
            wait_settled: Also wait for files that are still being written.
            on_progress: Hears how far the scan is; raising ``StoppedError`` in it breaks it off.
        """
        on_progress = on_progress or (lambda _progress: None)
        report = ScanReport()
        try:
            for row in self._selected(folder_ids):
                with self._looking:
                    report += self._look(row, on_progress).at_everything()
            if wait_settled:
                report += self._wait_settled(folder_ids, on_progress)
        except StoppedError:
            return report
        return report

    def inside(self, folder_ids: Collection[int]) -> list[int]:
        """Return the ids of the named folders and of the watched folders inside them."""
        return [row.folder_id for row in self._selected(folder_ids)]

    def look_at(self, hints: "Hints") -> ScanReport:
        """Look again where something changed."""
        if hints.everywhere:
            return self.scan(wait_settled=False)
        report = ScanReport()
        with self._looking, suppress(StoppedError):
            rows = self._rows()
            for row in rows:
                places = [p for p in hints.folders if _owner(rows, p) is row]
                trees = [t for t in hints.trees if _owner(rows, t) is row]
                if places or trees:
                    report += self._look(row).at_parts(places, trees)
        return report

    def take_settled(self) -> ScanReport:
        """Write down the files that were still being written and stand still now."""
        report = ScanReport()
        with self._looking:
            settled, rows = self._settler.take_settled(), self._rows()
            for row in rows:
                own = [found for found in settled if _owner(rows, found[0]) is row]
                if own:
                    report += self._look(row).at_settled(own)
        return report

    def seconds_until_settled(self) -> float | None:
        """Return when ``take_settled`` is worth calling; None when no file is being written."""
        with self._looking:
            return self._settler.seconds_until_due()

    def start_watching(self) -> None:
        """Follow the folders in the background: a first scan, then live events and rescans."""
        from anitag_desktop.services.following import Follower, FollowTimes

        if self._follower is None:
            self._stopping.clear()
            self._followed = self.settings()
            times = FollowTimes(rescan=self._followed.scan_interval)
            roots = lambda: [row.path for row in self._rows()]  # noqa: E731
            self._follower = Follower(self, roots, times=times)
            self._leave = self._store.changes.subscribe(self._hear)
            self._hear(LibraryChange(settings=True))  # of what was set just before
            self._follower.start()

    def stop_watching(self) -> None:
        """Stop following; a look that is under way is broken off between two folders."""
        follower, self._follower = self._follower, None
        if follower is not None:
            self._leave()
            self._stopping.set()
            follower.stop()
            self._stopping.clear()

    def settings(self) -> Settings:
        """Return what is set for looking through folders, and everything else."""
        with self._store.library.read() as conn:
            return settings.load(conn)

    def _wait_settled(
        self, folder_ids: Collection[int] | None, on_progress: OnProgress
    ) -> ScanReport:
        report = ScanReport()
        roots = [row.path for row in self._selected(folder_ids)]
        while True:
            report += self.take_settled()
            with self._looking:
                left = [p for p in self._settler.waiting() if any(is_below(p, r) for r in roots)]
                due = self._settler.seconds_until_due()
            if not left or due is None:
                return report
            on_progress(ScanProgress(os.fsdecode(roots[0]), report.seen, len(left)))
            if self._stopping.wait(min(due, _LOOK_AGAIN)):
                return report

    def _look(self, row: "FolderRow", on_progress: OnProgress | None = None) -> FolderLook:
        context = LookContext(
            self._store,
            self._rules(row.path),
            self._settler,
            lambda seen: self._report_seen(row, seen, on_progress),
        )
        apart = [other.path for other in self._rows() if is_below(other.path, row.path)]
        return FolderLook(context, row, apart)

    def _rules(self, root: bytes) -> ScanRules:
        """Leave out what the user wants left out."""
        wanted = self.settings()
        excludes = tuple(below_root(pattern, root) for pattern in wanted.excludes)
        return ScanRules(excludes=excludes, follow_links=wanted.follow_links)

    def _report_seen(self, row: "FolderRow", seen: int, on_progress: OnProgress | None) -> None:
        if self._stopping.is_set():
            raise StoppedError
        if on_progress is not None:
            on_progress(ScanProgress(os.fsdecode(row.path), seen, len(self._settler)))

    def _rows(self) -> list["FolderRow"]:
        with self._store.library.read() as conn:
            return folders.every(conn)

    def _selected(self, folder_ids: Collection[int] | None) -> list["FolderRow"]:
        """Return the named folders with the watched folders inside them; all for None."""
        rows = self._rows()
        if folder_ids is None:
            return rows
        named = [row.path for row in rows if row.folder_id in folder_ids]
        return [r for r in rows if r.path in named or any(is_below(r.path, n) for n in named)]

    def _is_replaced(self, row: "FolderRow", identity: RootIdentity) -> bool:
        """Tell whether an away folder has another one with pictures in its place."""
        known = RootIdentity.from_text(row.identity)
        if row.status != "away" or (known is not None and known.is_same(identity)):
            return False
        listings = walk(row.path, self._rules(row.path))
        return any(islice((listing for listing in listings if listing.pictures), 1))

    def _hear(self, change: LibraryChange) -> None:
        """Look at everything again when it was set to be looked at otherwise."""
        from anitag_desktop.services.following import FollowTimes

        follower = self._follower
        if not change.settings or follower is None:
            return
        before, now = self._followed, self.settings()
        self._followed = now
        if _way_of_looking(before) != _way_of_looking(now):
            follower.keep_to(FollowTimes(rescan=now.scan_interval))

    def _tell_follower(self) -> None:
        if self._follower is not None:
            self._follower.look_everywhere()


def _way_of_looking(wanted: Settings) -> tuple[object, ...]:
    return wanted.excludes, wanted.follow_links, wanted.scan_interval


def _identify(place: bytes) -> RootIdentity:
    path = os.fsdecode(place)
    try:
        return identify_root(place)
    except FileNotFoundError:
        raise AnitagError("no_such_folder", path=path) from None
    except NotADirectoryError:
        raise AnitagError("not_a_folder", path=path) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise AnitagError("unreadable_folder", path=path, reason=reason) from None


def _owner(rows: Iterable["FolderRow"], path: bytes) -> "FolderRow | None":
    """Return the innermost watched folder that ``path`` is or lies in."""
    around = [row for row in rows if path == row.path or is_below(path, row.path)]
    return max(around, key=lambda row: len(row.path), default=None)


def _view(row: "FolderRow", image_count: int) -> FolderView:
    scanned = row.scanned_at
    last_scan = None if scanned is None else datetime.fromtimestamp(scanned, UTC)
    return FolderView(row.folder_id, os.fsdecode(row.path), row.status, image_count, last_scan)
