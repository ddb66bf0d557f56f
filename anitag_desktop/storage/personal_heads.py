"""Personal heads: the files they lie in, and scoring pictures with one.

A head is a file of the library's folder, named after its content and never changed. What it says
of a picture are predictions under a key of its own, so going back to an earlier head costs no
calculation. Which one counts is in ``head_choices``.
"""

import hashlib
import io
import json
import time
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import numpy as np
from sqlalchemy import Connection

from anitag_desktop.domain.prediction import SCORE_FLOOR, ModelKey
from anitag_desktop.learning.calibration import Calibration
from anitag_desktop.learning.gallery import Taught
from anitag_desktop.learning.head import PersonalHead, Tags
from anitag_desktop.learning.rows import Rows
from anitag_desktop.learning.space import Floats, Space
from anitag_desktop.storage import index_ids
from anitag_desktop.storage.files_on_disk import make_private_folder, replace_durably, touch_private
from anitag_desktop.storage.head_choices import HeadInUse, in_use
from anitag_desktop.storage.models import active
from anitag_desktop.storage.plain_rows import plain_rows
from anitag_desktop.storage.schema import SCORE_SCALE
from anitag_desktop.storage.subjects import image_sha256
from anitag_desktop.storage.vector_portions import halves

_DIGITS = 16
_AT_ONCE = 4_096
_PARTS = 9
_SUFFIX = ".head"


def save(folder: Path, head: PersonalHead) -> str:
    """Write a head into the folder of heads, unless it is there whole; return its revision.

    Raises:
        OSError: it could not be written; nothing is left of it.
    """
    content = _to_bytes(head)
    revision = hashlib.sha256(content).hexdigest()[:_DIGITS]
    path = folder / f"{revision}{_SUFFIX}"
    if load(folder, revision) is None:
        make_private_folder(folder)
        building = path.with_suffix(".part")
        building.unlink(missing_ok=True)
        touch_private(building)
        try:
            building.write_bytes(content)
            replace_durably(building, path)
        finally:
            building.unlink(missing_ok=True)
    return revision


def load(folder: Path, revision: str) -> PersonalHead | None:
    """Return a head; None if its file is not there, or is not what it was."""
    try:
        path = folder / f"{revision}{_SUFFIX}"
        return _load(path, path.stat().st_mtime_ns)
    except (OSError, ValueError):
        return None


def score(
    index: Connection,
    use: HeadInUse,
    head: PersonalHead,
    base: Sequence[ModelKey],
    looked_at: Mapping[int, bytes],
) -> None:
    """Keep what a head says of pictures in place of what it said before.

    ``looked_at`` has the vectors of the pictures by their subjects' ids in index.db, ``base`` are
    the models whose scores the head starts from. A run is recorded even if nothing was found.
    """
    if not looked_at:
        return
    subjects = list(looked_at)
    vectors = halves(b"".join(looked_at.values()), len(head.space.middle))
    said = said_of(index, base, subjects, head.tags.uids)
    scores = np.rint(head.scores(vectors.astype(np.float32), said) * SCORE_SCALE).astype(np.int64)
    number = index_ids.model_id(index, use.key)
    tags = index_ids.tag_ids(index, head.uids)
    columns = np.array([tags[uid] for uid in head.uids], np.int64)
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
    """Let the head that speaks say its word on pictures (uids) that models just looked at.

    Its vectors come from one model; of pictures that only another looked at now, they are there
    already, but what it starts from may have changed. While that model is not in use the head is
    silent, and what it said stays, for when that model is used again.
    """
    use, base = in_use(library), active(library)
    if use is None or use.model not in base:
        return
    head = load(folder, use.revision)
    if head is None:
        return
    whole = {uid for uid, model in looked if model in base and image_sha256(uid) == uid}
    numbers = index_ids.subject_ids(index, whole)
    asked = index_ids.model_id(index, use.model), len(head.space.middle)
    found: dict[int, bytes] = dict(
        plain_rows(index, _VECTORS_OF, (json.dumps(list(numbers.values())), *asked))
    )
    score(index, use, head, base, found)


def score_missing(
    index: Connection, use: HeadInUse, head: PersonalHead, base: Sequence[ModelKey]
) -> list[str]:
    """Score some pictures that the head has not scored, wherever they are; return their hashes.

    There are few: those that came while another head spoke.
    """
    asked = index_ids.model_id(index, use.model), len(head.space.middle)
    rows = plain_rows(index, _MISSING, (*asked, index_ids.model_id(index, use.key), _AT_ONCE))
    score(index, use, head, base, {subject: vector for subject, _, vector in rows})
    return [sha256 for _, sha256, _ in rows]


def score_next(
    index: Connection, use: HeadInUse, head: PersonalHead, base: Sequence[ModelKey], after: int
) -> tuple[int, int] | None:
    """Score the next pictures that the head has not scored yet.

    ``after`` is where the call before ended, 0 for the first. Returns how many were scored and
    where it ended; None if no vector comes after.
    """
    number = index_ids.model_id(index, use.model)
    asked = number, index_ids.model_id(index, use.key), len(head.space.middle), after, _AT_ONCE
    rows = plain_rows(index, _NEXT, asked)
    if not rows:
        return None
    found = {subject: vector for _, subject, vector, is_new in rows if is_new}
    score(index, use, head, base, found)
    return len(found), rows[-1][0]


def count(index: Connection, model: ModelKey) -> int:
    """Return how many vectors a model gave."""
    number = index_ids.model_id(index, model)
    [(found,)] = plain_rows(index, "SELECT count(*) FROM embeddings WHERE model_id = ?", (number,))
    return int(found)


def prune(folder: Path, most: int, kept: Container[str]) -> list[str]:
    """Delete all heads but the newest ``most`` and ``kept``; return the deleted ones."""
    files = sorted(
        folder.glob(f"*{_SUFFIX}"), key=lambda path: path.stat().st_mtime_ns, reverse=True
    )
    gone = [path for path in files[most:] if path.stem not in kept]
    for path in gone:
        with suppress(OSError):
            path.unlink()
    return [path.stem for path in gone]


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
SELECT e.subject_id, s.uid, e.vector FROM embeddings e JOIN subjects s ON s.id = e.subject_id
JOIN images i ON i.id = s.image_id AND i.sha256 = s.uid
WHERE e.model_id = ?1 AND e.dim = ?2 AND length(e.vector) = 2 * ?2 AND NOT EXISTS
(SELECT 1 FROM runs r WHERE r.subject_id = e.subject_id AND r.model_id = ?3) LIMIT ?4
"""


_NEXT = """
SELECT e.seq, e.subject_id, e.vector, r.subject_id IS NULL AND s.uid = i.sha256
FROM embeddings e JOIN subjects s ON s.id = e.subject_id JOIN images i ON i.id = s.image_id
LEFT JOIN runs r ON r.subject_id = e.subject_id AND r.model_id = ?2
WHERE e.model_id = ?1 AND e.dim = ?3 AND length(e.vector) = 2 * ?3 AND e.seq > ?4
ORDER BY e.seq LIMIT ?5
"""


@lru_cache(maxsize=4)
def _load(path: Path, _changed_at: int) -> PersonalHead:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest()[:_DIGITS] != path.stem:
        raise ValueError(f"{path} is not what it was")
    return _from_bytes(content)


def _to_bytes(head: PersonalHead) -> bytes:
    """Return a head as arrays in NumPy's own format, one behind the other, always the same way."""
    names = {
        "tags": head.tags.uids,
        "evidence": head.tags.evidence,
        "characters": head.characters,
        "wearers": [one.wearer for one in head.taught],
    }
    taught = [part for one in head.taught for part in (one.examples, one.rejected)]
    file = io.BytesIO()
    for part in (
        np.frombuffer(json.dumps(names).encode(), np.uint8),
        head.space.middle,
        np.array(head.tags.is_sure, np.bool_),
        head.tags.rows.weights,
        head.tags.rows.biases,
        np.stack(head.tags.calibration),
        np.concatenate([*taught, head.strangers[:0]]),
        np.array([len(part) for part in taught], np.int64),
        head.strangers,
    ):
        np.lib.format.write_array(file, part, allow_pickle=False)
    return file.getvalue()


def _from_bytes(content: bytes) -> PersonalHead:
    file = io.BytesIO(content)
    parts = [np.lib.format.read_array(file, allow_pickle=False) for _ in range(_PARTS)]
    text, middle, is_sure, weights, biases, calibration, taught, counts, strangers = parts
    names = json.loads(text.tobytes())
    tags = Tags(
        tuple(names["tags"]),
        tuple(names["evidence"]),
        tuple(is_sure.tolist()),
        Rows(weights, biases),
        Calibration(*calibration),
    )
    pieces = np.split(taught, np.cumsum(counts))[:-1]
    three = zip(pieces[::2], pieces[1::2], names["wearers"], strict=True)
    shown = tuple(Taught(*one) for one in three)
    return PersonalHead(Space(middle), tags, tuple(names["characters"]), shown, strangers)
