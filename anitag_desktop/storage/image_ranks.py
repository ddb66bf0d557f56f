"""Where each image stands among all when they are sorted by a text: by file name, or by md5."""

from bisect import bisect_left
from functools import partial

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import Connection

from anitag_desktop.search.ordering import OrderKey
from anitag_desktop.storage.database import Database
from anitag_desktop.storage.id_sets import ids_of, listed
from anitag_desktop.storage.image_places import ImagePlaces

Ranks = NDArray[np.int32]
Sorted = NDArray[np.int64]
"""Image ids in order; equals follow each other by id."""

FEW = 500
"""So many images are put in their new places; for more, all are sorted anew."""


def sort_all(
    library: Database, key: OrderKey, everything: BitMap, places: ImagePlaces | None
) -> Sorted:
    """Return all images in order; where the places are not known yet, they are read for it."""
    with library.read() as conn:
        if key is OrderKey.MD5:
            rows = listed(conn, "SELECT id FROM main.images ORDER BY md5, id")
            return np.array(rows, np.int64).reshape(-1)
        if places is None:
            places = ImagePlaces()
            places.refresh(conn)
    return places.by_name(ids_of(everything))


def sort_again(
    library: Database,
    key: OrderKey,
    known: Sorted,
    changed: BitMap,
    everything: BitMap,
    places: ImagePlaces,
) -> Sorted:
    """Return all images in order, given what the order was before a few of them changed.

    The texts of those that did not are looked up where the others are compared with them.
    """
    rest = known[~np.isin(known, ids_of(changed))]
    with library.read() as conn:
        text_of = partial(_md5, conn) if key is OrderKey.MD5 else places.first_name

        def standing(place: int) -> tuple[bytes, int]:
            image = int(rest[place])
            return text_of(image), image

        own = sorted((text_of(image), image) for image in changed & everything)
        at = [bisect_left(range(len(rest)), one, key=standing) for one in own]
    return np.insert(rest, at, [image for _, image in own])


def ranks(images: Sorted) -> Ranks:
    """Return the place of each image in the order, by its id."""
    found = np.zeros(int(images.max(initial=0)) + 1, np.int32)
    found[images] = np.arange(len(images), dtype=np.int32)
    return found


def _md5(conn: Connection, image: int) -> bytes:
    rows = listed(conn, "SELECT md5 FROM main.images WHERE id = ?", (image,))
    return str(rows[0][0]).encode() if rows else b""
