"""Imports: the tags that sidecars gave to images, let in as one action."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.domain.tag_name import SpokenName
from anitag_desktop.storage import commands, subjects, tags, verdicts
from anitag_desktop.storage.actions import OpenAction
from anitag_desktop.storage.plain_rows import plain_rows
from anitag_desktop.storage.selection import chunks
from anitag_desktop.storage.verdicts import Decision

_CHUNK = 5000
"""Images whose tags are logged in one statement."""


class LetIn(NamedTuple):
    """What an import said that was not said before.

    ``labels`` are its tags, each of a picture; ``overruled`` those of them that the user rejected
    there, so that the picture has them not.
    """

    labels: int
    overruled: int


def let_in(action: OpenAction, wanted: Mapping[int, Iterable[SpokenName]]) -> LetIn:
    """Confirm tags of images as imported ones.

    Tags that are missing are made. A tag that the user deleted is left out.
    """
    numbers = _tag_ids(action.doing.conn, {name for names in wanted.values() for name in names})
    found = [
        _confirm(action, image_ids, wanted, numbers) for image_ids in chunks(list(wanted), _CHUNK)
    ]
    return LetIn(sum(one.labels for one in found), sum(one.overruled for one in found))


def _confirm(
    action: OpenAction,
    image_ids: Sequence[int],
    wanted: Mapping[int, Iterable[SpokenName]],
    numbers: Mapping[SpokenName, int],
) -> LetIn:
    pictures = subjects.picture_ids(action.doing.conn, image_ids)
    decisions = (
        Decision(pictures[image_id], numbers[name], Verdict.CONFIRMED)
        for image_id in image_ids
        for name in wanted[image_id]
        if name in numbers
    )
    done = verdicts.decide(action.doing, decisions, Source.IMPORT)
    action.inverse = commands.revert_command(done) + action.inverse
    [(labels, overruled)] = plain_rows(action.doing.conn, _NEW, done)
    return LetIn(labels, overruled)


def _tag_ids(conn: Connection, names: Iterable[SpokenName]) -> dict[SpokenName, int]:
    """Return the tag that each name stands for, made where there is none."""
    numbers = {}
    for name in names:
        row = tags.get_or_create(conn, name.name, name.category or TagCategory.GENERAL)
        if not row.is_deleted:
            numbers[name] = row.tag_id
    return numbers


# Of ratings one stands: confirming it took another one back, which is no label.
_NEW = """
SELECT count(*), count(u.tag_id) FROM main.log l LEFT JOIN main.verdicts u
ON u.subject_id = l.subject_id AND u.tag_id = l.tag_id AND u.source = 'user'
AND u.verdict = 'rejected' WHERE l.seq BETWEEN ? AND ? AND l.verdict = 'confirmed'
"""
