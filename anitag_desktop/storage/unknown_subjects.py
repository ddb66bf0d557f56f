"""Pictures and regions of which nobody said, and no model guessed, whom they show.

Every function takes a reading connection of the library, which sees the index as ``idx``.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import index_ids, settings
from anitag_desktop.storage.embeddings import VectorSpace
from anitag_desktop.storage.plain_rows import plain_rows

_IGNORED = "ignored_unknown"
"""The setting that names the subjects which show nobody to be named."""


class Unknown(NamedTuple):
    """A subject with its image (of library.db) and its vector (little-endian half floats)."""

    uid: str
    image_id: int
    vector: bytes


def pictures(conn: Connection, within: VectorSpace) -> list[Unknown]:
    """Return the present pictures without a character, by hash; ignored ones are left out."""
    rows = plain_rows(conn, _PICTURES, (within.number, within.dim))
    ignored = set(settings.get(conn, _IGNORED, []))
    return [Unknown(*row) for row in rows if row[0] not in ignored]


def regions(conn: Connection, model: ModelKey) -> list[Unknown]:
    """Return the regions that an embedder looked at and the user neither named nor rejected."""
    numbers = index_ids.model_ids(conn, [model])
    if not numbers:
        return []
    rows = plain_rows(conn, _REGIONS, (numbers[model],))
    ignored = set(settings.get(conn, _IGNORED, []))
    return [Unknown(*row) for row in rows if row[0] not in ignored]


def ignore_command(conn: Connection, uids: Iterable[str]) -> dict[str, Any]:
    """Return the command that lets subjects be asked about no more."""
    value = sorted({*settings.get(conn, _IGNORED, []), *uids})
    return {"op": "setting.put", "name": _IGNORED, "value": value}


# Character tags first: of a list with a hundred thousand names few are on any picture.
_PICTURES = """
WITH known AS (
    SELECT DISTINCT h.image_id FROM main.tags t CROSS JOIN idx.tags x ON x.uid = t.uid
    CROSS JOIN idx.image_tags h ON h.tag_id = x.id WHERE t.category = 'character')
SELECT s.uid, i.id, e.vector FROM idx.embeddings e
JOIN idx.subjects s ON s.id = e.subject_id
JOIN main.images i ON i.sha256 = s.uid
WHERE e.model_id = ?1 AND e.dim = ?2 AND length(e.vector) = 2 * ?2
AND s.image_id NOT IN (SELECT image_id FROM known)
AND EXISTS (SELECT 1 FROM main.files f WHERE f.image_id = i.id AND f.status = 'present')
ORDER BY s.uid
"""
_REGIONS = """
SELECT s.uid, i.id, e.vector FROM idx.embeddings e
JOIN idx.subjects s ON s.id = e.subject_id
JOIN idx.images x ON x.id = s.image_id AND x.sha256 <> s.uid
JOIN main.images i ON i.sha256 = x.sha256
WHERE e.model_id = ?1
AND EXISTS (SELECT 1 FROM main.files f WHERE f.image_id = i.id AND f.status = 'present')
AND NOT EXISTS (
    SELECT 1 FROM main.subjects u WHERE u.uid = s.uid AND (u.is_rejected = 1 OR EXISTS (
        SELECT 1 FROM main.verdicts v JOIN main.tags t ON t.id = v.tag_id
        WHERE v.subject_id = u.id AND v.verdict = 'confirmed' AND t.category = 'character')))
ORDER BY s.uid
"""
