"""Writing down what a look through folders found.

A file that is the same as a known one by number, size and time keeps its image without being
read: a rename, a move, a hard link, a folder that is watched anew. Everything else waits until
it stands still and is then read. Nothing known is ever deleted: what is gone is marked so, also
where something else took its place.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.services.comparing import Differences, Found, Losses
from anitag_desktop.storage import files, problems, sightings
from anitag_desktop.watching.scanner import Oddity, read_stat

if TYPE_CHECKING:
    from anitag_desktop.storage.database import Connection
    from anitag_desktop.storage.sightings import Sighting

IsSettled = Callable[[bytes, FileStat], bool]
"""Tells whether a file stands still; one that does not is offered again by whoever was asked."""

_SECOND = 1_000_000_000


@dataclass(slots=True)
class Recorded:
    """What one piece of differences came to, in files."""

    new: int = 0
    moved: int = 0
    changed: int = 0
    problems: int = 0


class Recorder:
    """Writes differences of one watched folder, inside one transaction."""

    def __init__(self, conn: "Connection", folder_id: int, at: float) -> None:
        self._conn = conn
        self._folder_id = folder_id
        self._at = at
        self._recorded = Recorded()
        self._moved: list[int] = []

    def record(self, differences: Differences, is_settled: IsSettled) -> Recorded:
        """Write the differences and say what they came to."""
        changed = self._set_aside_returned(self._with_rows(differences.fresh))
        unknown = self._record_same_files(changed)
        sightings.note_images_of(self._conn, self._moved)
        self._record_unknown([f for f in unknown if is_settled(f.path, f.stat)])
        for oddity in differences.odd:
            self._record_problem(oddity)
        return self._recorded

    def _with_rows(self, fresh: Sequence[Found]) -> list[Found]:
        """Add what is known of the paths, if anything of this folder is."""
        if not sightings.has_files(self._conn, self._folder_id):
            return list(fresh)
        rows = sightings.by_paths(self._conn, [found.path for found in fresh])
        own = {p: row for p, row in rows.items() if row.folder_id == self._folder_id}
        return [found._replace(row=own.get(found.path)) for found in fresh]

    def _set_aside_returned(self, fresh: Sequence[Found]) -> list[Found]:
        """Record files that are there again as they were; return those that are not."""
        back, others = list[tuple[int, FileStat]](), list[Found]()
        for found in fresh:
            row = found.row
            # Numbers do not count: FAT drives give new ones at every mount.
            if row is not None and row.stat[:3] == found.stat[:3]:
                back.append((row.file_id, found.stat))
            elif row is None or not row.waits_to_be_verified(found.stat):
                others.append(found)
        sightings.refresh(self._conn, back, self._at)
        return others

    def _record_unknown(self, found: Sequence[Found]) -> None:
        """Record files that have to be read.

        A changed file of the same size keeps its image until it is known whether only its times
        changed; one of another size surely holds something else.
        """
        same_size = [f for f in found if f.row and f.row.image_id and f.row.size == f.stat.size]
        ids = [f.row.file_id for f in same_size if f.row]
        sightings.mark_unverified(self._conn, ids, self._at)
        kept = set(ids)
        others = [f for f in found if f.row is None or f.row.file_id not in kept]
        sightings.note_images_of(self._conn, [f.row.file_id for f in others if f.row])
        sightings.put_new(self._conn, self._folder_id, [f[:2] for f in others], self._at)
        changed = sum(1 for f in found if f.row is not None)
        self._recorded.changed += changed
        self._recorded.new += len(found) - changed

    def _record_problem(self, oddity: Oddity) -> None:
        file_id = files.upsert(
            self._conn, self._folder_id, oddity.path, oddity.stat, None, self._at
        )
        problems.put(self._conn, file_id, oddity.code, oddity.params, self._at)
        self._recorded.problems += 1

    def _record_same_files(self, fresh: Sequence[Found]) -> list[Found]:
        """Record files that are the same as known ones; return the others."""
        known = _Known(sightings.by_inodes(self._conn, {found.stat.inode for found in fresh}))
        like = [(found, known.rows_like(found.stat)) for found in fresh]
        paths = [found.path for found, rows in like if rows and found.row is None]
        used = {found.path for found in fresh if found.row}
        used.update(sightings.by_paths(self._conn, paths))
        return [
            found
            for found, rows in like
            if not any(self._is_same(found, row, known, used) for row in tuple(rows))
        ]

    def _is_same(self, found: Found, row: "Sighting", known: "_Known", used: set[bytes]) -> bool:
        """Record ``found`` as the file of ``row``, if it is; tell whether it was.

        The row itself moves only between paths that no other row or file stands for (``used``);
        otherwise the path gets a row of its own with the same image.
        """
        if row.path == found.path:
            return self._is_adopted(found, row)
        if _is_still_there(row):
            return row.image_id is not None and self._is_linked(found, row.image_id)
        if row.path not in used and found.path not in used:
            self._move(row, found)
            known.move(row, found.path)
            return True
        if row.image_id is None:
            return False
        self._link(found, row.image_id)
        self._recorded.moved += 1
        return True

    def _move(self, row: "Sighting", found: Found) -> None:
        stat = _trusted(found.stat) if row.image_id is not None else found.stat
        sightings.move(self._conn, row.file_id, found.path, self._folder_id, stat, self._at)
        if row.image_id is None:
            problems.clear(self._conn, row.file_id)  # it may have been the name's
        self._recorded.moved += 1
        self._moved.append(row.file_id)

    def _is_adopted(self, found: Found, row: "Sighting") -> bool:
        """Take over a file that another watched folder knew, unless it changed since."""
        if row.folder_id == self._folder_id or row.ctime_ns != found.stat.ctime_ns:
            return False
        sightings.adopt(self._conn, row.file_id, self._folder_id, found.stat, self._at)
        return True

    def _is_linked(self, found: Found, image_id: int) -> bool:
        self._link(found, image_id)
        self._recorded.new += 1
        return True

    def _link(self, found: Found, image_id: int) -> None:
        stat = _trusted(found.stat)
        files.upsert(self._conn, self._folder_id, found.path, stat, image_id, self._at)


def record_losses(conn: "Connection", losses: Losses, at: float) -> int:
    """Write what became of files that were not found; return how many went missing just now.

    A file that never was a picture leaves nothing worth keeping: its row goes.
    """
    for rows, status in (
        (losses.away, ImageStatus.AWAY),
        (losses.unreadable, ImageStatus.UNREADABLE),
        ([row for row in losses.missing if row.image_id is not None], ImageStatus.MISSING),
    ):
        ids = [row.file_id for row in rows if row.status != status]
        if ids:
            files.set_status(conn, ids, status, at)
    sightings.forget(conn, [row.file_id for row in losses.missing if row.image_id is None])
    return len(ids)


class _Known:
    """Known files by what makes a file the same one."""

    def __init__(self, rows: Iterable["Sighting"]) -> None:
        self._rows: dict[tuple[int, ...], list[Sighting]] = defaultdict(list)
        for row in rows:
            if row.ctime_ns != sightings.UNVERIFIED or row.image_id is None:
                self._rows[_same_key(row.stat)].append(row)

    def rows_like(self, stat: FileStat) -> list["Sighting"]:
        """Return the live list of the files that are the same by all that is seen."""
        return self._rows[_same_key(stat)]

    def move(self, row: "Sighting", path: bytes) -> None:
        """Note that the file of ``row`` lies at ``path`` now: another one like it is a twin."""
        rows = self._rows[_same_key(row.stat)]
        rows[rows.index(row)] = row._replace(path=path)


def _same_key(stat: FileStat) -> tuple[int, ...]:
    return stat.device, stat.inode, stat.size, stat.mtime_ns


def _is_still_there(row: "Sighting") -> bool:
    """Tell whether the file of ``row`` still lies where it was: then the found one is a twin."""
    stat = read_stat(row.path)
    return stat is not None and _same_key(stat) == _same_key(row.stat)


def _trusted(stat: FileStat) -> FileStat:
    """Return the stat to keep for a file that was recognised without being read.

    Numbers of deleted files are given to new ones. Where times have full precision, the same
    number, size and time still mean the same file; a time of whole seconds (archives, memory
    cards) may be shared by many files, so such a file is hashed again.
    """
    is_coarse = stat.mtime_ns % _SECOND == 0
    return stat._replace(ctime_ns=sightings.UNVERIFIED) if is_coarse else stat
