"""Where each image stands among all when they are sorted by a text: by file name, or by md5."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import Connection

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.search.matching import file_name
from anitag_desktop.search.ordering import OrderKey
from anitag_desktop.storage.database import Database
from anitag_desktop.storage.id_sets import ids_of, listed
from anitag_desktop.storage.selection import as_json

Ranks = NDArray[np.int32]
Sorted = NDArray[np.int64]
"""Image ids in order; equals follow each other by id."""

FEW = 500
"""So many images are put in their new places; for more, all are sorted anew."""


def sort_all(library: Database, key: OrderKey) -> Sorted:
    """Return all images in order; takes seconds for a million."""
    with library.read() as conn:
        if key is OrderKey.MD5:
            rows = listed(conn, "SELECT id FROM main.images ORDER BY md5, id")
            return np.array(rows, np.int64).reshape(-1)
        names = _names(conn, None)
    return np.array(sorted(names, key=lambda image: (names[image], image)), np.int64)


def sort_again(library: Database, key: OrderKey, known: Sorted, changed: BitMap) -> Sorted:
    """Return all images in order, given what the order was before a few of them changed.

    The texts of those that did not are looked up where the others are compared with them.
    """
    rest = known[~np.isin(known, ids_of(changed))]
    with library.read() as conn:

        def place_of(text: bytes, image: int) -> int:
            def standing(place: int) -> tuple[bytes, int]:
                other = int(rest[place])
                return _texts(conn, key, [other])[other], other

            return bisect_left(range(len(rest)), (text, image), key=standing)

        own = sorted((text, image) for image, text in _texts(conn, key, changed).items())
        places = [place_of(text, image) for text, image in own]
    return np.insert(rest, places, [image for _, image in own])


def ranks(images: Sorted) -> Ranks:
    """Return the place of each image in the order, by its id."""
    found = np.zeros(int(images.max(initial=0)) + 1, np.int32)
    found[images] = np.arange(len(images), dtype=np.int32)
    return found


def _texts(conn: Connection, key: OrderKey, images: Iterable[int]) -> Mapping[int, bytes]:
    if key is OrderKey.MD5:
        rows = listed(conn, _MD5, (as_json(images)["values"],))
        return {image: md5.encode() for image, md5 in rows}
    return _names(conn, images)


def _names(conn: Connection, images: Iterable[int] | None) -> dict[int, bytes]:
    """Return the first of an image's names among its present files, or among all without any."""
    among = () if images is None else (as_json(images)["values"],)
    listed_ids = _IMAGES if images is None else _IMAGES + " WHERE id" + _AMONG
    names: dict[int, bytes] = {image: b"" for (image,) in listed(conn, listed_ids, among)}
    present: set[int] = set()
    where = "" if images is None else " AND image_id" + _AMONG
    for image, path, status in listed(conn, _FILES + where, among):
        name = file_name(path).lower()
        is_present = status == ImageStatus.PRESENT.value
        if is_present and image not in present:
            present.add(image)
            names[image] = name
        elif is_present == (image in present):
            names[image] = min(names[image], name) if names[image] else name
    return names


_AMONG = " IN (SELECT value FROM json_each(?))"
_MD5 = f"SELECT id, md5 FROM main.images WHERE id{_AMONG}"
_IMAGES = "SELECT id FROM main.images"
_FILES = "SELECT image_id, path, status FROM main.files WHERE image_id IS NOT NULL"
