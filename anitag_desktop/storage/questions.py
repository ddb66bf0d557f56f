"""Questions: which pictures to ask about, out of what models said of them.

Every function takes a reading connection of the library, which sees the index as ``idx``. Pictures
are whole ones, by the ids of their subjects in index.db; of regions nothing is asked.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from anitag_desktop.domain.question import FULLY_REVIEWED, NOT_FOR_TRAINING
from anitag_desktop.storage import log, tags
from anitag_desktop.storage.plain_rows import PlainRow, plain_rows

NOTE = "question.note"
"""The command that notes of a question that it was answered (``asked``; ``lot``: it was drawn by
lot) or that its label is settled (``kept``). Of answers it notes whether what held was right."""

_ANSWERED = ("asked", "lot")


class Scored(NamedTuple):
    """That a model (its id in index.db) scored a tag; ``number`` is the tag's in index.db."""

    model: int
    number: int
    uid: str


class Asked(NamedTuple):
    """Which scores to look at: of a model's tag, and of the tag that it counts as."""

    model: int
    number: int
    root: int


class Found(NamedTuple):
    """A picture that has a score."""

    subject: int
    score: int


class Pictured(NamedTuple):
    """A present picture: its id in library.db and its sha256."""

    image_id: int
    sha256: str


def scored_tags(conn: Connection, models: Iterable[int]) -> list[Scored]:
    """Return which tags these models scored on any picture."""
    return [Scored(*row) for row in plain_rows(conn, _SCORED, (json.dumps(list(models)),))]


def totals(conn: Connection) -> dict[int, int]:
    """Return on how many pictures each tag (its id in index.db) is."""
    return dict(plain_rows(conn, "SELECT tag_id, count(*) FROM idx.image_tags GROUP BY tag_id"))


def spoken_of(conn: Connection) -> dict[str, int]:
    """Return of how many pictures the user said something, by tag (uid)."""
    return dict(plain_rows(conn, _SPOKEN_OF))


def above(conn: Connection, asked: Asked, score: int, limit: int) -> list[Found]:
    """Return pictures that nobody spoke of, scored so or more, the lowest first."""
    return [Found(*row) for row in plain_rows(conn, _ABOVE, (*asked, score, limit))]


def below(conn: Connection, asked: Asked, score: int, limit: int) -> list[Found]:
    """Return pictures that nobody spoke of, scored less, the highest first."""
    return [Found(*row) for row in plain_rows(conn, _BELOW, (*asked, score, limit))]


def present(conn: Connection, subjects: Iterable[int]) -> dict[int, Pictured]:
    """Return those of the pictures that are there to be looked at."""
    rows = plain_rows(conn, _PRESENT, (json.dumps(list(subjects)),))
    return {subject: Pictured(*rest) for subject, *rest in rows}


def said(
    conn: Connection, pairs: Sequence[tuple[int, int]], models: Iterable[int]
) -> list[PlainRow]:
    """Return subject, tag, model and score for pairs of a subject and a tag (ids of index.db)."""
    return plain_rows(conn, _SAID, (json.dumps(pairs), json.dumps(list(models))))


def said_of(conn: Connection, subjects: Iterable[int], models: Iterable[int]) -> list[PlainRow]:
    """Return subject, tag, model and score of all tags of some pictures."""
    return plain_rows(conn, _SAID_OF, (json.dumps(list(subjects)), json.dumps(list(models))))


def having(
    conn: Connection, subjects: Iterable[int], numbers: Iterable[int]
) -> list[tuple[int, int]]:
    """Return subject and tag (ids of index.db) of those of the tags that pictures have."""
    asked = json.dumps(list(subjects)), json.dumps(list(numbers))
    return [(subject, number) for subject, number in plain_rows(conn, _HAVING, asked)]


def untold(conn: Connection, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return those of the pairs of a subject and a tag of which nobody spoke."""
    rows = plain_rows(conn, _OPEN, (json.dumps(list(pairs)),))
    return [(subject, number) for subject, number in rows]


def by_lot(conn: Connection, lot: str, count: int) -> list[int]:
    """Return some pictures: those whose hashes follow ``lot`` (hexadecimal digits)."""
    rows = plain_rows(conn, _BY_LOT, (lot, count))
    if len(rows) < count:
        rows += plain_rows(conn, _BY_LOT, ("", count - len(rows)))
    return list(dict.fromkeys(subject for (subject,) in rows))


def settled(conn: Connection) -> set[tuple[str, str]]:
    """Return the pictures (sha256) and tags (uid) whose labels the user looked at and keeps."""
    return set(_noted(conn, ("kept",)))


def answered(conn: Connection) -> set[tuple[str, str]]:
    """Return the pictures (sha256) and tags (uid) of the questions that the user answered."""
    return set(_noted(conn, _ANSWERED))


def by_lot_right(conn: Connection, most: int) -> list[bool]:
    """Return whether what held was right, of the last answers to questions drawn by lot."""
    every = [note["is_right"] for note in _noted(conn, ("lot",)).values() if "is_right" in note]
    return [bool(is_right) for is_right in every[-most:]]


def _noted(conn: Connection, kinds: Collection[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the notes that stand, by picture and tag, in the order in which they came last."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for note in log.commands_after(conn, 0, NOTE):
        key = note["subject"], note["tag"]["uid"]
        if note["kind"] in kinds:
            found.pop(key, None)
            if not note["is_over"]:
                found[key] = note
    return found


def note(conn: Connection, command: Mapping[str, object]) -> list[dict[str, object]]:
    """Note something of a question (the log keeps it); return what takes that back."""
    return [dict(command) | {"is_over": not command["is_over"]}]


def left_out(conn: Connection) -> set[str]:
    """Return the pictures (sha256) that nothing shall be learnt from."""
    return set(_noted_pictures(conn, NOT_FOR_TRAINING))


def fully_reviewed(conn: Connection) -> dict[str, int]:
    """Return the pictures (sha256) of which every tag was looked at, with the row of the log."""
    return _noted_pictures(conn, FULLY_REVIEWED)


def _noted_pictures(conn: Connection, name: str) -> dict[str, int]:
    row = tags.by_name(conn, name)
    return {} if row is None else dict(plain_rows(conn, _NOTED_PICTURES, (row.tag_id,)))


_SCORED = """
SELECT m.value, t.id, t.uid FROM json_each(?) m CROSS JOIN idx.tags t
WHERE EXISTS (SELECT 1 FROM idx.predictions p WHERE p.tag_id = t.id AND p.model_id = m.value)
"""
_SPOKEN_OF = """
SELECT t.uid, count(*) FROM main.verdicts v JOIN main.tags t ON t.id = v.tag_id
WHERE v.source = 'user' GROUP BY v.tag_id
"""
_NOBODY = """
NOT EXISTS (SELECT 1 FROM idx.rejected_tags r WHERE r.tag_id = {tag} AND r.image_id = s.image_id)
AND NOT EXISTS (SELECT 1 FROM idx.image_tags g WHERE g.tag_id = {tag} AND g.image_id = s.image_id
AND g.source != 'model')
"""
_OPEN = f"""
SELECT s.id, json_extract(j.value, '$[1]') FROM json_each(?) j
CROSS JOIN idx.subjects s ON s.id = json_extract(j.value, '$[0]')
WHERE {_NOBODY.format(tag="json_extract(j.value, '$[1]')")}
"""
_UNTOLD = """
SELECT p.subject_id, p.score FROM idx.predictions p
JOIN idx.subjects s ON s.id = p.subject_id
JOIN idx.images i ON i.id = s.image_id AND i.sha256 = s.uid
WHERE p.model_id = ?1 AND p.tag_id = ?2 AND p.score {compared} ?4
AND {nobody} ORDER BY p.score {way} LIMIT ?5
"""
_ABOVE = _UNTOLD.format(compared=">=", way="ASC", nobody=_NOBODY.format(tag="?3"))
_BELOW = _UNTOLD.format(compared="<", way="DESC", nobody=_NOBODY.format(tag="?3"))
_PRESENT = """
SELECT s.id, i.id, i.sha256 FROM json_each(?) j CROSS JOIN idx.subjects s ON s.id = j.value
CROSS JOIN main.images i ON i.sha256 = s.uid
WHERE EXISTS (SELECT 1 FROM main.files f WHERE f.image_id = i.id AND f.status = 'present')
"""
_SAID = """
SELECT p.subject_id, p.tag_id, p.model_id, p.score FROM json_each(?1) j CROSS JOIN json_each(?2) m
CROSS JOIN idx.predictions p ON p.subject_id = json_extract(j.value, '$[0]')
AND p.model_id = m.value AND p.tag_id = json_extract(j.value, '$[1]')
"""
_SAID_OF = """
SELECT p.subject_id, p.tag_id, p.model_id, p.score FROM json_each(?) j CROSS JOIN json_each(?) m
CROSS JOIN idx.predictions p ON p.subject_id = j.value AND p.model_id = m.value
"""
_HAVING = """
SELECT s.id, h.tag_id FROM json_each(?) j CROSS JOIN idx.subjects s ON s.id = j.value
CROSS JOIN idx.image_tags h ON h.image_id = s.image_id
WHERE h.tag_id IN (SELECT value FROM json_each(?))
"""
_BY_LOT = """
SELECT s.id FROM idx.images i CROSS JOIN idx.subjects s ON s.uid = i.sha256
WHERE i.sha256 >= ? ORDER BY i.sha256 LIMIT ?
"""
_NOTED_PICTURES = """
SELECT s.uid, v.seq FROM main.verdicts v JOIN main.subjects s ON s.id = v.subject_id
WHERE v.tag_id = ? AND v.verdict = 'confirmed' AND s.kind = 'picture'
"""
