"""Verdicts: what stands of the log, one row for each subject, tag and source.

Everything is set-based: 10,000 pictures cost a handful of statements, and taking such a change
back costs as much.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, Row, text

from anitag_desktop import __version__
from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import log
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.notes import note, note_stale
from anitag_desktop.storage.plain_rows import plain_rows
from anitag_desktop.storage.schema import SCORE_SCALE
from anitag_desktop.storage.selection import as_json


class Seen(NamedTuple):
    """What a model said when the user decided; ``score`` (0 to 1) None: under the floor."""

    model: ModelKey
    score: float | None


class Decision(NamedTuple):
    """What is said about a tag on a subject; None takes back what was said."""

    subject_id: int
    tag_id: int
    verdict: Verdict | None
    seen: Seen | None = None


_Saying = tuple[int, Verdict | None, ModelKey | None]
"""A decision without its subject and the score that was seen."""


class LogRange(NamedTuple):
    """The rows of the log from ``first`` to ``last``, both included."""

    first: int
    last: int

    def __bool__(self) -> bool:
        """Whether there is any row."""
        return self.last >= self.first


class Statement(NamedTuple):
    """A standing verdict."""

    image_id: int
    tag_id: int
    verdict: str
    source: str


def decide(doing: Doing, decisions: Iterable[Decision], source: Source) -> LogRange:
    """Log the decisions that change anything, and let them stand.

    Of ratings a source confirms one at most: confirming another takes the first one back.
    """
    _want_nothing(doing.conn)
    alike: dict[_Saying, dict[int, int | None]] = defaultdict(dict)  # mostly the same of many
    for subject_id, tag_id, verdict, seen in decisions:
        model, score = seen or (None, None)
        stored = None if score is None else round(score * SCORE_SCALE)
        alike[tag_id, verdict, model][subject_id] = stored
    rows = [(*_wanted(saying, source), json.dumps(scores)) for saying, scores in alike.items()]
    cursor = doing.conn.connection.cursor()
    cursor.executemany(_WANT, rows)
    cursor.close()
    doing.conn.execute(text(_WANT_NO_OTHER_RATING))
    return _log_wanted(doing)


def revert(doing: Doing, done: LogRange) -> LogRange:
    """Log the opposite of a range of the log, so that what stood before it stands again."""
    _want_nothing(doing.conn)
    doing.conn.execute(text(_WANT_PREVIOUS), {"first": done.first, "last": done.last})
    return _log_wanted(doing)


def clear_tag(doing: Doing, tag_id: int) -> LogRange:
    """Take back everything that was ever said about a tag."""
    _want_nothing(doing.conn)
    doing.conn.execute(text(_WANT_TAG_CLEARED), {"tag": tag_id})
    return _log_wanted(doing)


def fold(conn: Connection, done: LogRange) -> None:
    """Let a new range of the log stand in ``verdicts``, and note what became stale."""
    _stand(conn, done, _LAST_OF_RANGE)


def _stand(conn: Connection, done: LogRange, rows: str) -> None:
    """Let the ``rows`` of a range stand, no two of which are about the same."""
    if not done:
        return
    parameters = {"first": done.first, "last": done.last}
    for statement in (_TAKE_BACK, _LET_STAND):
        conn.execute(text(statement.format(rows=rows)), parameters)
    images = frozenset(image for (image,) in plain_rows(conn, _IMAGES_OF_RANGE, done))
    tags = frozenset(conn.execute(text(_TAGS_OF_RANGE), parameters).scalars())
    note(conn, images=images)
    note_stale(conn, images, tags)


def of_images(conn: Connection, image_ids: Iterable[int]) -> list[Statement]:
    """Return the standing verdicts about whole pictures."""
    sql = f"SELECT s.image_id, v.tag_id, v.verdict, v.source FROM {_ABOUT_IMAGES}"
    return [Statement(*row) for row in plain_rows(conn, sql, (as_json(image_ids)["values"],))]


def said_of_images(
    conn: Connection, image_ids: Iterable[int], tag_ids: Iterable[int] | None = None
) -> dict[str, str]:
    """Return by sha256 what stands about whole pictures, in a text that ``read_said`` reads.

    Mostly the same is said of many: equal texts say the same.
    """
    return _said(conn, _ABOUT_IMAGES, as_json(image_ids)["values"], tag_ids)


def said_of_regions(
    conn: Connection, uids: Iterable[str], tag_ids: Iterable[int] | None = None
) -> dict[str, str]:
    """Return by uid what stands about regions; see ``said_of_images``."""
    return _said(conn, _ABOUT_REGIONS, as_json(uids)["values"], tag_ids)


def read_said(said: str) -> list[tuple[int, Verdict, Source]]:
    """Return tags with verdict and source."""
    parts = (one.split() for one in said.split(",") if one)
    return [(int(tag), Verdict(verdict), Source(source)) for tag, verdict, source in parts]


def differences_from_log(conn: Connection) -> list[Row[tuple[int, int, str]]]:
    """Return the keys whose standing verdict is not what the log says; empty when all is well."""
    return list(conn.execute(text(_DIFFERENCES)))


def _said(
    conn: Connection, about: str, subjects: str, tag_ids: Iterable[int] | None
) -> dict[str, str]:
    among = "" if tag_ids is None else _OF_THESE_TAGS
    values = (subjects,) if tag_ids is None else (subjects, as_json(tag_ids)["values"])
    return dict(plain_rows(conn, f"{_SAID} {about} {among} GROUP BY s.id", values))


def _wanted(saying: _Saying, source: Source) -> tuple[object, ...]:
    tag_id, verdict, model = saying
    key = (None, None) if model is None else (model.model_id, model.revision)
    return tag_id, source.value, verdict and verdict.value, *key


def _want_nothing(conn: Connection) -> None:
    conn.exec_driver_sql(_WANTED)
    conn.exec_driver_sql("DELETE FROM temp.wanted")


def _log_wanted(doing: Doing) -> LogRange:
    first = log.last_seq(doing.conn) + 1
    parameters = {"action": doing.action_id, "at": doing.at, "version": __version__}
    doing.conn.execute(text(_LOG_WANTED), parameters)
    done = LogRange(first, log.last_seq(doing.conn))
    _stand(doing.conn, done, _RANGE)
    return done


_SAID = """
SELECT s.uid, group_concat(v.tag_id || ' ' || v.verdict || ' ' || v.source) FROM
"""

_ABOUT_IMAGES = """
main.subjects s JOIN main.verdicts v ON v.subject_id = s.id
WHERE s.kind = 'picture' AND s.image_id IN (SELECT value FROM json_each(?))
"""

_ABOUT_REGIONS = """
json_each(?) j CROSS JOIN main.subjects s ON s.uid = j.value
JOIN main.verdicts v ON v.subject_id = s.id WHERE 1
"""

_OF_THESE_TAGS = " AND v.tag_id IN (SELECT value FROM json_each(?))"

_WANTED = """
CREATE TEMP TABLE IF NOT EXISTS wanted (
    subject_id INTEGER, tag_id INTEGER, source TEXT, verdict TEXT,
    model_id TEXT, revision TEXT, score INTEGER,
    PRIMARY KEY (subject_id, tag_id, source))
"""

_WANT = """
INSERT OR REPLACE INTO temp.wanted (tag_id, source, verdict, model_id, revision, score, subject_id)
SELECT ?, ?, ?, ?, ?, value, CAST(key AS INTEGER) FROM json_each(?)
"""

_WANT_NO_OTHER_RATING = """
INSERT OR IGNORE INTO temp.wanted
SELECT v.subject_id, v.tag_id, v.source, NULL, NULL, NULL, NULL
FROM temp.wanted w
JOIN tags wanted_tag ON wanted_tag.id = w.tag_id AND wanted_tag.category = 'rating'
JOIN verdicts v ON v.subject_id = w.subject_id AND v.source = w.source
JOIN tags other ON other.id = v.tag_id AND other.category = 'rating'
WHERE w.verdict = 'confirmed' AND v.verdict = 'confirmed'
"""

# SQLite takes ``previous`` from the row that has the smallest seq.
_WANT_PREVIOUS = """
INSERT INTO temp.wanted
SELECT subject_id, tag_id, source, previous, NULL, NULL, NULL FROM (
    SELECT subject_id, tag_id, source, previous, min(seq) FROM log
    WHERE op = 'verdict' AND seq BETWEEN :first AND :last
    GROUP BY subject_id, tag_id, source)
"""

_WANT_TAG_CLEARED = """
INSERT INTO temp.wanted
SELECT subject_id, tag_id, source, NULL, NULL, NULL, NULL FROM verdicts WHERE tag_id = :tag
"""

_LOG_WANTED = """
INSERT INTO log (action_id, op, subject_id, tag_id, verdict, previous, source,
                 model_id, revision, score, at, version)
SELECT :action, 'verdict', w.subject_id, w.tag_id, w.verdict, v.verdict, w.source,
       w.model_id, w.revision, w.score, :at, :version
FROM temp.wanted w
LEFT JOIN verdicts v USING (subject_id, tag_id, source)
WHERE w.verdict IS NOT v.verdict
ORDER BY w.rowid
"""

_RANGE = """
SELECT subject_id, tag_id, source, verdict, seq FROM log
WHERE op = 'verdict' AND seq BETWEEN :first AND :last
"""

_LAST_OF_RANGE = """
SELECT subject_id, tag_id, source, verdict, max(seq) AS seq FROM log
WHERE op = 'verdict' AND seq BETWEEN :first AND :last
GROUP BY subject_id, tag_id, source
"""

_TAKE_BACK = """
DELETE FROM verdicts WHERE (subject_id, tag_id, source) IN (
    SELECT subject_id, tag_id, source FROM ({rows}) WHERE verdict IS NULL)
"""

_LET_STAND = """
INSERT INTO verdicts (subject_id, tag_id, source, verdict, seq)
SELECT subject_id, tag_id, source, verdict, seq FROM ({rows})
WHERE verdict IS NOT NULL
ON CONFLICT DO UPDATE SET verdict = excluded.verdict, seq = excluded.seq
"""

_IMAGES_OF_RANGE = """
SELECT DISTINCT image_id FROM log JOIN subjects ON subjects.id = log.subject_id
WHERE op = 'verdict' AND seq BETWEEN ? AND ? AND image_id IS NOT NULL
"""

_TAGS_OF_RANGE = """
SELECT DISTINCT tag_id FROM log WHERE op = 'verdict' AND seq BETWEEN :first AND :last
"""

_DIFFERENCES = """
WITH told AS (
    SELECT subject_id, tag_id, source, verdict, max(seq) AS seq FROM log
    WHERE op = 'verdict' GROUP BY subject_id, tag_id, source),
standing AS (SELECT subject_id, tag_id, source, verdict, seq FROM told WHERE verdict IS NOT NULL)
SELECT subject_id, tag_id, source FROM (
    SELECT * FROM (SELECT * FROM standing EXCEPT
                   SELECT subject_id, tag_id, source, verdict, seq FROM verdicts)
    UNION
    SELECT * FROM (SELECT subject_id, tag_id, source, verdict, seq FROM verdicts EXCEPT
                   SELECT * FROM standing))
"""
