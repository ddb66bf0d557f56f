"""What tells whether pictures show the same: read for many of them in one statement."""

import os
from typing import NamedTuple

from sqlalchemy import Connection

from anitag_desktop.storage import embeddings
from anitag_desktop.storage.id_sets import listed
from anitag_desktop.storage.selection import as_json


class Shown(NamedTuple):
    """What a present picture shows, and how good it is; ``phash`` is read as signed."""

    image_id: int
    pixel_hash: str
    phash: int
    pixels: int
    size: int
    added_at: float

    @property
    def rank(self) -> tuple[float, ...]:
        """What sorts the best picture first: the largest, the least compressed, the oldest here."""
        return -self.pixels, -self.size, self.added_at, self.image_id


def present(conn: Connection) -> list[Shown]:
    """Return every present picture, by id."""
    return [Shown(*row) for row in listed(conn, _PRESENT)]


def copied(conn: Connection) -> dict[int, list[str]]:
    """Return the present pictures that lie in several files, with the paths of those, by id."""
    paths: dict[int, list[str]] = {}
    for image_id, path in listed(conn, _COPIED):
        paths.setdefault(image_id, []).append(os.fsdecode(path))
    return paths


def vectors(conn: Connection, image_ids: list[int]) -> dict[int, bytes]:
    """Return the vectors (half floats) of pictures that have one, all of one model."""
    space = embeddings.space(conn)
    if space is None:
        return {}
    given = as_json(image_ids)["values"]
    return dict(listed(conn, _VECTORS, (given, space.number, space.dim, 2 * space.dim)))


_PRESENT = (
    "SELECT id, pixel_hash, phash, width * height, bytes, added_at FROM main.images i "
    "WHERE EXISTS (SELECT 1 FROM main.files f WHERE f.image_id = i.id AND f.status = 'present') "
    "ORDER BY id"
)
_COPIED = (
    "SELECT f.image_id, f.path FROM main.files f WHERE f.status = 'present' AND f.image_id IN ("
    "SELECT image_id FROM main.files WHERE status = 'present' AND image_id IS NOT NULL "
    "GROUP BY image_id HAVING count(*) > 1) ORDER BY f.image_id, f.path"
)
_VECTORS = (
    "SELECT i.id, e.vector FROM json_each(?) j CROSS JOIN main.images i ON i.id = j.value "
    "JOIN idx.subjects s ON s.uid = i.sha256 JOIN idx.embeddings e ON e.subject_id = s.id "
    "WHERE e.model_id = ? AND e.dim = ? AND length(e.vector) = ?"
)
