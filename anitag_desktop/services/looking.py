"""One look at one watched folder, or at parts of it: scan, compare, write down."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING

from anitag_desktop.domain.file import FileStat, is_below
from anitag_desktop.services.collecting import collection_paused
from anitag_desktop.services.comparing import Comparison, Differences, Found
from anitag_desktop.services.recording import IsSettled, Recorded, Recorder, record_losses
from anitag_desktop.storage import exclusions, folders, sightings
from anitag_desktop.watching.own_business import lies_in_own_business
from anitag_desktop.watching.roots import RootIdentity, identify_root, is_gone_at_once
from anitag_desktop.watching.scanner import FolderListing, Picture, walk

if TYPE_CHECKING:
    from anitag_desktop.storage.database import Connection
    from anitag_desktop.storage.folders import FolderRow
    from anitag_desktop.storage.store import Store
    from anitag_desktop.watching.rules import ScanRules
    from anitag_desktop.watching.settling import Settler

_PIECE = 1000
"""So many differences are written in one transaction."""


class StoppedError(Exception):
    """The look was broken off; what it has written so far is right."""


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What a scan came to, in files (``away``: in folders)."""

    seen: int = 0
    new: int = 0
    changed: int = 0
    moved: int = 0
    missing: int = 0
    problems: int = 0
    away: int = 0
    left_out: int = 0

    def __add__(self, other: "ScanReport") -> "ScanReport":
        """Return what both scans came to."""
        sums = (getattr(self, f.name) + getattr(other, f.name) for f in fields(self))
        return ScanReport(*sums)


@dataclass(frozen=True, slots=True)
class LookContext:
    """What all looks share; ``on_seen`` hears how many files were seen, and may raise to stop."""

    store: "Store"
    rules: "ScanRules"
    settler: "Settler"
    on_seen: Callable[[int], None]


class FolderLook:
    """A look at one watched folder. ``apart`` are watched folders inside it, left to themselves."""

    def __init__(
        self, context: LookContext, folder: "FolderRow", apart: Sequence[bytes] = ()
    ) -> None:
        self._context = context
        self._store = context.store
        self._folder = folder
        self._apart = frozenset(apart)
        self._is_own_business = cache(partial(lies_in_own_business, root=folder.path))
        self._known_identity = RootIdentity.from_text(folder.identity)
        self._report = ScanReport()

    def at_everything(self) -> ScanReport:
        """Look at the whole folder."""
        root = self._identify()
        if root is None:
            return self._leave_away()
        with collection_paused():
            comparison = self._compare(root)
        if (after := self._identify()) is None or not after.is_same(root):
            return self._leave_away()
        lost, left_out = self._lost_and_left_out(comparison)
        if self._is_elsewhere(root, comparison.known_before - len(left_out), len(lost)):
            return self._leave_away()
        self._finish(comparison, lost, root)
        self._forget(left_out | self._missing_and_left_out())
        self._store.library.write(lambda conn: self._settle_folder(conn, root))
        return self._report

    def at_parts(self, places: Iterable[bytes], trees: Iterable[bytes]) -> ScanReport:
        """Look at some folders themselves (``places``) and at others with all below them."""
        root = self._identify()
        if root is None or not self._is_same(root) or self._folder.status == "away":
            return self.at_everything()
        places = [place for place in places if not self._is_left_out(place)]
        trees = [tree for tree in trees if not self._is_left_out(tree)]
        comparison = Comparison(self._known_in(places, trees), {})
        for listing in self._listings(places, trees):
            comparison.add(listing)
        lost, left_out = self._lost_and_left_out(comparison)
        self._finish(comparison, lost, root)
        self._forget(left_out)
        return self._report

    def at_settled(self, files: Sequence[tuple[bytes, FileStat]]) -> ScanReport:
        """Write down files that were held back and stand still now."""
        found = [Found(path, stat) for path, stat in files]
        self._record(Differences(fresh=found), is_settled=lambda _path, _stat: True)
        return self._report

    def _compare(self, root: RootIdentity) -> Comparison:
        with self._store.library.read() as conn:
            folder_id = self._folder.folder_id
            known = sightings.fingerprints(conn, folder_id)
            comparison = Comparison(known, sightings.unreachable(conn, folder_id))
        # While it is not sure whose files these are, nothing is written.
        limit = float("inf") if self._is_doubtful(root) else _PIECE
        for listing in walk(self._folder.path, self._context.rules, skip=self._apart):
            comparison.add(listing)
            self._context.on_seen(comparison.seen)
            if comparison.waiting >= limit:
                self._record(comparison.take())
        return comparison

    def _listings(self, places: Iterable[bytes], trees: Iterable[bytes]) -> Iterator[FolderListing]:
        root, rules = self._folder.path, self._context.rules
        for place in places:
            yield from islice(walk(place, rules, root=root, skip=self._apart), 1)
        for tree in trees:
            yield from walk(tree, rules, root=root, skip=self._apart)

    def _finish(self, comparison: Comparison, lost: set[bytes], root: RootIdentity) -> None:
        """Write what is left to write; what was found at another path is lost no longer."""
        self._record(comparison.take())

        def step(conn: "Connection") -> int:
            rows = sightings.by_paths(conn, lost).values()
            own = [row for row in rows if row.folder_id == self._folder.folder_id]
            losses = comparison.judge(own, self._devices(root))
            return record_losses(conn, losses, time.time())

        missing = self._store.library.write(step) if lost else 0
        self._add(ScanReport(seen=comparison.seen, missing=missing))

    def _lost_and_left_out(self, comparison: Comparison) -> tuple[set[bytes], set[bytes]]:
        """Return the known files that were not found: against the user's will, and by it."""
        lost = comparison.lost_paths(self._apart)
        left_out = {path for path in lost if self._leaves_out(path)}
        return lost - left_out, left_out

    def _missing_and_left_out(self) -> set[bytes]:
        with self._store.library.read() as conn:
            missing = exclusions.missing_paths(conn, self._folder.folder_id)
        return {path for path in missing if self._leaves_out(path)}

    def _leaves_out(self, path: bytes) -> bool:
        below = os.path.relpath(path, self._folder.path).replace(os.fsencode(os.sep), b"/")
        return self._context.rules.leaves_out(below) or self._is_own_business(
            os.path.dirname(path)  # noqa: PTH120 - a path of bytes
        )

    def _forget(self, left_out: set[bytes]) -> None:
        """Forget where files lie that are left out from now on; their pictures stay known."""
        if not left_out:
            return
        folder_id = self._folder.folder_id
        count = self._store.library.write(lambda conn: exclusions.forget(conn, folder_id, left_out))
        self._add(ScanReport(left_out=count))

    def _record(self, differences: Differences, is_settled: IsSettled | None = None) -> None:
        is_settled = is_settled or self._context.settler.is_settled
        for piece in differences.pieces(_PIECE):
            recorded = self._record_piece(piece, is_settled)
            self._add(
                ScanReport(
                    new=recorded.new,
                    changed=recorded.changed,
                    moved=recorded.moved,
                    problems=recorded.problems,
                )
            )

    def _record_piece(self, piece: Differences, is_settled: IsSettled) -> Recorded:
        def step(conn: "Connection") -> Recorded:
            recorder = Recorder(conn, self._folder.folder_id, time.time())
            return recorder.record(piece, is_settled)

        return self._store.library.write(step)

    def _settle_folder(self, conn: "Connection", root: RootIdentity) -> None:
        folder = self._folder
        if folder.status == "away":
            folders.set_status(conn, [folder.folder_id], "present")
        known = self._known_identity
        if known != root:
            folders.set_identity(conn, folder.folder_id, root.to_text())
        if known is not None and known.device != root.device:
            sightings.renumber(conn, folder.folder_id, known.device, root.device)
        folders.set_scanned(conn, folder.folder_id, time.time())

    def _leave_away(self) -> ScanReport:
        if self._folder.status != "away":
            self._store.library.write(
                lambda conn: sightings.set_folder_away(conn, self._folder.folder_id)
            )
        self._add(ScanReport(away=1))
        return self._report

    def _known_in(self, places: Sequence[bytes], trees: Sequence[bytes]) -> set[Picture]:
        known: set[Picture] = set()
        with self._store.library.read() as conn:
            for place in places:
                known |= sightings.fingerprints_in(conn, self._folder.folder_id, place)
            for tree in trees:
                known |= sightings.fingerprints_below(conn, self._folder.folder_id, tree)
        return known

    def _identify(self) -> RootIdentity | None:
        try:
            return identify_root(self._folder.path)
        except OSError:
            return None

    def _is_same(self, root: RootIdentity) -> bool:
        return self._known_identity is None or self._known_identity.is_same(root)

    def _is_doubtful(self, root: RootIdentity) -> bool:
        return not self._is_same(root) or os.path.ismount(self._folder.path)

    def _is_elsewhere(self, root: RootIdentity, known: int, lost: int) -> bool:
        """Tell whether what lies here now is not the watched folder.

        Drives of some kinds (FAT, memory) have no identity of their own: when everything is gone
        from the top of a drive, it is another drive.
        """
        if self._is_same(root):
            return os.path.ismount(self._folder.path) and 0 < lost == known
        return is_gone_at_once(known, lost)

    def _devices(self, root: RootIdentity) -> set[int]:
        known = self._known_identity
        return {root.device} if known is None else {root.device, known.device}

    def _is_left_out(self, place: bytes) -> bool:
        """Tell whether a folder inside, or one that it lies in, is not to be looked at."""
        if not is_below(place, self._folder.path):
            return False
        if self._is_own_business(place):
            return True
        names = os.path.relpath(place, self._folder.path).split(os.fsencode(os.sep))
        return any(
            self._context.rules.leaves_out_folder(name, b"/".join(names[: depth + 1]))
            for depth, name in enumerate(names)
        )

    def _add(self, report: ScanReport) -> None:
        self._report += report
