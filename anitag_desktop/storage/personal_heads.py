"""Personal heads: scoring pictures and their parts with one.

What a head says are predictions under a key of its own, so going back to an earlier head costs no
calculation. Its file is found by ``head_files``; which one counts is in ``head_choices``.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from anitag_desktop.domain.prediction import SCORE_FLOOR, ModelKey
from anitag_desktop.learning.faces import Faces
from anitag_desktop.learning.head import PersonalHead
from anitag_desktop.learning.space import Floats
from anitag_desktop.storage import head_files, index_ids
from anitag_desktop.storage.head_choices import HeadInUse, in_use
from anitag_desktop.storage.models import active
from anitag_desktop.storage.plain_rows import plain_rows
from anitag_desktop.storage.schema import SCORE_SCALE
from anitag_desktop.storage.subjects import is_part
from anitag_desktop.storage.vector_portions import halves

_AT_ONCE = 4_096


class Side(NamedTuple):
    """What a head says of whole pictures, or of parts of them, on the vectors of which model.

    ``scores`` gives a score (subject, tag) to subjects (ids in index.db) with these vectors.
    """

    model: ModelKey
    dim: int
    are_parts: bool
    uids: Sequence[str]
    scores: Callable[[Connection, Sequence[int], Floats], Floats]


def sides(use: HeadInUse, head: PersonalHead, base: Sequence[ModelKey]) -> list[Side]:
    """Return of what a head speaks; ``base`` are the models whose scores it starts from."""
    of_whole = partial(_scores_of_whole, head, base)
    found = [Side(use.model, len(head.space.middle), False, head.uids, of_whole)]
    if head.faces is not None and use.faces is not None:
        faces, dim = head.faces, len(head.faces.space.middle)
        of_parts = partial(_scores_of_parts, faces)
        found.append(Side(use.faces.model, dim, True, faces.characters, of_parts))
    return found


def _scores_of_whole(
    head: PersonalHead,
    base: Sequence[ModelKey],
    index: Connection,
    subjects: Sequence[int],
    vectors: Floats,
) -> Floats:
    return head.scores(vectors, said_of(index, base, subjects, head.tags.heard))


def _scores_of_parts(
    faces: Faces, _index: Connection, _subjects: Sequence[int], vectors: Floats
) -> Floats:
    return faces.scores(vectors)


def score(index: Connection, use: HeadInUse, side: Side, looked_at: Mapping[int, bytes]) -> None:
    """Keep what a head says of pictures, or parts of them, in place of what it said before.

    ``looked_at`` has their vectors by the subjects' ids in index.db. A run is recorded even if
    nothing was found.
    """
    if not looked_at:
        return
    subjects = list(looked_at)
    vectors = halves(b"".join(looked_at.values()), side.dim).astype(np.float32)
    found_scores = side.scores(index, subjects, vectors)
    scores = np.rint(found_scores * SCORE_SCALE).astype(np.int64)
    number = index_ids.model_id(index, use.key)
    tags = index_ids.tag_ids(index, side.uids)
    columns = np.array([tags[uid] for uid in side.uids], np.int64)
    rows, places = np.nonzero(scores >= SCORE_FLOOR * SCORE_SCALE)
    numbers = np.array(subjects, np.int64)[rows].tolist()
    found = zip(numbers, columns[places].tolist(), scores[rows, places].tolist(), strict=True)
    _put(index, number, subjects, found)


def score_new(
    library: Connection,
    index: Connection,
    folder: Path,
    looked: Iterable[tuple[str, ModelKey]],
) -> None:
    """Let the head that speaks say its word on subjects (uids) that models just looked at.

    Its vectors come from one model; of pictures that only another looked at now, they are there
    already, but what it starts from may have changed. While that model is not in use the head is
    silent, and what it said stays, for when that model is used again.
    """
    use, base = in_use(library), active(library)
    if use is None or use.model not in base:
        return
    head = head_files.load(folder, use.revision)
    if head is None:
        return
    seen = list(looked)
    for side in sides(use, head, base):
        givers = (side.model,) if side.are_parts else base
        own = {uid for uid, model in seen if model in givers and is_part(uid) == side.are_parts}
        score(index, use, side, _vectors_of(index, side, own))


def _vectors_of(index: Connection, side: Side, uids: Iterable[str]) -> dict[int, bytes]:
    numbers = index_ids.subject_ids(index, uids)
    among = json.dumps(list(numbers.values()))
    asked = among, index_ids.model_id(index, side.model), side.dim
    return dict(plain_rows(index, _VECTORS_OF, asked))


def score_missing(index: Connection, use: HeadInUse, side: Side) -> list[str]:
    """Score some subjects that the head has not scored; return the hashes of their pictures.

    There are few: those that came while another head spoke.
    """
    asked = index_ids.model_id(index, side.model), side.dim
    run = index_ids.model_id(index, use.key)
    rows = plain_rows(index, _MISSING, (*asked, run, _AT_ONCE, side.are_parts))
    score(index, use, side, {subject: vector for subject, _, vector in rows})
    return [sha256 for _, sha256, _ in rows]


def score_next(index: Connection, use: HeadInUse, side: Side, after: int) -> tuple[int, int] | None:
    """Score the next subjects that the head has not scored yet.

    ``after`` is where the call before ended, 0 for the first. Returns how many were scored and
    where it ended; None if no vector comes after.
    """
    number, run = index_ids.model_id(index, side.model), index_ids.model_id(index, use.key)
    asked = number, run, side.dim, after, _AT_ONCE, side.are_parts
    rows = plain_rows(index, _NEXT, asked)
    if not rows:
        return None
    found = {subject: vector for _, subject, vector, is_new in rows if is_new}
    score(index, use, side, found)
    return len(found), rows[-1][0]


def count(index: Connection, model: ModelKey) -> int:
    """Return how many vectors a model gave."""
    number = index_ids.model_id(index, model)
    [(found,)] = plain_rows(index, "SELECT count(*) FROM embeddings WHERE model_id = ?", (number,))
    return int(found)


def forget(index: Connection, key: ModelKey) -> None:
    """Delete all that a head said."""
    cursor = index.connection.cursor()
    for number in index_ids.model_ids(index, [key]).values():
        for table in ("predictions", "runs"):
            cursor.execute(f"DELETE FROM {table} WHERE model_id = ?", (number,))
    cursor.close()


def _put(
    index: Connection, number: int, subjects: Sequence[int], found: Iterable[tuple[int, int, int]]
) -> None:
    cursor = index.connection.cursor()
    among = json.dumps(list(subjects))
    for table in ("predictions", "runs"):
        cursor.execute(
            f"DELETE FROM {table} WHERE model_id = ? "
            "AND subject_id IN (SELECT value FROM json_each(?))",
            (number, among),
        )
    cursor.executemany(
        "INSERT INTO predictions (subject_id, tag_id, score, model_id) VALUES (?, ?, ?, ?)",
        [(subject, tag, score, number) for subject, tag, score in found],
    )
    cursor.execute(
        "INSERT INTO runs (subject_id, model_id, at) SELECT value, ?, ? FROM json_each(?)",
        (number, time.time(), among),
    )
    cursor.close()


def said_of(
    index: Connection, base: Sequence[ModelKey], subjects: Sequence[int], uids: Sequence[str]
) -> Floats:
    """Return the highest score that a model gave each subject and tag, 0 where none did."""
    found = np.zeros((len(subjects), len(uids)), np.float32)
    numbers = index_ids.known_tag_ids(index, uids)
    columns = {numbers[uid]: column for column, uid in enumerate(uids) if uid in numbers}
    models = list(index_ids.model_ids(index, base).values())
    asked = tuple(json.dumps(some) for some in (list(subjects), models, list(columns)))
    rows = {subject: row for row, subject in enumerate(subjects)}
    for subject, tag, score in plain_rows(index, _SCORES, asked):
        found[rows[subject], columns[tag]] = score / SCORE_SCALE
    return found


_SCORES = """
SELECT s.value, p.tag_id, max(p.score) FROM json_each(?) s
CROSS JOIN json_each(?) m CROSS JOIN predictions p ON p.subject_id = s.value
AND p.model_id = m.value AND p.tag_id IN (SELECT value FROM json_each(?))
GROUP BY s.value, p.tag_id
"""


_VECTORS_OF = """
SELECT e.subject_id, e.vector FROM json_each(?1) j CROSS JOIN embeddings e ON e.subject_id = j.value
AND e.model_id = ?2 WHERE e.dim = ?3 AND length(e.vector) = 2 * ?3
"""


_MISSING = """
SELECT e.subject_id, i.sha256, e.vector FROM embeddings e JOIN subjects s ON s.id = e.subject_id
JOIN images i ON i.id = s.image_id AND (i.sha256 <> s.uid) = ?5
WHERE e.model_id = ?1 AND e.dim = ?2 AND length(e.vector) = 2 * ?2 AND NOT EXISTS
(SELECT 1 FROM runs r WHERE r.subject_id = e.subject_id AND r.model_id = ?3) LIMIT ?4
"""


_NEXT = """
SELECT e.seq, e.subject_id, e.vector, r.subject_id IS NULL AND (s.uid <> i.sha256) = ?6
FROM embeddings e JOIN subjects s ON s.id = e.subject_id JOIN images i ON i.id = s.image_id
LEFT JOIN runs r ON r.subject_id = e.subject_id AND r.model_id = ?2
WHERE e.model_id = ?1 AND e.dim = ?3 AND length(e.vector) = 2 * ?3 AND e.seq > ?4
ORDER BY e.seq LIMIT ?5
"""
