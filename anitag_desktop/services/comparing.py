"""Comparing what a look through folders finds with what the library knew."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from anitag_desktop.domain.file import FileStat, is_below
from anitag_desktop.watching.misnaming import as_it_is
from anitag_desktop.watching.scanner import NO_STAT, FolderListing, Oddity, Picture, read_stat

if TYPE_CHECKING:
    from anitag_desktop.storage.sightings import Sighting

_GONE = (FileNotFoundError, NotADirectoryError)


class Found(NamedTuple):
    """A file that is new, or not as it was known; ``row`` is what is known of its path."""

    path: bytes
    stat: FileStat
    row: "Sighting | None" = None


@dataclass(slots=True)
class Differences:
    """What may have to be written: files that are not as they were known, and oddities."""

    fresh: list[Found] = field(default_factory=list)
    odd: list[Oddity] = field(default_factory=list)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.fresh) + len(self.odd)

    def pieces(self, size: int) -> Iterator["Differences"]:
        """Cut the differences into pieces of at most ``size`` of each kind."""
        for start in range(0, max(len(self.fresh), len(self.odd)), size):
            cut = slice(start, start + size)
            yield Differences(self.fresh[cut], self.odd[cut])


@dataclass(slots=True)
class Losses:
    """Known files that were not found, by what became of them."""

    missing: list["Sighting"] = field(default_factory=list)
    away: list["Sighting"] = field(default_factory=list)
    unreadable: list["Sighting"] = field(default_factory=list)


class Comparison:
    """Takes folder listings one by one and sets aside what is as it was.

    Made for 100,000 files that did not change: those cost two operations on sets for each folder,
    and nothing of the library but what the file system said of them is in memory.
    """

    def __init__(
        self,
        known: set[Picture],
        unreachable: Mapping[bytes, "Sighting"],
        read: Callable[[bytes], FileStat | None] = read_stat,
    ) -> None:
        self.seen = 0
        self.known_before = len(known) + len(unreachable)
        """How many files were there the last time, as far as known."""
        self._differences = Differences()
        self._read = read
        self._left = known
        self._unreachable = unreachable
        self._differing: set[bytes] = set()
        self._devices: set[int] = set()
        self._closed: list[bytes] = []

    @property
    def waiting(self) -> int:
        """How many differences wait to be taken."""
        return len(self._differences)

    def add(self, listing: FolderListing) -> None:
        """Compare one folder."""
        self._devices.add(listing.device)
        self.seen += len(listing.pictures) + len(listing.oddities)
        pictures = set(listing.pictures)
        different = pictures - self._left
        self._left -= pictures
        for path, _ in different:
            stat = self._read(path)
            if stat is not None:
                self._devices.add(stat.device)
                self._differing.add(path)
                self._differences.fresh.append(Found(path, stat))
        for oddity in listing.oddities:
            self._add_oddity(oddity)
        if listing.error is not None and not isinstance(listing.error, _GONE):
            self._closed.append(listing.folder)
            self._add_oddity(_closed_folder(listing.folder, listing.error))

    def take(self) -> Differences:
        """Hand over the differences so far and start new ones."""
        differences, self._differences = self._differences, Differences()
        return differences

    def lost_paths(self, apart: Iterable[bytes] = ()) -> set[bytes]:
        """Return the paths of known files that were not found.

        Args:
            apart: Folders that were not looked into, because they are watched by themselves.
        """
        lost = {path for path, _ in self._left} | self._unreachable.keys()
        lost -= self._differing
        apart = list(apart)
        return {path for path in lost if not any(is_below(path, place) for place in apart)}

    def judge(self, lost: Iterable["Sighting"], own_devices: Iterable[int]) -> Losses:
        """Say what became of files that were not found.

        Args:
            lost: Their rows.
            own_devices: The file systems that the watched folder itself lay on. What lay on
                another one (a drive mounted inside) is away, not missing, once that is gone.
        """
        devices = self._devices.union(own_devices)
        losses = Losses()
        for row in lost:
            if any(is_below(row.path, folder) for folder in self._closed):
                losses.unreadable.append(row)
            elif row.image_id is not None and row.stat.device not in devices:
                losses.away.append(row)
            else:
                losses.missing.append(row)
        return losses

    def _add_oddity(self, oddity: Oddity) -> None:
        fingerprint = (oddity.path, oddity.stat.mark)
        if fingerprint in self._left:
            self._left.discard(fingerprint)
        else:
            self._differing.add(oddity.path)
            self._differences.odd.append(as_it_is(oddity))


def _closed_folder(folder: bytes, error: OSError) -> Oddity:
    """A folder that cannot be read is a problem of its own, whatever its times are."""
    reason = {"reason": error.strerror or str(error)}
    return Oddity(folder, NO_STAT, "subfolder_unreadable", reason)
