"""One correction of the user: tag names and pictures in, an action out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.tag import TagCategory, normalize_tag_name
from anitag_desktop.domain.tag_name import SpokenName, read_tag_name
from anitag_desktop.storage import (
    actions,
    commands,
    index_ids,
    predictions,
    subjects,
    tags,
    verdicts,
)
from anitag_desktop.storage.actions import ActionRow, OpenAction
from anitag_desktop.storage.tag_commands import plan_category, plan_restore
from anitag_desktop.storage.tags import TagRow
from anitag_desktop.storage.verdicts import Decision, Seen


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be said of a tag, by the name that was typed; None takes back what was said."""

    typed: str
    verdict: Verdict | None


SeenScores = Mapping[tuple[int, str], Seen]
"""What the models said, by image id and tag uid."""


def read_seen(
    conn: Connection, image_ids: Sequence[int], wishes: Iterable[Wish]
) -> dict[tuple[int, str], Seen]:
    """Return what the user saw of the tags on the pictures: the active model's score.

    ``conn`` is a reading connection of the library. Where a model looked and gave the tag no
    score over the floor, the score is None.
    """
    rows = [row for wish in wishes if (row := known_tag(conn, wish.typed)) is not None]
    uids = {row.tag_id: row.tag.uid for row in rows}
    if not uids:  # of a new tag no model can have said anything
        return {}
    pictures = index_ids.pictures(conn, image_ids)
    ran = predictions.models_run(conn, pictures)
    seen = {(image, uid): Seen(key, None) for image, key in ran.items() for uid in uids.values()}
    scored = predictions.seen(conn, pictures, uids)
    return seen | {(image, uids[tag]): one for (image, tag), one in scored.items() if tag in uids}


def correct(
    conn: Connection,
    image_ids: Sequence[int],
    wishes: Sequence[Wish],
    seen: SeenScores,
    label: str,
) -> ActionRow | None:
    """Log and let stand what the user says; None if everything was so already.

    Raises:
        AnitagError: ``bad_tag_name``; nothing was changed.
    """
    with actions.doing(conn, label) as action:
        rows = [(wanted_tag(action, wish), wish.verdict) for wish in wishes]
        pictures = subjects.picture_ids(conn, image_ids)
        decisions = (
            Decision(subject, row.tag_id, verdict, seen.get((image, row.tag.uid)))
            for image, subject in pictures.items()
            for row, verdict in rows
            if row is not None
        )
        done = verdicts.decide(action.doing, decisions, Source.USER)
        action.inverse[:0] = commands.revert_command(done)
    return action.row


def wanted_tag(
    action: OpenAction, wish: Wish, category: TagCategory = TagCategory.GENERAL
) -> TagRow | None:
    """Return the tag that is meant, made or brought back if need be; to clear, it must exist.

    ``category`` is that of a new tag that no prefix gives another one.
    """
    conn = action.doing.conn
    known = known_tag(conn, wish.typed)
    if known is not None and wish.verdict is Verdict.CONFIRMED:
        _categorise(action, known, wish.typed)
    if known is not None or wish.verdict is None:
        return known
    typed = read_tag_name(wish.typed)
    row = tags.get_or_create(conn, typed.name, typed.category or category)
    return _brought_back(action, row, typed) if row.is_deleted else row


def known_tag(conn: Connection, typed: str) -> TagRow | None:
    """Return the tag that is meant: the text itself as a name, else without its prefix."""
    return tags.by_name(conn, typed) or tags.by_name(conn, read_tag_name(typed).name)


def _categorise(action: OpenAction, row: TagRow, text: str) -> None:
    """Let a prefix set the category of a tag that is there, but not through an alias."""
    if normalize_tag_name(text) == row.tag.name:
        return
    typed = read_tag_name(text)
    if typed.category is not None and typed.name == row.tag.name:
        plan = plan_category(row, typed.category)
        action.inverse = commands.apply(action.doing, plan) + action.inverse


def _brought_back(action: OpenAction, row: TagRow, typed: SpokenName) -> TagRow:
    """Bring a deleted tag back, without what was said of it before it was deleted."""
    doing = action.doing
    action.inverse = commands.apply(doing, plan_restore(row)) + action.inverse
    cleared = verdicts.clear_tag(doing, row.tag_id)
    action.inverse[:0] = commands.revert_command(cleared)
    return tags.get_or_create(doing.conn, typed.name, row.tag.category)
