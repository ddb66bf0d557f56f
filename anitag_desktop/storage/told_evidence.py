"""What the user said of tags, picture by picture: what a personal head is learnt from.

Every function takes a reading connection of the library, which sees the index as ``idx``.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.question import NOTES
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.storage import closure, implications, index_ids, models, questions, tags
from anitag_desktop.storage.embeddings import VectorSpace
from anitag_desktop.storage.plain_rows import plain_rows
from anitag_desktop.storage.subjects import image_sha256

Told = Mapping[Tag, Mapping[str, bool]]
"""By tag and picture (sha256) whether the user says that the picture has it."""


class Vector(NamedTuple):
    """A subject's vector (little-endian half floats); ``number`` is the subject's in index.db."""

    number: int
    vector: bytes


def read(conn: Connection) -> Told:
    """Return all that the user said of whole pictures, by the tags that names count as now.

    Left out are ratings (only the highest counts), deleted tags, those that no model may give, and
    pictures that nothing shall be learnt from.
    """
    return _told(conn, "user")[0]


def with_denials(conn: Connection) -> Told:
    """Return what ``read`` does, and what fully reviewed pictures lack.

    That is every tag of which the user had spoken by then, and not of that picture.
    """
    found, since = _told(conn, "user")
    _deny(conn, found, since)
    return found


def of_parts(conn: Connection) -> Told:
    """Return which pictures have what the user confirmed on their regions.

    Left out is what ``read`` leaves out, and regions that the user rejected.
    """
    silenced, left_out = {*models.silenced(conn), *NOTES}, questions.left_out(conn)
    rows = plain_rows(conn, _OF_PARTS)
    counts_as = tags.canonical(conn, {tag_id for _, tag_id in rows})
    found: dict[Tag, dict[str, bool]] = defaultdict(dict)
    for uid, tag_id in rows:
        row, sha256 = counts_as[tag_id], image_sha256(uid)
        if row is None or row.tag.category is TagCategory.RATING or row.tag.name in silenced:
            continue
        if sha256 not in left_out:
            found[row.tag][sha256] = True
    return found


def imported(conn: Connection) -> Told:
    """Return what lists and captions said that were imported, as ``read`` does."""
    return _told(conn, "import")[0]


def _told(conn: Connection, source: str) -> tuple[dict[Tag, dict[str, bool]], dict[Tag, int]]:
    """Return what was said, and in which row of the log each tag was first spoken of."""
    silenced, left_out = {*models.silenced(conn), *NOTES}, questions.left_out(conn)
    rows = plain_rows(conn, _VERDICTS, (source,))
    counts_as = tags.canonical(conn, {tag_id for _, tag_id, _, _ in rows})
    found: dict[Tag, dict[str, bool]] = defaultdict(dict)
    since: dict[Tag, int] = {}
    for uid, tag_id, has, seq in rows:
        row = counts_as[tag_id]
        if row is None or row.tag.category is TagCategory.RATING or row.tag.name in silenced:
            continue
        since[row.tag] = min(seq, since.get(row.tag, seq))
        if uid not in left_out:
            found[row.tag][uid] = bool(has) and found[row.tag].get(uid, True)
    return found, since


def _deny(conn: Connection, found: dict[Tag, dict[str, bool]], since: Mapping[Tag, int]) -> None:
    """Let fully reviewed pictures lack the tags that had been spoken of by then and they have not.

    Those that they have are said, and of what their tags imply nothing follows.
    """
    left_out = questions.left_out(conn)
    reviewed = {
        uid: at for uid, at in questions.fully_reviewed(conn).items() if uid not in left_out
    }
    if not reviewed:
        return
    implied = _implied(conn, found, reviewed)
    for tag, own in found.items():
        for uid, at in reviewed.items():
            if at > since[tag] and uid not in own and uid not in implied.get(tag.uid, ()):
                own[uid] = False


def _implied(conn: Connection, found: Told, reviewed: Iterable[str]) -> Mapping[str, set[str]]:
    """Return by tag (uid) which of the pictures have what implies it."""
    among = set(reviewed)
    numbers = {row.tag_id: uid for uid, row in tags.by_uids(conn, (t.uid for t in found)).items()}
    above = closure.above_each(conn, numbers)
    implied: dict[str, set[str]] = defaultdict(set)
    having = {
        tag.uid: {uid for uid in own if uid in among and own[uid]} for tag, own in found.items()
    }
    for child, parents in above.items():
        for parent in parents & numbers.keys():
            implied[numbers[parent]] |= having[numbers[child]]
    return implied


def support(conn: Connection, wanted: Iterable[Tag], most: int) -> Mapping[str, frozenset[str]]:
    """Return by tag (uid) at most ``most`` pictures that have it as lists and captions said.

    Left out are pictures of which the user said whether they have it, and those that nothing
    shall be learnt from.
    """
    uids = {row.tag_id: uid for uid, row in tags.by_uids(conn, (t.uid for t in wanted)).items()}
    ends = {kin: uids[tag] for tag in uids for kin in tags.kin(conn, [tag])}
    left_out = questions.left_out(conn)
    found: dict[str, set[str]] = defaultdict(set)
    for tag_id, uid in ends.items():
        rows = plain_rows(conn, _SUPPORT, (tag_id, most))
        found[uid] |= {one for (one,) in rows if one not in left_out}
    return {uid: frozenset(sorted(own)[:most]) for uid, own in found.items()}


def characters(conn: Connection) -> dict[Tag, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return who was taught: by tag what shows it, and what is like it and does not.

    Pictures by their sha256, regions by their uid; those that the user rejected are left out.
    """
    rows = plain_rows(conn, _EXAMPLES)
    counts_as = tags.canonical(conn, {tag_id for tag_id, _, _ in rows})
    found: dict[Tag, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for tag_id, uid, is_positive in rows:
        if (row := counts_as[tag_id]) is not None:
            found[row.tag][0 if is_positive else 1].append(uid)
    return {tag: (tuple(yes), tuple(no)) for tag, (yes, no) in found.items() if yes}


def wearers(conn: Connection, taught: Iterable[Tag]) -> dict[str, str]:
    """Return which of some characters (uids) are outfits of another of them: what they imply."""
    rows = {row.tag_id: uid for uid, row in tags.by_uids(conn, (t.uid for t in taught)).items()}
    pairs = sorted(
        (rows[child], rows[parent])
        for child, parent in implications.among(conn, rows)
        if child in rows and parent in rows
    )
    worn = {child for child, _ in pairs}
    # Of several the nearest: an outfit of an outfit is worn by that, and by who wears that.
    return dict(sorted(pairs, key=lambda pair: pair[1] in worn))


def scored(conn: Connection, uids: Iterable[str], keys: Sequence[ModelKey]) -> set[str]:
    """Return those of the tags (uids) that one of these models ever gave a score."""
    numbers = index_ids.known_tag_ids(conn, uids)
    of_models = list(index_ids.model_ids(conn, keys).values())
    asked = json.dumps(list(numbers.values())), json.dumps(of_models)
    known = {number for (number,) in plain_rows(conn, _SCORED, asked)}
    return {uid for uid, number in numbers.items() if number in known}


def vectors(conn: Connection, within: VectorSpace, uids: Iterable[str]) -> dict[str, Vector]:
    """Return the vectors of subjects by uid, as far as they have one."""
    asked = json.dumps(sorted(uids)), within.number, within.dim
    return {uid: Vector(*found) for uid, *found in plain_rows(conn, _VECTORS, asked)}


def vectors_in(conn: Connection, within: VectorSpace, shas: Iterable[str]) -> dict[str, Vector]:
    """Return the vectors of the regions of pictures, by the regions' uids."""
    asked = json.dumps(sorted(shas)), within.number, within.dim
    return {uid: Vector(*found) for uid, *found in plain_rows(conn, _VECTORS_IN, asked)}


def having(conn: Connection, uids: Iterable[str]) -> dict[str, set[int]]:
    """Return which pictures (their ids in index.db) have each of these tags now."""
    found: dict[str, set[int]] = {uid: set() for uid in uids}
    for uid, image in plain_rows(conn, _HAVING, (json.dumps(list(found)),)):
        found[uid].add(image)
    return found


def sample(conn: Connection, within: VectorSpace, count: int) -> list[str]:
    """Return some pictures (sha256) with a vector, spread over all by their hashes.

    The same ones as long as no picture comes or goes that is among them.
    """
    return [uid for (uid,) in plain_rows(conn, _SAMPLE, (within.number, within.dim, count))]


def sample_parts(conn: Connection, within: VectorSpace, count: int) -> list[str]:
    """Return some regions (uids) with a vector, as ``sample`` does pictures."""
    return [uid for (uid,) in plain_rows(conn, _SAMPLE_PARTS, (within.number, within.dim, count))]


_VERDICTS = """
SELECT s.uid, v.tag_id, v.verdict = 'confirmed', v.seq FROM main.verdicts v
JOIN main.subjects s ON s.id = v.subject_id WHERE v.source = ? AND s.kind = 'picture'
ORDER BY v.tag_id, v.seq
"""
# Hashes are spread evenly: the first ones are any.
_SUPPORT = """
SELECT s.uid FROM main.verdicts v JOIN main.subjects s ON s.id = v.subject_id
WHERE v.tag_id = ? AND v.source = 'import' AND v.verdict = 'confirmed' AND s.kind = 'picture'
AND NOT EXISTS (SELECT 1 FROM main.verdicts u WHERE u.subject_id = v.subject_id
AND u.tag_id = v.tag_id AND u.source = 'user') ORDER BY s.uid LIMIT ?
"""
_OF_PARTS = """
SELECT s.uid, v.tag_id FROM main.verdicts v JOIN main.subjects s ON s.id = v.subject_id
WHERE v.source = 'user' AND v.verdict = 'confirmed' AND s.kind = 'region' AND s.is_rejected = 0
ORDER BY s.uid
"""
_EXAMPLES = """
SELECT c.tag_id, s.uid, e.is_positive FROM main.character_examples e
JOIN main.characters c ON c.id = e.character_id JOIN main.subjects s ON s.id = e.subject_id
WHERE s.is_rejected = 0 ORDER BY s.uid
"""
_SCORED = """
SELECT t.value FROM json_each(?) t WHERE EXISTS (SELECT 1 FROM idx.predictions p
JOIN json_each(?) m ON p.model_id = m.value WHERE p.tag_id = t.value)
"""
_VECTORS = """
SELECT s.uid, s.id, e.vector FROM json_each(?) j CROSS JOIN idx.subjects s ON s.uid = j.value
JOIN idx.embeddings e ON e.subject_id = s.id AND e.model_id = ? WHERE e.dim = ?
"""
_VECTORS_IN = """
SELECT s.uid, s.id, e.vector FROM json_each(?) j CROSS JOIN idx.images i ON i.sha256 = j.value
CROSS JOIN idx.subjects s ON s.image_id = i.id AND s.uid <> i.sha256
JOIN idx.embeddings e ON e.subject_id = s.id AND e.model_id = ? WHERE e.dim = ?
"""
_HAVING = """
SELECT t.uid, h.image_id FROM json_each(?) j CROSS JOIN idx.tags t ON t.uid = j.value
JOIN idx.image_tags h ON h.tag_id = t.id
"""
_SAMPLE = """
SELECT i.sha256 FROM idx.images i CROSS JOIN idx.subjects s ON s.uid = i.sha256
CROSS JOIN idx.embeddings e ON e.subject_id = s.id AND e.model_id = ?
WHERE e.dim = ? ORDER BY i.sha256 LIMIT ?
"""
_SAMPLE_PARTS = """
SELECT s.uid FROM idx.images i CROSS JOIN idx.subjects s ON s.image_id = i.id AND s.uid <> i.sha256
CROSS JOIN idx.embeddings e ON e.subject_id = s.id AND e.model_id = ?
WHERE e.dim = ? ORDER BY i.sha256, s.uid LIMIT ?
"""
