"""What tells whether pictures show the same: read for all that are present, in one statement."""

from typing import NamedTuple

from sqlalchemy import Connection

from anitag_desktop.storage.id_sets import listed


class Shown(NamedTuple):
    """What a present picture shows, and how good it is; ``phash`` is read as signed."""

    image_id: int
    pixel_hash: str
    phash: int
    pixels: int
    size: int
    added_at: float


def present(conn: Connection) -> list[Shown]:
    """Return every present picture, by id."""
    return [Shown(*row) for row in listed(conn, _PRESENT)]


_PRESENT = (
    "SELECT id, pixel_hash, phash, width * height, bytes, added_at FROM main.images i "
    "WHERE EXISTS (SELECT 1 FROM main.files f WHERE f.image_id = i.id AND f.status = 'present') "
    "ORDER BY id"
)
