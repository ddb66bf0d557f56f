"""Where each image lies and what its files are called, as columns: a cell for each file.

Only an image's present files count, or all of them if none is present (see ``search_files``).
Folders are told apart by a number; names stand one after the other in one array, with their
letters (those of ASCII) lowered.
"""

import os
from collections.abc import Iterator
from threading import RLock

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import Connection

from anitag_desktop.search.conditions import InFolder, Named, PathLike
from anitag_desktop.search.matching import spellings
from anitag_desktop.storage.id_sets import set_of
from anitag_desktop.storage.interruptions import give_up_if_asked
from anitag_desktop.storage.placed_files import PlacedFiles
from anitag_desktop.storage.selection import as_json
from anitag_desktop.storage.texts import Texts

_CHUNK = 20_000
_MANY = 20_000
_SEPARATOR = os.fsencode(os.sep)

Asked = InFolder | PathLike | Named


class ImagePlaces:
    """The places of all images. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._numbers: dict[bytes, int] = {}
        self._folders = self._lowered = Texts()
        self._files = self._recent = PlacedFiles.joined([])
        self._changed = BitMap()

    def refresh(self, conn: Connection, images: BitMap | None = None) -> None:
        """Read some images anew, or every one; ``conn`` is a reader of the library."""
        with self._lock:
            read = self._read(conn, images)
            if images is None:
                self._files, self._recent, self._changed = read, PlacedFiles.joined([]), BitMap()
            else:
                self._changed = self._changed | images
                self._recent = PlacedFiles.joined([self._recent.without(images), read])
            if len(self._recent) > _MANY:
                self._files, self._recent = self._every(), PlacedFiles.joined([])
                self._changed = BitMap()
            self._name_folders()

    def found(self, clause: Asked) -> BitMap:
        """Return the images with a file in a folder, with such a path or such a name."""
        with self._lock:
            files, changed, recent = self._files, self._changed, self._recent
            folders, lowered = self._folders, self._lowered
        if isinstance(clause, InFolder):
            is_inside = _inside(clause, folders, lowered)
            old, new = (some.in_folders(is_inside) for some in (files, recent))
        else:
            asked = [os.fsencode(glob).lower() for glob in spellings(_glob(clause))]
            pairs = [pair for glob in asked for pair in _folder_and_name(clause, glob, lowered)]
            old, new = (some.fitting(pairs) for some in (files, recent))
        return (old - changed) | new

    def by_name(self, images: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Return ascending images in the order of their first names; equals stay as they are.

        Images without any file come first.
        """
        with self._lock:
            every = self._every()
        least = every.least_ranks(int(images.max(initial=0)) + 1)
        return images[np.argsort(least[images], kind="stable")].astype(np.int64)

    def first_name(self, image: int) -> bytes:
        """Return the first of an image's names; empty if it has no file."""
        with self._lock:
            files = self._recent if image in self._changed else self._files
        return files.first_name(image)

    def _every(self) -> PlacedFiles:
        return PlacedFiles.joined([self._files.without(self._changed), self._recent])

    def _name_folders(self) -> None:
        if len(self._folders) != len(self._numbers):
            self._folders = Texts.of(list(self._numbers))
            self._lowered = Texts.of([folder.lower() for folder in self._numbers])

    def _read(self, conn: Connection, images: BitMap | None) -> PlacedFiles:
        among, values = ("", ()) if images is None else (_AMONG, tuple(as_json(images).values()))
        present = list(self._parts(conn, f"+status = 'present'{among}", values, BitMap()))
        seen = BitMap().union(*(set_of(part.images) for part in present))
        others = self._parts(conn, f"+status != 'present'{among}", values, seen)
        return PlacedFiles.joined([*present, *others])

    def _parts(
        self, conn: Connection, where: str, values: tuple[str, ...], apart: BitMap
    ) -> Iterator[PlacedFiles]:
        """Yield the files of a kind, but those of the images ``apart``."""
        cursor = conn.connection.cursor()
        cursor.execute(_FILES + where, values)
        while rows := list(cursor.fetchmany(_CHUNK)):
            give_up_if_asked()
            yield self._placed([row for row in rows if row[0] not in apart])
        cursor.close()

    def _placed(self, rows: list[tuple[int, bytes]]) -> PlacedFiles:
        ends = [path.rfind(_SEPARATOR) + 1 for _, path in rows]
        folders = [self._number(path[:end]) for (_, path), end in zip(rows, ends, strict=True)]
        names = [path[end:].lower() for (_, path), end in zip(rows, ends, strict=True)]
        images = np.array([image for image, _ in rows], np.int64)
        return PlacedFiles(images, np.array(folders, np.int64), Texts.of(names))

    def _number(self, folder: bytes) -> int:
        return self._numbers.setdefault(folder, len(self._numbers))


def _inside(clause: InFolder, folders: Texts, lowered: Texts) -> NDArray[np.bool_]:
    """Tell of each folder whether it is the one asked for, or lies inside it.

    What is asked for may be a whole path, or the end of one: then letters' case does not count.
    """
    is_inside = np.zeros(len(folders), np.bool_)
    for asked in map(os.fsencode, spellings(clause.folder)):
        whole = asked.rstrip(_SEPARATOR) + _SEPARATOR
        if asked.startswith(_SEPARATOR):
            is_inside[folders.holding([whole, b""])] = True
        else:
            is_inside[lowered.holding([b"", _SEPARATOR + whole.lower(), b""])] = True
    return is_inside


def _glob(clause: PathLike | Named) -> str:
    is_glob = isinstance(clause, PathLike) or "*" in clause.pattern or "?" in clause.pattern
    return clause.pattern if is_glob else f"*{clause.pattern}*"


def _folder_and_name(
    clause: PathLike | Named, glob: bytes, lowered: Texts
) -> Iterator[tuple[NDArray[np.bool_], bytes]]:
    """Yield folders with a glob for the names in them, which together fit what is asked."""
    if isinstance(clause, Named):
        yield np.ones(len(lowered), np.bool_), glob
        return
    for head, tail in _cuts(glob):
        is_inside = np.zeros(len(lowered), np.bool_)
        is_inside[lowered.fitting(head)] = True
        yield is_inside, tail


def _cuts(glob: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the ways to part a glob for paths into one for folders and one for names.

    A folder ends with a separator and a name has none, so the last one of the glob is the
    folder's, and what the folder's end fits is a separator or a wildcard.
    """
    first = glob.rfind(_SEPARATOR) + 1
    if first and glob[first : first + 1] != b"*":
        yield glob[:first], glob[first:]
    for place in range(first, len(glob)):
        if glob[place : place + 1] == b"*":  # it may stand for parts of both
            yield glob[: place + 1], glob[place:]
        elif glob[place : place + 1] == b"?":
            yield glob[: place + 1], glob[place + 1 :]


# With "+" before the status: by its index nearly all rows would be looked up one by one.
_FILES = "SELECT image_id, path FROM main.files WHERE image_id IS NOT NULL AND "
_AMONG = " AND image_id IN (SELECT value FROM json_each(?))"
