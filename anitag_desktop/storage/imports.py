"""Imports: the tags that sidecars gave to images, let in as one action."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.domain.tag_name import SpokenName
from anitag_desktop.storage import commands, subjects, tags, verdicts
from anitag_desktop.storage.actions import OpenAction
from anitag_desktop.storage.selection import chunks
from anitag_desktop.storage.verdicts import Decision

_CHUNK = 5000
"""Images whose tags are logged in one statement."""


def let_in(action: OpenAction, wanted: Mapping[int, Iterable[SpokenName]]) -> None:
    """Confirm tags of images as imported ones.

    Tags that are missing are made. A tag that the user deleted is left out.
    """
    numbers = _tag_ids(action.doing.conn, {name for names in wanted.values() for name in names})
    for image_ids in chunks(list(wanted), _CHUNK):
        _confirm(action, image_ids, wanted, numbers)


def _confirm(
    action: OpenAction,
    image_ids: Sequence[int],
    wanted: Mapping[int, Iterable[SpokenName]],
    numbers: Mapping[SpokenName, int],
) -> None:
    pictures = subjects.picture_ids(action.doing.conn, image_ids)
    decisions = (
        Decision(pictures[image_id], numbers[name], Verdict.CONFIRMED)
        for image_id in image_ids
        for name in wanted[image_id]
        if name in numbers
    )
    done = verdicts.decide(action.doing, decisions, Source.IMPORT)
    action.inverse = commands.revert_command(done) + action.inverse


def _tag_ids(conn: Connection, names: Iterable[SpokenName]) -> dict[SpokenName, int]:
    """Return the tag that each name stands for, made where there is none."""
    numbers = {}
    for name in names:
        row = tags.get_or_create(conn, name.name, name.category or TagCategory.GENERAL)
        if not row.is_deleted:
            numbers[name] = row.tag_id
    return numbers
