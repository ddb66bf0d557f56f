"""Successions: a picture that was rewritten without a change to its pixels keeps the user's word.

A program that edits only what stands beside the pixels (EXIF, a description) makes other bytes,
and with them another image at the same path. Once those bytes were read and turn out to show the
same, the new image is told what the user had said of the old one, as rows of the log: each as part
of the action that had said it, which an undo takes back on both. What was said of the new image
itself comes first, and nothing is told twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import select, text, update

from anitag_desktop.storage import (
    actions,
    commands,
    ignored_subjects,
    inheritances,
    pair_verdicts,
    regions,
    subjects,
    told_marks,
    verdicts,
)
from anitag_desktop.storage.inheritances import Inherited
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.schema import files, images
from anitag_desktop.storage.selection import one_of
from anitag_desktop.storage.verdicts import Decision


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
        _hand_down_verdicts(doing, inheritances.decisions(conn, old, new))
        pictures = _Picture(old, old_sha256), _Picture(new, new_sha256)
        _hand_down_regions(doing, *pictures)
        _hand_down_marks(doing, *pictures)
        _hand_down_pairs(doing, *pictures)
        _hand_down_ignored(doing, *pictures)
    conn.execute(update(files).where(*is_read).values(previous_id=None))


def _hand_down_verdicts(doing: Doing, inherited: Mapping[Inherited, list[Decision]]) -> None:
    """Say what was said of the old picture of the new one, each within the action that said it."""
    for (action_id, source), said in inherited.items():
        within = replace(doing, action_id=action_id)
        done = verdicts.decide(within, said, source)
        actions.extend(within, commands.revert_command(done))


def _hand_down_regions(doing: Doing, old: _Picture, new: _Picture) -> None:
    """Let the new picture have the regions that the user spoke of, if he spoke of none in it."""
    conn = doing.conn
    if regions.said_of(conn, [new.image_id]):
        return
    for uid, (_, said) in regions.said_of(conn, [old.image_id]).items():
        if said.box is not None:
            own = new.sha256 + uid.removeprefix(old.sha256)
            command = regions.command(own, said)
            _extend(doing, command, _said_by(doing, command, uid))
            ids = subjects.id_of(conn, uid), subjects.id_of(conn, own)
            _hand_down_verdicts(doing, inheritances.decisions_on(conn, *ids))


def _hand_down_marks(doing: Doing, old: _Picture, new: _Picture) -> None:
    given = inheritances.marks_of(doing.conn, old.image_id, new.image_id)
    for mark, value in given.items():
        command = {"op": mark.value, "images": [new.sha256], "value": value}
        _extend(doing, command, told_marks.standing_action(doing.conn, mark, old.sha256))


def _hand_down_pairs(doing: Doing, old: _Picture, new: _Picture) -> None:
    """Say of pairs with the new picture what was said of those with the old one."""
    given = {other for other, _ in pair_verdicts.about(doing.conn, new.sha256)}
    for other, said in pair_verdicts.about(doing.conn, old.sha256):
        if other not in (given | {new.sha256}):
            better = new.sha256 if said.better == old.sha256 else said.better
            command = pair_verdicts.command(new.sha256, other, said._replace(better=better))
            _extend(doing, command, _said_by(doing, command, old.sha256, other))


def _hand_down_ignored(doing: Doing, old: _Picture, new: _Picture) -> None:
    """Let the new picture and its regions be ignored like the old ones."""
    for uid in ignored_subjects.of_picture(doing.conn, old.sha256):
        command = ignored_subjects.command([new.sha256 + uid.removeprefix(old.sha256)])
        _extend(doing, command, _said_by(doing, command, uid))


def _extend(doing: Doing, command: dict[str, Any], action_id: int | None) -> None:
    """Do a command within an action."""
    within = replace(doing, action_id=action_id)
    actions.extend(within, commands.apply(within, [command]))


def _said_by(doing: Doing, command: Mapping[str, Any], picture: str, other: str = "") -> int | None:
    """Return the last action that stands and did such a command with these pictures."""
    said = {"op": command["op"], "picture": picture, "other": other}
    found: int | None = doing.conn.execute(text(_SAID_BY), said).scalar_one()
    return found


_SAID_BY = """
SELECT max(a.id) FROM log l JOIN actions a ON a.id = l.action_id
WHERE l.op = :op AND l.op != 'verdict' AND instr(l.command, :picture)
  AND instr(l.command, :other) AND a.undone_at IS NULL
"""
