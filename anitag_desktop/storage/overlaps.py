"""Overlaps: which tags of a picture say nothing beside a more exact one that it has, too.

By their words (``domain.overlap``) or because the other implies them. What people say is kept, and
so is every category but the general one: a series is worth telling beside its character.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.details import ImageDetails, ShownTag
from anitag_desktop.domain.overlap import overlapping
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.storage import tags
from anitag_desktop.storage.closure import closure
from anitag_desktop.storage.selection import one_of

Implied = dict[str, set[str]]
"""By the name of a tag the names of those that imply it."""


def tell_broader(conn: Connection, found: Sequence[ImageDetails]) -> list[ImageDetails]:
    """Return the same pictures, with their ``broader`` tags told."""
    implied = _implied(conn, {shown.tag.uid for one in found for shown in _general(one)})
    return [replace(one, broader=_broader(list(_general(one)), implied)) for one in found]


def _broader(general: Sequence[ShownTag], implied: Implied) -> frozenset[str]:
    names = {shown.tag.name for shown in general}
    by_words = overlapping(names)
    return frozenset(
        shown.tag.uid
        for shown in general
        if shown.source is Source.MODEL
        and (shown.tag.name in by_words or implied.get(shown.tag.name, set()) & names)
    )


def _general(details: ImageDetails) -> Iterable[ShownTag]:
    return (shown for shown in details.tags if shown.tag.category is TagCategory.GENERAL)


def _implied(conn: Connection, uids: Iterable[str]) -> Implied:
    rows = {row.tag_id: row.tag.name for row in tags.by_uids(conn, uids).values()}
    c = closure.c
    pairs = select(c.parent_id, c.child_id).where(
        one_of(c.parent_id, rows), one_of(c.child_id, rows)
    )
    found: Implied = {}
    for parent, child in conn.execute(pairs):
        found.setdefault(rows[parent], set()).add(rows[child])
    return found
