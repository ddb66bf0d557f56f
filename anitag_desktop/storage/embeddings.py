"""Embeddings: the vectors that models gave pictures, read in the order in which they came.

Every function takes a reading connection of the library, which sees the index as ``idx``.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import models
from anitag_desktop.storage.id_sets import listed
from anitag_desktop.storage.selection import as_json

_BYTES = 2
"""Of a number: vectors are little-endian half floats."""


class VectorSpace(NamedTuple):
    """Whose vectors are compared: a model (``number`` in index.db) and how long they are."""

    number: int
    model: ModelKey
    dim: int


class Embedding(NamedTuple):
    """A picture's vector; ``number`` is the picture's id in index.db, ``image`` in library.db.

    ``seq`` only grows, also when a picture is looked at again; ``image`` is 0 if library.db does
    not know the picture.
    """

    seq: int
    number: int
    image: int
    vector: bytes


def space(conn: Connection) -> VectorSpace | None:
    """Return the vectors to compare: those of the first active model that gave any."""
    for key in models.active(conn):
        rows = listed(conn, _SPACE, (key.model_id, key.revision))
        if rows:
            number, dim = rows[0]
            return VectorSpace(number, key, dim)
    return None


def space_of_parts(conn: Connection, keys: Iterable[ModelKey]) -> VectorSpace | None:
    """Return the vectors of parts of pictures: those of the first of some models that gave any."""
    for key in keys:
        rows = listed(conn, _SPACE_OF_PARTS, (key.model_id, key.revision))
        if rows:
            number, dim = rows[0]
            return VectorSpace(number, key, dim)
    return None


def count_pictures(conn: Connection, model: ModelKey) -> int:
    """Return of how many whole pictures a model gave a vector."""
    [(found,)] = listed(conn, _COUNT, (model.model_id, model.revision))
    return int(found)


def count_present(conn: Connection) -> int:
    """Return how many pictures are there to be looked at."""
    [(found,)] = listed(conn, _PRESENT, ())
    return int(found)


def after(conn: Connection, within: VectorSpace, seq: int, limit: int) -> list[Embedding]:
    """Return at most ``limit`` vectors that came after ``seq``, the earliest first."""
    size = within.dim * _BYTES
    rows = listed(conn, _AFTER, (within.number, seq, within.dim, size, limit))
    return [Embedding(*row) for row in rows]


def of_seqs(conn: Connection, within: VectorSpace, seqs: list[int]) -> list[Embedding]:
    """Return vectors by their ``seq``, as far as they are still there, in the order asked for."""
    size = within.dim * _BYTES
    given = as_json(seqs)["values"]
    rows = listed(conn, _BY_SEQ, (given, within.number, within.dim, size))
    return [Embedding(*row) for row in rows]


def of_image(conn: Connection, within: VectorSpace, image_id: int) -> bytes | None:
    """Return the vector of a picture by its id in library.db, None if it has none (yet)."""
    size = within.dim * _BYTES
    rows = listed(conn, _OF_IMAGE, (image_id, within.number, within.dim, size))
    return bytes(rows[0][0]) if rows else None


_SPACE = (
    "SELECT e.model_id, e.dim FROM idx.models m JOIN idx.embeddings e ON e.model_id = m.id "
    "WHERE m.model_id = ? AND m.revision = ? ORDER BY e.seq DESC LIMIT 1"
)
_SPACE_OF_PARTS = (
    "SELECT e.model_id, e.dim FROM idx.models m JOIN idx.regions r ON r.model_id = m.id "
    "JOIN idx.embeddings e ON e.subject_id = r.subject_id AND e.model_id = m.id "
    "WHERE m.model_id = ? AND m.revision = ? LIMIT 1"
)
_COUNT = (
    "SELECT count(*) FROM idx.models m JOIN idx.embeddings e ON e.model_id = m.id "
    "JOIN idx.subjects s ON s.id = e.subject_id "
    "JOIN idx.images x ON x.id = s.image_id AND x.sha256 = s.uid "
    "WHERE m.model_id = ? AND m.revision = ?"
)
_PRESENT = "SELECT count(DISTINCT image_id) FROM main.files WHERE status = 'present'"
_COLUMNS = "SELECT e.seq, s.image_id, coalesce(i.id, 0), e.vector FROM"
_TO_LIBRARY = (
    "JOIN idx.subjects s ON s.id = e.subject_id "
    "JOIN idx.images x ON x.id = s.image_id AND x.sha256 = s.uid "  # no regions
    "LEFT JOIN main.images i ON i.sha256 = x.sha256"
)
_AFTER = (
    f"{_COLUMNS} idx.embeddings e {_TO_LIBRARY} "
    "WHERE e.model_id = ? AND e.seq > ? AND e.dim = ? AND length(e.vector) = ? "
    "ORDER BY e.seq LIMIT ?"
)
_BY_SEQ = (
    f"{_COLUMNS} json_each(?) j CROSS JOIN idx.embeddings e ON e.seq = j.value {_TO_LIBRARY} "
    "WHERE e.model_id = ? AND e.dim = ? AND length(e.vector) = ?"
)
_OF_IMAGE = (
    "SELECT e.vector FROM main.images i JOIN idx.subjects s ON s.uid = i.sha256 "
    "JOIN idx.embeddings e ON e.subject_id = s.id "
    "WHERE i.id = ? AND e.model_id = ? AND e.dim = ? AND length(e.vector) = ?"
)
