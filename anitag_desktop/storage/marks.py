"""Marks that the user gives whole pictures: favourite or not, and stars."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Select, literal, select

from anitag_desktop.storage import subjects, told_marks
from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import favourites, images, stars
from anitag_desktop.storage.selection import one_of


class Mark(StrEnum):
    """A kind of mark; its value is the operation that sets it."""

    FAVOURITE = "image.favourite"  # since when, in epoch seconds
    STARS = "image.stars"  # 1 to 5


class Marks(NamedTuple):
    """How the user marked a picture; ``stars`` is None where there are none."""

    is_favourite: bool = False
    stars: int | None = None


_COLUMNS: Mapping[str, Column[Any]] = {
    Mark.FAVOURITE: favourites.c.at,
    Mark.STARS: stars.c.stars,
}


def of_images(conn: Connection, image_ids: Iterable[int]) -> Mapping[int, Marks]:
    """Return the marks of images, by id."""
    rows = conn.execute(
        select(images.c.id, favourites.c.at.is_not(None), stars.c.stars)
        .join(favourites, favourites.c.image_id == images.c.id, isouter=True)
        .join(stars, stars.c.image_id == images.c.id, isouter=True)
        .where(one_of(images.c.id, image_ids))
    )
    return {image_id: Marks(bool(favourite), given) for image_id, favourite, given in rows}


def without(
    conn: Connection, mark: Mark, image_ids: Iterable[int], value: int | None = None
) -> list[str]:
    """Return those images (as sha256) whose mark is not ``value``; None: that have any."""
    query = _not_marked(_COLUMNS[mark], value).where(one_of(images.c.id, image_ids))
    return [row.sha256 for row in conn.execute(query.order_by(images.c.id))]


def unmarked(conn: Connection, mark: Mark, image_ids: Iterable[int]) -> list[str]:
    """Return those images (as sha256) that do not have the mark."""
    column = _COLUMNS[mark]
    query = (
        select(images.c.sha256)
        .join(column.table, column.table.c.image_id == images.c.id, isouter=True)
        .where(column.is_(None), one_of(images.c.id, image_ids))
    )
    return list(conn.execute(query.order_by(images.c.id)).scalars())


def of_one(conn: Connection, image_id: int) -> dict[Mark, float]:
    """Return the marks of an image with their values."""
    rows = {
        mark: conn.execute(select(column).where(column.table.c.image_id == image_id)).scalar()
        for mark, column in ((mark, _COLUMNS[mark]) for mark in Mark)
    }
    return {mark: value for mark, value in rows.items() if value is not None}


def put(
    conn: Connection, operation: str, sha256s: Iterable[str], value: float | None
) -> dict[float | None, list[str]]:
    """Set a mark of images (None takes it off); return those that changed by what they had.

    Images that are not known yet get it when they come. Done by the commands of that name only.
    """
    sha256s, column = set(sha256s), _COLUMNS[operation]
    known = conn.execute(select(images.c.sha256).where(one_of(images.c.sha256, sha256s)))
    subjects.add(conn, sha256s - set(known.scalars()))
    changed = list(conn.execute(_not_marked(column, value).where(one_of(images.c.sha256, sha256s))))
    before: dict[float | None, list[str]] = defaultdict(list)
    for _, sha256, old in changed:
        before[old].append(sha256)
    _set(conn, column, frozenset(image_id for image_id, _, _ in changed), value)
    return dict(before)


def recall(conn: Connection, image_id: int, sha256: str) -> None:
    """Give a new image the marks that a journal knew before it."""
    for mark, column in _COLUMNS.items():
        value = told_marks.newest_value(conn, mark, sha256)
        if value is not None:
            _set(conn, column, frozenset({image_id}), value)


def _set(conn: Connection, column: Column[Any], ids: frozenset[int], value: float | None) -> None:
    table = column.table
    conn.execute(table.delete().where(one_of(table.c.image_id, ids)))
    if value is not None:
        rows = select(images.c.id, literal(value)).where(one_of(images.c.id, ids))
        conn.execute(table.insert().from_select(["image_id", column.name], rows))
    if ids:
        note(conn, images=ids)


def _not_marked(column: Column[Any], value: float | None) -> Select[Any]:
    """Return a query for id, sha256 and mark of the images whose mark is not ``value``."""
    return (
        select(images.c.id, images.c.sha256, column)
        .join(column.table, column.table.c.image_id == images.c.id, isouter=True)
        .where(column.is_distinct_from(value))
    )
