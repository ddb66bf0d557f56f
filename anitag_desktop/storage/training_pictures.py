"""Pictures as training needs them: where they lie, what they look like, what models said of them.

Every function takes a reading connection of the library, which sees the index as ``idx``.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import index_ids
from anitag_desktop.storage.plain_rows import plain_rows
from anitag_desktop.storage.schema import SCORE_SCALE


class PresentPicture(NamedTuple):
    """A present picture with one of its files; ``phash`` is read as signed."""

    sha256: str
    phash: int
    width: int
    height: int
    size: int
    path: str


def named(conn: Connection, hashes: Iterable[str]) -> list[PresentPicture]:
    """Return those of the pictures (sha256) that are present, by hash."""
    return _pictures(conn, _NAMED, (json.dumps(sorted(hashes)),))


def first(conn: Connection, count: int) -> list[PresentPicture]:
    """Return at most so many present pictures: always the same, and spread over all."""
    return _pictures(conn, _FIRST, (count,))


def answers(
    conn: Connection, hashes: Iterable[str], keys: Sequence[ModelKey]
) -> Mapping[str, Mapping[str, float]]:
    """Return what these models said of pictures: scores of 0.05 and more by tag name, by sha256."""
    numbers = list(index_ids.model_ids(conn, keys).values())
    asked = json.dumps(sorted(hashes)), json.dumps(numbers)
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for sha256, name, score in plain_rows(conn, _ANSWERS, asked):
        found[sha256][name] = score / SCORE_SCALE
    return found


def _pictures(conn: Connection, sql: str, values: tuple[object, ...]) -> list[PresentPicture]:
    rows = plain_rows(conn, sql, values)
    return [PresentPicture(*row)._replace(path=os.fsdecode(row[-1])) for row in rows]


_FACTS = (
    "SELECT i.sha256, i.phash, i.width, i.height, i.bytes, "
    "(SELECT min(f.path) FROM main.files f WHERE f.image_id = i.id AND f.status = 'present') p"
)
_NAMED = (
    f"{_FACTS} FROM json_each(?) j CROSS JOIN main.images i ON i.sha256 = j.value "
    "WHERE p IS NOT NULL ORDER BY i.sha256"
)
_FIRST = f"{_FACTS} FROM main.images i WHERE p IS NOT NULL ORDER BY i.sha256 LIMIT ?"
_ANSWERS = """
SELECT s.uid, t.name, max(p.score) FROM json_each(?1) j
CROSS JOIN idx.subjects s ON s.uid = j.value
CROSS JOIN json_each(?2) m CROSS JOIN idx.predictions p
ON p.subject_id = s.id AND p.model_id = m.value
JOIN idx.tags x ON x.id = p.tag_id JOIN main.tags t ON t.uid = x.uid
GROUP BY s.uid, t.name ORDER BY s.uid, t.name
"""
