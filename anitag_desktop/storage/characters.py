"""Characters: a tag of category character with its example subjects; vectors are derived."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.storage import subjects, tags
from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import character_examples, characters
from anitag_desktop.storage.schema import subjects as subject_table


@dataclass(frozen=True, slots=True)
class Example:
    """A subject that shows a character, or that looks like it and does not."""

    subject_uid: str
    is_positive: bool


def examples(conn: Connection, tag_id: int) -> list[Example]:
    """Return the examples of the character that a tag names."""
    e = character_examples.c
    rows = conn.execute(
        select(subject_table.c.uid, e.is_positive)
        .join(subject_table, subject_table.c.id == e.subject_id)
        .join(characters, characters.c.id == e.character_id)
        .where(characters.c.tag_id == tag_id)
        .order_by(e.subject_id)
    )
    return [Example(uid, bool(is_positive)) for uid, is_positive in rows]


def example_command(tag: Tag, subject_uid: str, is_positive: bool | None) -> dict[str, Any]:
    """Return the command that makes a subject an example of a character; None: none any more."""
    plain = {"uid": tag.uid, "name": tag.name, "category": tag.category.value}
    return {
        "op": "character.example",
        "tag": plain,
        "subject": subject_uid,
        "is_positive": is_positive,
    }


def set_example(
    conn: Connection, plain_tag: Mapping[str, str], subject_uid: str, is_positive: bool | None
) -> bool | None:
    """Make a subject an example (or none) of a character; return what it was before.

    Done by the command ``character.example`` only.
    """
    tag = Tag(plain_tag["uid"], plain_tag["name"], TagCategory(plain_tag["category"]))
    character = _character_id(conn, tags.insert_known(conn, tag))
    subjects.add(conn, [subject_uid])
    subject = conn.execute(
        select(subject_table.c.id).where(subject_table.c.uid == subject_uid)
    ).scalar_one()
    old = _example(conn, character, subject)
    _put(conn, character, subject, is_positive)
    note(conn, tags=True)
    return old


def _character_id(conn: Connection, tag_id: int) -> int:
    row = {"tag_id": tag_id, "created_at": time.time()}
    conn.execute(insert(characters).values(row).on_conflict_do_nothing())
    query = select(characters.c.id).where(characters.c.tag_id == tag_id)
    return int(conn.execute(query).scalar_one())


def _example(conn: Connection, character: int, subject: int) -> bool | None:
    e = character_examples.c
    found = conn.execute(
        select(e.is_positive).where(e.character_id == character, e.subject_id == subject)
    ).scalar_one_or_none()
    return None if found is None else bool(found)


def _put(conn: Connection, character: int, subject: int, is_positive: bool | None) -> None:
    key = {"character_id": character, "subject_id": subject}
    conn.execute(character_examples.delete().filter_by(**key))
    if is_positive is not None:
        conn.execute(character_examples.insert(), key | {"is_positive": int(is_positive)})
