"""Successions: a picture that was rewritten without a change to its pixels keeps the user's word.

A program that edits only what stands beside the pixels (EXIF, a description) makes other bytes,
and with them another image at the same path. Once those bytes were read and turn out to show the
same, the new image is told what the user had said of the old one, as rows of the log: each as part
of the action that had said it, which an undo takes back on both. What was said of the new image
itself comes first, and nothing is told twice.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import select, text, update

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import actions, commands, marks, subjects, verdicts
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.schema import SCORE_SCALE, files, images
from anitag_desktop.storage.selection import one_of
from anitag_desktop.storage.verdicts import Decision, Seen


class _Picture(NamedTuple):
    image_id: int
    sha256: str


def settle(doing: Doing, file_ids: Iterable[int]) -> None:
    """Compare what was read of files with what lay there before, and hand the user's word down.

    Files that hold no image yet go on waiting for it.
    """
    conn, ids = doing.conn, list(file_ids)
    is_read = (
        one_of(files.c.id, ids),
        files.c.previous_id.is_not(None),
        files.c.image_id.is_not(None),
    )
    former, present = images.alias(), images.alias()
    same = (
        select(former.c.id, former.c.sha256, present.c.id, present.c.sha256)
        .select_from(files)
        .join(former, former.c.id == files.c.previous_id)
        .join(present, present.c.id == files.c.image_id)
        .where(*is_read, former.c.id != present.c.id, former.c.pixel_hash == present.c.pixel_hash)
    )
    for old, old_sha256, new, new_sha256 in conn.execute(same).all():
        _hand_down_verdicts(doing, old, new)
        _hand_down_marks(doing, _Picture(old, old_sha256), _Picture(new, new_sha256))
    conn.execute(update(files).where(*is_read).values(previous_id=None))


def _hand_down_verdicts(doing: Doing, old: int, new: int) -> None:
    """Say of the new picture what was said of the old one, each within the action that said it."""
    of_picture = subjects.picture_ids(doing.conn, [old, new])
    said: dict[tuple[int | None, Source], list[Decision]] = defaultdict(list)
    parameters = {"old": of_picture[old], "new": of_picture[new]}
    for row in doing.conn.execute(text(_SAID), parameters):
        seen = row.model_id and Seen(ModelKey(row.model_id, row.revision), _probability(row.score))
        decision = Decision(of_picture[new], row.tag_id, Verdict(row.verdict), seen or None)
        said[row.action_id, Source(row.source)].append(decision)
    for (action_id, source), decisions in said.items():
        within = replace(doing, action_id=action_id)
        done = verdicts.decide(within, decisions, source)
        actions.extend(within, commands.revert_command(done))


def _hand_down_marks(doing: Doing, old: _Picture, new: _Picture) -> None:
    given = marks.of_one(doing.conn, new.image_id)
    for mark, value in marks.of_one(doing.conn, old.image_id).items():
        if mark not in given:
            parameters = {"op": mark.value, "sha256": old.sha256}
            action_id = doing.conn.execute(text(_MARKED), parameters).scalar_one()
            command = {"op": mark.value, "images": [new.sha256], "value": value}
            within = replace(doing, action_id=action_id)
            actions.extend(within, commands.apply(within, [command]))


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

_MARKED = """
SELECT max(a.id) FROM log l JOIN actions a ON a.id = l.action_id
WHERE l.op = :op AND l.op != 'verdict' AND instr(l.command, :sha256) AND a.undone_at IS NULL
"""
