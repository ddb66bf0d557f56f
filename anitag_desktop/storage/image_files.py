"""Image files: where each image was seen, best place first, and what is wrong there."""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.storage.places import is_inside
from anitag_desktop.storage.schema import files
from anitag_desktop.storage.selection import one_of

_STATUS_ORDER = {
    status: place
    for place, status in enumerate(
        (ImageStatus.PRESENT, ImageStatus.AWAY, ImageStatus.UNREADABLE, ImageStatus.MISSING)
    )
}


class ImageFile(NamedTuple):
    """One file of an image."""

    path: bytes
    status: ImageStatus
    mtime_ns: int

    @property
    def text(self) -> str:
        """The path as text; bytes that are not UTF-8 stand as surrogates."""
        return os.fsdecode(self.path)


def files_of_images(
    conn: Connection, image_ids: Iterable[int], inside: Sequence[bytes] = ()
) -> Mapping[int, list[ImageFile]]:
    """Return the files of images, best first: inside the given paths, then present, then by path.

    An image without a file is left out.
    """
    f = files.c
    rows = conn.execute(
        select(f.image_id, f.path, f.status, f.mtime_ns).where(one_of(f.image_id, image_ids))
    )
    found: dict[int, list[ImageFile]] = defaultdict(list)
    for row in rows:
        found[row.image_id].append(ImageFile(row.path, ImageStatus(row.status), row.mtime_ns))
    for places in found.values():
        places.sort(key=lambda file: _rank(file, inside))
    return found


def _rank(file: ImageFile, inside: Sequence[bytes]) -> tuple[bool, int, bytes]:
    is_elsewhere = bool(inside) and not any(is_inside(file.path, path) for path in inside)
    return is_elsewhere, _STATUS_ORDER[file.status], file.path
