"""Inheritances: what was said of one picture and not yet of another that shows the same."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, text

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import marks, subjects
from anitag_desktop.storage.marks import Mark
from anitag_desktop.storage.schema import SCORE_SCALE
from anitag_desktop.storage.verdicts import Decision, Seen


class Inherited(NamedTuple):
    """Who said it, and the last action that stands in which it was said, if there is one."""

    action_id: int | None
    source: Source


def decisions(conn: Connection, old: int, new: int) -> Mapping[Inherited, list[Decision]]:
    """Return what was said of the tags of image ``old`` and not of ``new``, as if said of ``new``.

    Of ratings, a picture that has one keeps it.
    """
    of_picture = subjects.picture_ids(conn, [old, new])
    return decisions_on(conn, of_picture[old], of_picture[new])


def decisions_on(conn: Connection, old: int, new: int) -> Mapping[Inherited, list[Decision]]:
    """Return the same for subjects: pictures or regions, by their ids."""
    said: dict[Inherited, list[Decision]] = defaultdict(list)
    for row in conn.execute(text(_SAID), {"old": old, "new": new}):
        seen = row.model_id and Seen(ModelKey(row.model_id, row.revision), _probability(row.score))
        decision = Decision(new, row.tag_id, Verdict(row.verdict), seen or None)
        said[Inherited(row.action_id, Source(row.source))].append(decision)
    return said


def marks_of(conn: Connection, old: int, new: int) -> Mapping[Mark, float]:
    """Return the marks that image ``old`` has and ``new`` has not, with their values."""
    given = marks.of_one(conn, new)
    return {mark: v for mark, v in marks.of_one(conn, old).items() if mark not in given}


def _probability(score: int | None) -> float | None:
    return None if score is None else score / SCORE_SCALE


# The action is the last one that stands and said so: an undone one may have logged it again.
_SAID = """
SELECT v.tag_id, v.source, v.verdict, l.model_id, l.revision, l.score,
       (SELECT max(a.id) FROM log o JOIN actions a ON a.id = o.action_id
        WHERE o.subject_id = v.subject_id AND o.tag_id = v.tag_id AND o.source = v.source
          AND o.verdict = v.verdict AND a.undone_at IS NULL) AS action_id
FROM verdicts v
JOIN log l ON l.seq = v.seq
JOIN tags t ON t.id = v.tag_id
WHERE v.subject_id = :old AND NOT EXISTS (
    SELECT 1 FROM verdicts own JOIN tags own_tag ON own_tag.id = own.tag_id
    WHERE own.subject_id = :new AND own.source = v.source
      AND (own.tag_id = v.tag_id
           OR t.category = 'rating' AND v.verdict = 'confirmed'
              AND own_tag.category = 'rating' AND own.verdict = 'confirmed'))
ORDER BY v.seq
"""
