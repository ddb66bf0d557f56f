"""What each condition of a search is in SQL.

``at`` is the column with the image's id in index.db, null where index.db does not know the image;
``images`` is always part of the statement. A condition on what is unknown may be null, which
counts as not found: so the opposite is written as IS NOT TRUE.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.tag import Rating
from anitag_desktop.search.conditions import (
    COUNTED_CATEGORIES,
    AllOf,
    AnyOf,
    Clause,
    Doubt,
    Doubted,
    HashIs,
    HasStatus,
    InCategory,
    InFolder,
    Is,
    Measure,
    Measured,
    Named,
    NoneOf,
    OfFormat,
    PathLike,
    Rated,
    SaidBy,
    Scored,
    SeenBy,
    State,
)
from anitag_desktop.search.ordering import BITS, DROPPED, Order, OrderKey, Shuffle
from anitag_desktop.search.query import TagName, TagPattern
from anitag_desktop.search.ranges import NumberSet, Range
from anitag_desktop.storage import search_conflicts, search_files, search_tags
from anitag_desktop.storage.schema import (
    favourites,
    stars,
    verdicts,
)
from anitag_desktop.storage.search_tables import (
    idx_models,
    images,
    subjects,
)
from anitag_desktop.storage.search_tags import Members, Reach
from anitag_desktop.storage.selection import one_of

At = ColumnElement[int]
Truth = ColumnElement[bool]


class Clauses:
    """Writes the conditions of one search, looking each of its tags up once."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._reaches: dict[TagName | TagPattern | InCategory, Reach] = {}
        self._writers: Mapping[type, Callable[[Any, At], Truth]] = {
            TagName: self._tagged,
            TagPattern: self._tagged,
            InCategory: self._tagged,
            Rated: self._rated,
            Scored: self._scored,
            Doubted: self._doubted,
            Measured: self._measured,
            OfFormat: self._of_format,
            InFolder: self._placed,
            PathLike: self._placed,
            Named: self._placed,
            HasStatus: self._has_status,
            SaidBy: self._said_by,
            SeenBy: self._seen_by,
            HashIs: self._hash_is,
            Is: self._is,
        }

    def where(self, clause: Clause, at: At) -> Truth:
        """Return a condition, or a tree of them, as SQL."""
        if isinstance(clause, AllOf):
            return and_(true(), *(self.where(part, at) for part in clause.parts))
        if isinstance(clause, AnyOf):
            return or_(false(), *(self.where(part, at) for part in clause.parts))
        if isinstance(clause, NoneOf):
            return self.where(clause.part, at).is_not(true())
        return self._writers[type(clause)](clause, at)

    def members(self, clause: Clause) -> Members | None:
        """Return images (ids of index.db) among which are all that a clause finds.

        One may come up more than once; None where only going through all images helps.
        """
        if isinstance(clause, Scored):
            return self._scored_members(clause)
        found = self._bound(clause)
        return None if found is None else search_tags.members(found)

    def is_settled_by_members(self, clause: Clause) -> bool:
        """Tell whether the members of a clause are exactly the images that it finds."""
        if isinstance(clause, AnyOf):
            return all(map(self.is_settled_by_members, clause.parts))
        return isinstance(clause, TagName | TagPattern | InCategory)

    def order(self, order: Order, at: At) -> list[ColumnElement[Any]]:
        """Return what to sort by."""
        keys = [self._order_key(order, at), images.c.id]
        return [key.desc() for key in keys] if order.is_descending else [key.asc() for key in keys]

    def _order_key(self, order: Order, at: At) -> ColumnElement[Any]:
        key = order.key
        if key is OrderKey.RANDOM:
            return _shuffled(Shuffle.of(order.seed or 0))
        if key is OrderKey.NAME:
            return search_files.first_name()
        if key is OrderKey.MD5:
            return images.c.md5
        if key is OrderKey.SCORE:
            scores = [search_tags.score_of(self._conn, tag, at) for tag in order.tags]
            return sum(scores[1:], scores[0])
        return self._measure(key, at)

    def _measure(self, measure: Measure, at: At) -> ColumnElement[Any]:
        if measure is Measure.TAGS or measure in COUNTED_CATEGORIES:
            return search_tags.count_tags(self._conn, COUNTED_CATEGORIES.get(measure), at)
        if measure is Measure.DATE:
            return search_files.modified()
        if measure is Measure.STARS:
            own = select(stars.c.stars).where(stars.c.image_id == images.c.id)
            return own.scalar_subquery()
        return _COLUMNS[measure]

    def _reach(self, clause: TagName | TagPattern | InCategory) -> Reach:
        if clause not in self._reaches:
            term = clause.tag if isinstance(clause, InCategory) else clause
            category = clause.category if isinstance(clause, InCategory) else None
            self._reaches[clause] = search_tags.reach(self._conn, term, category)
        return self._reaches[clause]

    def _scored_members(self, clause: Scored) -> Select[tuple[int]]:
        scored = search_tags.scores(self._conn, clause.tag).subquery()
        return select(scored.c.image_id).where(in_set(scored.c.score, clause.scores))

    def _bound(self, clause: Clause) -> Reach | None:
        """Return tags of which every image that a clause finds has one."""
        if isinstance(clause, TagName | TagPattern | InCategory):
            return self._reach(clause)
        if isinstance(clause, AllOf):
            bounds = (self._bound(part) for part in clause.parts)
            return next((bound for bound in bounds if bound is not None), None)
        if isinstance(clause, AnyOf):
            found = [self._bound(part) for part in clause.parts]
            known = [bound for bound in found if bound is not None]
            return search_tags.merged(known) if len(known) == len(found) else None
        return None

    def _tagged(self, clause: TagName | TagPattern | InCategory, at: At) -> Truth:
        return search_tags.has_any(self._reach(clause), at)

    def _rated(self, clause: Rated, at: At) -> Truth:
        asked = [self._has_rating(rating, at) for rating in clause.ratings if rating is not None]
        if None in clause.ratings:
            asked.append(or_(*(self._has_rating(one, at) for one in Rating)).is_not(true()))
        return or_(*asked)

    def _has_rating(self, rating: Rating, at: At) -> Truth:
        own = self._reach(TagName(rating.tag_name))
        return search_tags.has_any(Reach(own.plain, ()), at)

    def _scored(self, clause: Scored, at: At) -> Truth:
        return at.in_(self._scored_members(clause))

    def _doubted(self, clause: Doubted, at: At) -> Truth:
        if clause.doubt is Doubt.CONFLICT:
            return at.in_(search_conflicts.conflicts(self._conn, clause.tag))
        near = at.in_(search_tags.near_threshold(self._conn, clause))
        if clause.tag is None or clause.doubt in (Doubt.PREDICTED, Doubt.UNCERTAIN):
            return near
        if clause.doubt is Doubt.MISSING:
            return and_(near, ~self._user_said(clause.tag, tuple(Verdict)))
        if not search_tags.is_scored(self._conn, clause.tag):
            return false()
        was_looked_at = at.in_(search_tags.looked_at(self._conn))
        return and_(
            self._user_said(clause.tag, (Verdict.CONFIRMED,)), was_looked_at, near.is_not(true())
        )

    def _user_said(self, tag: str, asked: tuple[Verdict, ...]) -> Truth:
        said = [verdict.value for verdict in asked]
        kin = search_tags.kin_of(self._conn, tag)
        return _spoken(one_of(verdicts.c.tag_id, kin), one_of(verdicts.c.verdict, said))

    def _measured(self, clause: Measured, at: At) -> Truth:
        return in_set(self._measure(clause.measure, at), clause.numbers)

    def _of_format(self, clause: OfFormat, at: At) -> Truth:
        return one_of(images.c.format, sorted(clause.formats))

    def _placed(self, clause: search_files.Place, at: At) -> Truth:
        return search_files.has_place(clause)

    def _has_status(self, clause: HasStatus, at: At) -> Truth:
        return search_files.has_status(clause.statuses)

    def _said_by(self, clause: SaidBy, at: At) -> Truth:
        return search_tags.has_source(clause.source.value, at)

    def seen_by(self, clause: SeenBy) -> Members:
        """Return the images (ids of index.db) that a model looked at."""
        fits = func.lower(idx_models.c.model_id).op("GLOB")(_glob(clause.pattern))
        numbers = self._conn.execute(select(idx_models.c.id).where(fits)).scalars()
        return search_tags.looked_at(self._conn, numbers)

    def _seen_by(self, clause: SeenBy, at: At) -> Truth:
        return at.in_(self.seen_by(clause))

    def _hash_is(self, clause: HashIs, at: At) -> Truth:
        return one_of(images.c[clause.hash.value], sorted(clause.values))

    def _is(self, clause: Is, at: At) -> Truth:
        if clause.state is State.UNTAGGED:
            return search_tags.is_untagged(self._conn, at)
        if clause.state is State.REVIEWED:
            return _spoken()
        if clause.state is State.DUPLICATE:
            return search_files.has_twin()
        if clause.state is State.LESSER:
            return search_files.is_lesser()
        if clause.state is State.COPIED:
            return search_files.is_copied()
        return _STATES[clause.state]


def in_set(number: ColumnElement[Any], numbers: NumberSet) -> Truth:
    """Return "the number is in the set"."""
    ranges = [_in_range(number, one) for one in numbers.ranges]
    return or_(false(), *ranges, *([number.is_(None)] if numbers.has_none else []))


def _in_range(number: ColumnElement[Any], one: Range) -> Truth:
    bounds: list[Truth] = [number.is_not(None)]
    if one.low is not None:
        bounds.append(number >= one.low if one.has_low else number > one.low)
    if one.high is not None:
        bounds.append(number <= one.high if one.has_high else number < one.high)
    return and_(*bounds)


def _spoken(*conditions: Truth) -> Truth:
    """Return "the user said so of the image"."""
    return exists(
        select(literal(1))
        .select_from(subjects)
        .join(verdicts, verdicts.c.subject_id == subjects.c.id)
        .where(
            subjects.c.image_id == images.c.id,
            verdicts.c.source == Source.USER.value,
            *conditions,
        )
    )


def _shuffled(shuffle: Shuffle) -> ColumnElement[int]:
    mixed = (images.c.id * shuffle.factor + shuffle.offset).bitwise_and(BITS)
    return (mixed * mixed).bitwise_rshift(DROPPED).bitwise_and(BITS)


def _glob(pattern: str) -> str:
    return "".join(f"[{char}]" if char in "?[" else char for char in pattern)


_COLUMNS: Mapping[Measure, ColumnElement[Any]] = {
    Measure.ID: images.c.id,
    Measure.WIDTH: images.c.width,
    Measure.HEIGHT: images.c.height,
    Measure.MPIXELS: images.c.width * images.c.height / literal(1e6),
    Measure.RATIO: images.c.width * literal(1.0) / images.c.height,
    Measure.FILESIZE: images.c.bytes,
    Measure.ADDED: images.c.added_at,
}

_STATES: Mapping[State, Truth] = {
    State.ANIMATED: images.c.frames > 1,
    State.FAVOURITE: exists(
        select(literal(1)).select_from(favourites).where(favourites.c.image_id == images.c.id)
    ),
    State.PORTRAIT: images.c.width < images.c.height,
    State.LANDSCAPE: images.c.width > images.c.height,
    State.SQUARE: images.c.width == images.c.height,
}
