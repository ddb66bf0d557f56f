"""Pictures and regions of which nobody said, and no model guessed, whom they show.

Those of which the user said that it is nobody (``ignored_subjects``) are left out.

Every function takes a reading connection of the library, which sees the index as ``idx``. Vectors
are given in blocks, those that came last first, so that a large library need not fit into memory.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection

from anitag_desktop.storage import head_choices, index_ids
from anitag_desktop.storage.embeddings import VectorSpace
from anitag_desktop.storage.plain_rows import plain_rows
from anitag_desktop.storage.schema import SCORE_SCALE

BLOCK = 8_192

_SURE = SCORE_SCALE // 2


class Unknown(NamedTuple):
    """A subject with its image (of library.db) and its vector (little-endian half floats)."""

    uid: str
    image_id: int
    vector: bytes


def pictures(conn: Connection, within: VectorSpace) -> Iterator[list[Unknown]]:
    """Give the present pictures without a character."""
    return _blocks(conn, within, _PICTURES, ())


def regions(conn: Connection, within: VectorSpace) -> Iterator[list[Unknown]]:
    """Give the regions that the user neither named nor rejected, and that no head is sure of."""
    head = head_choices.in_use(conn)
    numbers = {} if head is None else index_ids.model_ids(conn, [head.key])
    return _blocks(conn, within, _REGIONS, (next(iter(numbers.values()), 0), _SURE))


def _blocks(
    conn: Connection, within: VectorSpace, sql: str, more: tuple[int, ...]
) -> Iterator[list[Unknown]]:
    [(last,)] = plain_rows(conn, "SELECT coalesce(max(seq), 0) + 1 FROM idx.embeddings")
    while rows := plain_rows(conn, sql, (within.number, within.dim, last, BLOCK, *more)):
        last = rows[-1][0]
        yield [Unknown(*row[1:]) for row in rows]


_NOT_IGNORED = """
NOT EXISTS (SELECT 1 FROM main.subjects n JOIN main.ignored_subjects g ON g.subject_id = n.id
WHERE n.uid = s.uid)
"""
# Character tags first: of a list with a hundred thousand names few are on any picture.
_PICTURES = f"""
WITH known AS (
    SELECT DISTINCT h.image_id FROM main.tags t CROSS JOIN idx.tags x ON x.uid = t.uid
    CROSS JOIN idx.image_tags h ON h.tag_id = x.id WHERE t.category = 'character')
SELECT e.seq, s.uid, i.id, e.vector FROM idx.embeddings e
JOIN idx.subjects s ON s.id = e.subject_id
JOIN main.images i ON i.sha256 = s.uid
WHERE e.model_id = ?1 AND e.dim = ?2 AND length(e.vector) = 2 * ?2 AND e.seq < ?3
AND s.image_id NOT IN (SELECT image_id FROM known) AND {_NOT_IGNORED}
AND EXISTS (SELECT 1 FROM main.files f WHERE f.image_id = i.id AND f.status = 'present')
ORDER BY e.seq DESC LIMIT ?4
"""
_REGIONS = f"""
SELECT e.seq, s.uid, i.id, e.vector FROM idx.embeddings e
JOIN idx.subjects s ON s.id = e.subject_id
JOIN idx.images x ON x.id = s.image_id AND x.sha256 <> s.uid
JOIN main.images i ON i.sha256 = x.sha256
WHERE e.model_id = ?1 AND e.dim = ?2 AND length(e.vector) = 2 * ?2 AND e.seq < ?3
AND EXISTS (SELECT 1 FROM main.files f WHERE f.image_id = i.id AND f.status = 'present')
AND {_NOT_IGNORED}
AND NOT EXISTS (
    SELECT 1 FROM main.subjects u WHERE u.uid = s.uid AND (u.is_rejected = 1 OR EXISTS (
        SELECT 1 FROM main.verdicts v JOIN main.tags t ON t.id = v.tag_id
        WHERE v.subject_id = u.id AND v.verdict = 'confirmed' AND t.category = 'character')))
AND NOT EXISTS (
    SELECT 1 FROM idx.predictions p
    WHERE p.subject_id = s.id AND p.model_id = ?5 AND p.score >= ?6)
ORDER BY e.seq DESC LIMIT ?4
"""
