"""In which folder each image lies, as a column: the place of a cell is the image id.

Only an image's present files count, or all of them if none is present (see ``search_files``). Most
images lie in one folder: its number stands in the column; those that lie in several are few.
"""

import os
from collections.abc import Iterable
from threading import RLock

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import Connection

from anitag_desktop.search.conditions import InFolder
from anitag_desktop.search.matching import spellings
from anitag_desktop.storage.id_sets import ids_of, set_of
from anitag_desktop.storage.selection import as_json

_CHUNK = 20_000
_SPARE = 1.25
_SEPARATOR = os.fsencode(os.sep)


class ImageFolders:
    """The folders of all images. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._numbers: dict[bytes, int] = {}
        self._column = np.zeros(1, np.int32)
        self._several: dict[int, set[int]] = {}

    def refresh(self, conn: Connection, images: BitMap | None = None) -> None:
        """Read some images anew, or every one; ``conn`` is a reader of the library."""
        among, values = ("", ()) if images is None else (_AMONG, tuple(as_json(images).values()))
        with self._lock:
            self._forget(images or BitMap())
            present = self._read(conn, f"+status = 'present'{among}", values, BitMap())
            self._read(conn, f"+status != 'present'{among}", values, present)

    def found(self, clause: InFolder) -> BitMap:
        """Return the images that lie in a folder, or in one inside it."""
        asked = [os.fsencode(spelling) for spelling in spellings(clause.folder)]
        with self._lock:
            numbers = [n for name, n in self._numbers.items() if _is_asked(name, asked)]
            if not numbers:
                return BitMap()
            is_inside = np.zeros(len(self._numbers) + 1, np.bool_)
            is_inside[numbers] = True
            found = set_of(np.flatnonzero(is_inside[self._column]))
            wanted = set(numbers)
            found |= BitMap(i for i, own in self._several.items() if not own.isdisjoint(wanted))
        return found

    def _forget(self, images: BitMap) -> None:
        ids = ids_of(images)
        self._column[ids[ids < len(self._column)]] = 0
        for image in images & BitMap(self._several):
            del self._several[image]

    def _read(self, conn: Connection, where: str, values: tuple[str, ...], apart: BitMap) -> BitMap:
        """Note the files of a kind, but those of the images ``apart``; return the others."""
        cursor = conn.connection.cursor()
        cursor.execute(_FILES + where, values)
        found = BitMap()
        while rows := list(cursor.fetchmany(_CHUNK)):
            found |= self._put([row for row in rows if row[0] not in apart])
        cursor.close()
        return found

    def _put(self, rows: list[tuple[int, bytes]]) -> BitMap:
        """Note where files of images lie; return the images."""
        if not rows:
            return BitMap()
        images = np.array([image for image, _ in rows], np.int64)
        folders = np.array([self._number(path) for _, path in rows], np.int32)
        self._grow(int(images.max()) + 1)
        is_free = self._column[images] == 0
        self._column[images[is_free]] = folders[is_free]
        self._note_several(images, folders)
        return set_of(images)

    def _note_several(self, images: NDArray[np.int64], folders: NDArray[np.int32]) -> None:
        differs = np.flatnonzero(self._column[images] != folders)
        for image, folder in zip(images[differs].tolist(), folders[differs].tolist(), strict=True):
            self._several.setdefault(image, {int(self._column[image])}).add(folder)

    def _number(self, path: bytes) -> int:
        folder = path[: path.rfind(_SEPARATOR) + 1]
        number = self._numbers.get(folder)
        if number is None:
            number = self._numbers[folder] = len(self._numbers) + 1
        return number

    def _grow(self, length: int) -> None:
        if length > len(self._column):
            grown = np.zeros(int(length * _SPARE) + 1, np.int32)
            grown[: len(self._column)] = self._column
            self._column = grown


def _is_asked(folder: bytes, asked: Iterable[bytes]) -> bool:
    """Tell whether a folder (with a separator at its end) is one asked for, or lies inside it.

    What is asked for may be a whole path, or the end of one: then letters' case does not count.
    """
    for one in asked:
        whole = one.rstrip(_SEPARATOR) + _SEPARATOR
        if one.startswith(_SEPARATOR):
            if folder.startswith(whole):
                return True
        elif _SEPARATOR + whole.lower() in folder.lower():
            return True
    return False


# With "+" before the status: by its index nearly all rows would be looked up one by one.
_FILES = "SELECT image_id, path FROM main.files WHERE image_id IS NOT NULL AND "
_AMONG = " AND image_id IN (SELECT value FROM json_each(?))"
