"""Comparing what a look through folders finds with what the library knew: no database, no disk."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.watching.scanner import FolderListing, Oddity

if TYPE_CHECKING:
    from anitag_desktop.storage.sightings import Sighting

_GONE = (FileNotFoundError, NotADirectoryError)


class Found(NamedTuple):
    """A file that is new, or not as it was known (``row``)."""

    path: bytes
    stat: FileStat
    row: "Sighting | None" = None


@dataclass(slots=True)
class Findings:
    """What has to be written: new or changed files, files that are back, oddities, folders."""

    fresh: list[Found] = field(default_factory=list)
    returned: list[Found] = field(default_factory=list)
    odd: list[Oddity] = field(default_factory=list)
    unreadable: list[tuple[bytes, OSError]] = field(default_factory=list)

    def __len__(self) -> int:
        """Return how many things have to be written."""
        return len(self.fresh) + len(self.returned) + len(self.odd) + len(self.unreadable)

    def pieces(self, size: int) -> Iterator["Findings"]:
        """Cut the findings into pieces of at most ``size`` of each kind."""
        longest = max(len(self.fresh), len(self.returned), len(self.odd), len(self.unreadable))
        for start in range(0, longest, size):
            cut = slice(start, start + size)
            yield Findings(self.fresh[cut], self.returned[cut], self.odd[cut], self.unreadable[cut])


@dataclass(slots=True)
class Losses:
    """Known files that were not found, by what became of them."""

    missing: list["Sighting"] = field(default_factory=list)
    away: list["Sighting"] = field(default_factory=list)
    unreadable: list["Sighting"] = field(default_factory=list)


class Comparison:
    """Takes folder listings one by one; what is left of ``known`` at the end was not found."""

    def __init__(self, known: dict[bytes, "Sighting"]) -> None:
        self.seen = 0
        self.findings = Findings()
        self._known = known
        self._present = sum(1 for row in known.values() if row.status != ImageStatus.MISSING)
        self._devices: set[int] = set()
        self._closed: list[bytes] = []

    @property
    def known_before(self) -> int:
        """How many files were there the last time, as far as known."""
        return self._present

    def add(self, listing: FolderListing) -> None:
        """Compare one folder. Called for each of thousands of folders, so the loop is bare."""
        self._devices.add(listing.device)
        self.seen += len(listing.pictures) + len(listing.oddities)
        pop, findings = self._known.pop, self.findings
        for path, stat in listing.pictures:
            row = pop(path, None)
            if row is None:
                findings.fresh.append(Found(path, stat))
            elif row[1:6] != stat or row.status != ImageStatus.PRESENT:
                self._add_difference(Found(path, stat, row))
        for oddity in listing.oddities:
            row = pop(oddity.path, None)
            if row is None or row.stat != oddity.stat or row.status != ImageStatus.PRESENT:
                findings.odd.append(oddity)
        if listing.error is not None and not isinstance(listing.error, _GONE):
            self._add_unreadable(listing.folder, listing.error)

    def take(self) -> Findings:
        """Hand over the findings so far and start new ones."""
        findings, self.findings = self.findings, Findings()
        return findings

    def forget(self, paths: Iterable[bytes]) -> None:
        """Do not count these paths as lost: their files were found elsewhere."""
        for path in paths:
            self._known.pop(path, None)

    def losses(self, own_devices: Iterable[int], apart: Iterable[bytes] = ()) -> Losses:
        """Say what became of the files that were not found.

        Args:
            own_devices: The file systems that the watched folder itself lay on. What lay on
                another one (a drive mounted inside) is away, not missing, once that is gone.
            apart: Folders that were not looked into, because they are watched by themselves.
        """
        devices = self._devices.union(own_devices)
        losses, apart = Losses(), list(apart)
        for path, row in self._known.items():
            if row.status == ImageStatus.MISSING or any(is_below(path, p) for p in apart):
                continue
            if any(is_below(path, folder) for folder in self._closed):
                losses.unreadable.append(row)
            elif row.image_id is not None and row.stat.device not in devices:
                losses.away.append(row)
            else:
                losses.missing.append(row)
        return losses

    def _add_difference(self, found: Found) -> None:
        row = found.row
        assert row is not None
        known = row.stat
        # After a remount the same drive may have another number: nothing else changed then.
        if known[:4] == found.stat[:4]:
            self.findings.returned.append(found)
        elif not row.waits_to_be_verified(found.stat):
            self.findings.fresh.append(found)

    def _add_unreadable(self, folder: bytes, error: OSError) -> None:
        self._closed.append(folder)
        row = self._known.pop(folder, None)
        if row is None or row.status != ImageStatus.PRESENT:
            self.findings.unreadable.append((folder, error))


def is_below(path: bytes, folder: bytes) -> bool:
    """Tell whether ``path`` lies in ``folder`` or anywhere below it."""
    separator = os.fsencode(os.sep)
    return path.startswith(folder.rstrip(separator) + separator)
