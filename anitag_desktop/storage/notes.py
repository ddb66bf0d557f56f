"""What a transaction touched, noted while it runs and acted upon after its commit.

A write step says what it touched with ``note``; after the commit the store derives ``image_tags``
for what became stale and publishes the change. A rollback forgets the notes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from anitag_desktop.domain.change import LibraryChange


@dataclass(frozen=True, slots=True)
class Stale:
    """Image-tag pairs whose derivation is out of date; None stands for all of them."""

    images: frozenset[int] | None
    tags: frozenset[int] | None


@dataclass(slots=True)
class Notes:
    """All that one transaction noted. Ids are library ids."""

    change: LibraryChange = field(default_factory=LibraryChange)
    stale: list[Stale] = field(default_factory=list)


def note(conn: Connection, **touched: bool | frozenset[int]) -> None:
    """Note what this transaction touches, in the fields of ``LibraryChange``."""
    notes = notes_of(conn)
    notes.change |= LibraryChange(**touched)  # type: ignore[arg-type]


def note_stale(
    conn: Connection, images: Iterable[int] | None = None, tags: Iterable[int] | None = None
) -> None:
    """Note that the tags of these images have to be derived anew after the commit."""
    stale = Stale(
        None if images is None else frozenset(images), None if tags is None else frozenset(tags)
    )
    notes_of(conn).stale.append(stale)


def notes_of(conn: Connection) -> Notes:
    """Return the notes of the running transaction."""
    notes = conn.info.setdefault("notes", Notes())
    assert isinstance(notes, Notes)
    return notes


def take_notes(conn: Connection) -> Notes:
    """Return the notes and start afresh."""
    notes = notes_of(conn)
    conn.info["notes"] = Notes()
    return notes
