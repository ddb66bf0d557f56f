"""Tag administration: what people ask for by names, checked and turned into commands.

Each function checks its names and returns the commands that do it; ``actions.perform`` runs them.
Tags that are missing are made at once, in the same transaction.
"""

from typing import NamedTuple

from sqlalchemy import Connection

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import Tag, TagCategory, normalize_tag_name
from anitag_desktop.domain.tag_name import SpokenName, read_tag_name
from anitag_desktop.storage import tag_commands, tags
from anitag_desktop.storage.commands import Command
from anitag_desktop.storage.tags import TagRow


class _Ready(NamedTuple):
    """A tag that is there, and the commands that bring it back if it was deleted."""

    row: TagRow
    commands: list[Command]


def alias(conn: Connection, other_text: str, text: str) -> list[Command]:
    """Let the name ``other_text`` stand for the tag ``text``, which is made if it is missing.

    Raises:
        AnitagError: ``bad_tag_name``, or ``bad_tag_relation`` where a name stands for another
            tag already.
    """
    other, spoken = read_tag_name(other_text), read_tag_name(text)
    if other.name == spoken.name:
        raise _refusal(other.name, "stand for", spoken.name, "it is the same name")
    owner = tags.by_name(conn, other.name)
    meant = _meant(conn, spoken)
    is_alias = owner is not None and owner.tag.name != other.name
    if is_alias and meant is not None and owner == meant:
        return []
    _refuse_alias(meant, spoken, "stand for", other.name)
    _refuse_alias(owner, other, "stand for", spoken.name)
    category = owner.tag.category if owner else TagCategory.GENERAL
    target = _made(conn, spoken, category)
    _refuse_ratings(target.row.tag, owner and owner.tag)
    return [
        *target.commands,
        *_pushed_category(target.row, category),
        *tag_commands.plan_alias(conn, other.name, target.row),
    ]


def imply(conn: Connection, child_text: str, parent_text: str) -> list[Command]:
    """Let one tag imply another one; both are made if they are missing.

    Raises:
        AnitagError: ``bad_tag_name``, ``implication_cycle``, or ``bad_tag_relation`` where an
            end is an alias.
    """
    child, parent = read_tag_name(child_text), read_tag_name(parent_text)
    for end, far_end in ((child, parent), (parent, child)):
        _refuse_alias(_meant(conn, end), end, "stand in an implication with", far_end.name)
    below, above = (_made(conn, end, TagCategory.GENERAL) for end in (child, parent))
    _refuse_ratings(below.row.tag, above.row.tag)
    return [
        *below.commands,
        *above.commands,
        *tag_commands.plan_imply(conn, below.row, above.row),
    ]


def rename(conn: Connection, text: str, new_text: str) -> list[Command]:
    """Give a tag another name; a prefix of the new one sets its category.

    Raises:
        AnitagError: ``unknown_tag``, ``bad_tag_name``, ``tag_exists``.
    """
    row, new = _known(conn, text), read_tag_name(new_text)
    if new.category is TagCategory.RATING:
        raise _refusal(row.tag.name, "become", new.name, "that is a rating")
    _refuse_ratings(row.tag)
    category = new.category or row.tag.category
    return [
        *tag_commands.plan_category(row, category),
        *tag_commands.plan_rename(conn, row, new.name),
    ]


def merge(conn: Connection, text: str, into_text: str) -> list[Command]:
    """Let one tag count as another one.

    Raises:
        AnitagError: ``unknown_tag``.
    """
    row, into = _known(conn, text), _known(conn, into_text)
    _refuse_ratings(row.tag, into.tag)
    if row.tag_id == into.tag_id:
        return []
    return [
        *_pushed_category(into, row.tag.category),
        *tag_commands.plan_merge(conn, row, into),
    ]


def delete(conn: Connection, text: str) -> list[Command]:
    """Take a tag off everything.

    Raises:
        AnitagError: ``unknown_tag``, or ``bad_tag_relation`` for another name of a tag.
    """
    row = _known(conn, text)
    _refuse_ratings(row.tag)
    if normalize_tag_name(text) != row.tag.name:
        reason = f"it is another name of {row.tag.name}; delete that"
        raise AnitagError("bad_value", reason=f"{text} cannot be deleted by itself: {reason}")
    return tag_commands.plan_delete(conn, row)


def heed(conn: Connection, text: str, is_heeded: bool) -> list[Command]:
    """Let models give a tag, or let it be only where somebody said so.

    Raises:
        AnitagError: ``unknown_tag``.
    """
    row = _known(conn, text)
    _refuse_ratings(row.tag)
    return tag_commands.plan_heed(conn, row, is_heeded)


def categorise(conn: Connection, text: str, category: TagCategory) -> list[Command]:
    """Move a tag to another category.

    Raises:
        AnitagError: ``unknown_tag``, or ``bad_value`` for ratings.
    """
    row = _known(conn, text)
    _refuse_ratings(row.tag)
    if category is TagCategory.RATING:
        raise AnitagError("bad_value", reason=f"{row.tag.name} cannot become a rating")
    return tag_commands.plan_category(row, category)


def _known(conn: Connection, text: str) -> TagRow:
    row = tags.by_name(conn, text)
    if row is None:
        raise AnitagError("unknown_tag", name=text)
    return row


def _meant(conn: Connection, spoken: SpokenName) -> TagRow | None:
    return tags.by_name(conn, spoken.name)


def _made(conn: Connection, spoken: SpokenName, category: TagCategory) -> _Ready:
    """Return the tag of a name, made or brought back if need be."""
    row = tags.get_or_create(conn, spoken.name, spoken.category or category)
    return _Ready(row, tag_commands.plan_restore(row))


def _pushed_category(into: TagRow, category: TagCategory) -> list[Command]:
    """Of a general tag and one of another category, let the other category stay."""
    if into.tag.category is TagCategory.GENERAL:
        return tag_commands.plan_category(into, category)
    return []


def _refuse_alias(row: TagRow | None, spoken: SpokenName, relation: str, other: str) -> None:
    """Refuse a name that stands for a tag of another name."""
    if row is not None and row.tag.name != spoken.name:
        reason = f"it is another name of {row.tag.name}"
        raise _refusal(spoken.name, relation, other, reason)


def _refuse_ratings(*found: Tag | None) -> None:
    for tag in found:
        if tag is not None and tag.category is TagCategory.RATING:
            raise AnitagError("bad_value", reason=f"{tag.name} is a rating and stays as it is")


def _refusal(first: str, relation: str, second: str, reason: str) -> AnitagError:
    return AnitagError(
        "bad_tag_relation", first=first, relation=relation, second=second, reason=reason
    )
