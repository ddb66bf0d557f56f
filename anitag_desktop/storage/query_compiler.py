"""Turns a search into one SELECT over library.db with index.db attached as ``idx``.

Everything that was typed is a bound parameter. The two databases share no ids, so a statement
walks one of two ways: *scan* goes through the images in their order and probes each one, and stops
when the page is full; *gather* begins with the images of a tag and sorts them. Which is faster
depends on how many images the tags leave, so those are counted first, up to the number from which
on a scan is the better way anyway.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, select

from anitag_desktop.search.conditions import (
    AllOf,
    AnyOf,
    Clause,
    InCategory,
    Measure,
    NoneOf,
    Rated,
    Scored,
)
from anitag_desktop.search.metatags import Search
from anitag_desktop.search.query import TagName, TagPattern
from anitag_desktop.storage.schema import image_tags
from anitag_desktop.storage.search_clauses import Clauses
from anitag_desktop.storage.search_tables import (
    idx_images,
    images,
)
from anitag_desktop.storage.search_tags import Members
from anitag_desktop.storage.selection import one_of

_ALL = 1 << 60
"""More images than there are: counting stops nowhere."""


@dataclass(frozen=True, slots=True)
class _Walk:
    """The tables of a statement, the column with the image's id in index.db, and what is left."""

    tables: FromClause
    at: ColumnElement[int]
    rest: tuple[Clause, ...]


def ids(conn: Connection, asked: Search, offset: int = 0, limit: int | None = None) -> Select[Any]:
    """Return the SELECT of the ids (of library.db) of a search's images, in its order."""
    stop = _stop(asked, offset, limit)
    clauses = Clauses(conn)
    walk = _walk(conn, clauses, asked, stop)
    found = _select(images.c.id, walk, clauses).order_by(*clauses.order(asked.order, walk.at))
    return found.limit(-1 if stop is None else max(0, stop - offset)).offset(offset)


def count(conn: Connection, asked: Search) -> Select[Any]:
    """Return the SELECT of the number of a search's images."""
    clauses = Clauses(conn)
    walk = _walk(conn, clauses, asked, None)
    if asked.limit is None:
        return _select(func.count(), walk, clauses)
    found = _select(images.c.id, walk, clauses).limit(asked.limit)
    return select(func.count()).select_from(found.subquery())


def members(conn: Connection, clause: Clause, within: Sequence[int] | None = None) -> Select[Any]:
    """Return the SELECT of the ids (of library.db) that a clause finds, in no order.

    ``within`` are the ids among which it is asked; None: all.
    """
    clauses = Clauses(conn)
    if within is None:
        walk = _walk(conn, clauses, Search(clause), None)
        return _select(images.c.id, walk, clauses)
    few = _Walk(_scanned, idx_images.c.id, _conjuncts(clause))
    return _select(images.c.id, few, clauses).where(one_of(images.c.id, within))


def tag_counts(conn: Connection, clause: Clause) -> Select[Any]:
    """Return the SELECT of the tags (ids of index.db) of what a clause finds, and how often."""
    clauses = Clauses(conn)
    walk = _walk(conn, clauses, Search(clause), None)
    found = _select(walk.at, walk, clauses)
    counted = select(image_tags.c.tag_id, func.count()).where(image_tags.c.image_id.in_(found))
    return counted.group_by(image_tags.c.tag_id)


def _stop(asked: Search, offset: int, limit: int | None) -> int | None:
    """Return how many images have to be found before the page is full; None: all."""
    ends = [asked.limit, None if limit is None else offset + limit]
    return min((end for end in ends if end is not None), default=None)


def _select(what: ColumnElement[Any], walk: _Walk, clauses: Clauses) -> Select[Any]:
    where = (clauses.where(clause, walk.at) for clause in walk.rest)
    return select(what).select_from(walk.tables).where(*where)


def _walk(conn: Connection, clauses: Clauses, asked: Search, stop: int | None) -> _Walk:
    parts = _conjuncts(asked.where)
    can_stop = stop is not None and asked.order.key in (Measure.ADDED, Measure.ID)
    enough = _enough(conn, stop or 0) if can_stop else _ALL
    gathered = _gathered(conn, clauses, parts, enough)
    return gathered or _Walk(_scanned, idx_images.c.id, parts)


def _gathered(
    conn: Connection, clauses: Clauses, parts: tuple[Clause, ...], enough: int
) -> _Walk | None:
    """Begin with the images of the rarest term; None when a scan is better."""
    starts = [(part, members) for part in parts if (members := clauses.members(part)) is not None]
    if not starts:
        return None
    if len(starts) > 1:
        starts.sort(key=lambda start: _count_up_to(conn, start[1], _PROBED))
    first, members = starts[0]
    own = members.subquery()
    rest = tuple(
        part for part in parts if part != first or not clauses.is_settled_by_members(first)
    )
    in_index = [part for part in rest if _asks_index_only(part)]
    where = (clauses.where(part, own.c.image_id) for part in in_index)
    found = select(own.c.image_id).where(*where)
    if enough < _ALL and _count_up_to(conn, found, enough) >= enough:
        return None
    hits = found.distinct().subquery()
    tables = hits.join(idx_images, idx_images.c.id == hits.c.image_id).join(
        images, images.c.sha256 == idx_images.c.sha256
    )
    left = tuple(part for part in rest if part not in in_index)
    return _Walk(tables, hits.c.image_id, left)


def _count_up_to(conn: Connection, found: Members, most: int) -> int:
    asked = select(func.count()).select_from(found.limit(most).subquery())
    return int(conn.execute(asked).scalar_one())


def _enough(conn: Connection, stop: int) -> int:
    """Return how many images a tag must leave for a scan to fill the page before a gathering."""
    newest = conn.execute(select(func.max(images.c.id))).scalar_one() or 0
    return max(1, math.isqrt(stop * newest))


def _conjuncts(clause: Clause) -> tuple[Clause, ...]:
    if not isinstance(clause, AllOf):
        return (clause,)
    return tuple(inner for part in clause.parts for inner in _conjuncts(part))


def _asks_index_only(clause: Clause) -> bool:
    """Tell whether the tables of index.db answer a clause."""
    if isinstance(clause, AllOf | AnyOf):
        return all(map(_asks_index_only, clause.parts))
    if isinstance(clause, NoneOf):
        return _asks_index_only(clause.part)
    return isinstance(clause, TagName | TagPattern | InCategory | Rated | Scored)


_scanned = images.outerjoin(idx_images, idx_images.c.sha256 == images.c.sha256)

_PROBED = 20_000
"""Terms with more images than this count as equally common."""
