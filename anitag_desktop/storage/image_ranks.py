"""Where each image stands among all when they are sorted by a text: by file name, or by md5."""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.search.matching import file_name
from anitag_desktop.search.ordering import OrderKey
from anitag_desktop.storage.database import Database
from anitag_desktop.storage.id_sets import listed

Ranks = NDArray[np.int32]


def ranks(library: Database, key: OrderKey) -> Ranks:
    """Return the rank of each image by its id; equals follow each other by id.

    Takes seconds for a million images.
    """
    with library.read() as conn:
        ids = _by_md5(conn) if key is OrderKey.MD5 else _by_name(conn)
    found = np.zeros(int(ids.max(initial=0)) + 1, np.int32)
    found[ids] = np.arange(len(ids), dtype=np.int32)
    return found


def _by_md5(conn: Connection) -> NDArray[np.int64]:
    rows = listed(conn, "SELECT id FROM main.images ORDER BY md5, id")
    return np.array(rows, np.int64).reshape(-1)


def _by_name(conn: Connection) -> NDArray[np.int64]:
    """Sort by the first of an image's names among its present files, or among all without any."""
    names: dict[int, bytes] = {image: b"" for (image,) in listed(conn, _IMAGES)}
    present: set[int] = set()
    for image, path, status in listed(conn, _FILES):
        name = file_name(path).lower()
        is_present = status == ImageStatus.PRESENT.value
        if is_present and image not in present:
            present.add(image)
            names[image] = name
        elif is_present == (image in present):
            names[image] = min(names[image], name) if names[image] else name
    return np.array(sorted(names, key=lambda image: (names[image], image)), np.int64)


_IMAGES = "SELECT id FROM main.images"
_FILES = "SELECT image_id, path, status FROM main.files WHERE image_id IS NOT NULL"
