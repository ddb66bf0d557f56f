"""Reads the metatags of a tree: which name takes which values, and what they ask.

The parser leaves values as they were typed; here a value that makes no sense is an error with its
place, the reason and an example, so that nothing is ever silently found or not found.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from anitag_desktop.domain.tag import POOL_PREFIX, TagCategory
from anitag_desktop.search import quantities, reading
from anitag_desktop.search.conditions import (
    COUNTED_CATEGORIES,
    PRESENT,
    AllOf,
    AnyOf,
    Clause,
    Doubt,
    Hash,
    HasStatus,
    InCategory,
    Measure,
    Measured,
    NoneOf,
    conditions_of,
)
from anitag_desktop.search.dates import read_ages, read_days
from anitag_desktop.search.errors import QueryError
from anitag_desktop.search.ordering import (
    NEWEST_FIRST,
    ORDER_NAMES,
    Order,
    OrderKey,
    read_order,
)
from anitag_desktop.search.query import (
    NOWHERE,
    And,
    Everything,
    Extent,
    Metatag,
    Not,
    Or,
    Query,
    TagName,
    TagPattern,
)
from anitag_desktop.search.ranges import NumberSet, Reader, Unreadable, read_set

Value = TypeVar("Value")

ALIKE = 200
"""So many pictures ``similar:`` finds without a ``limit:``."""

ValueReader = Callable[[str, datetime], Clause]


@dataclass(frozen=True, slots=True)
class MetatagKind:
    """One metatag: how its value is read, an example, and the words that it takes.

    ``category`` is the one of the tags that it takes; ``takes_tags`` if it takes any tag, or the
    rest of those whose names begin with ``prefix``.
    """

    read: ValueReader
    example: str
    choices: tuple[str, ...] = ()
    category: TagCategory | None = None
    takes_tags: bool = False
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """To which picture the others are compared: a path, a sha256 or an md5."""

    reference: str
    extent: Extent = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Search:
    """A search that can be answered: which pictures, in which order, how many at most.

    With a ``likeness`` they come by that, the most alike first, and the order is not heeded. A
    search index never sees one: ``services.searching`` asks it for the rest of the search.
    """

    where: Clause
    order: Order = NEWEST_FIRST
    limit: int | None = None
    likeness: Likeness | None = None


def interpret(
    query: Query, now: datetime, order: str | None = None, seed: int | None = None
) -> Search:
    """Read every metatag of a tree.

    Pictures that are not present are left out unless ``status:`` asks. ``order`` (what ``order:``
    takes) beats the tree's; ``seed`` is that of a random order without one. ``now`` is the user's
    local time.

    Raises:
        QueryError: a value makes no sense, or a metatag stands where it cannot.
    """
    outermost = query.parts if isinstance(query, And) else (query,)
    settled: dict[str, Metatag] = {}
    for part in outermost:
        if isinstance(part, Metatag) and part.name in _OUTERMOST:
            if part.name in settled:
                raise QueryError(part.extent, "repeated", metatag=part.name)
            settled[part.name] = part
    clauses = tuple(_clause(part, now) for part in outermost if part not in settled.values())
    where = AllOf(clauses if _asks_status(clauses) else (*clauses, PRESENT))
    limit = _read(settled["limit"], reading.limit) if "limit" in settled else None
    likeness = _likeness(settled) if "similar" in settled else None
    if likeness:
        return Search(where, limit=ALIKE if limit is None else limit, likeness=likeness)
    return Search(where, _order(order, settled.get("order"), seed, clauses), limit)


def _likeness(settled: Mapping[str, Metatag]) -> Likeness:
    """Read to what pictures are compared; their likeness orders them already."""
    if "order" in settled:
        raise QueryError(settled["order"].extent, "order_beside_similar")
    asked = settled["similar"]
    return Likeness(_read(asked, str.strip), asked.value_extent)


def _order(
    asked: str | None, term: Metatag | None, seed: int | None, clauses: tuple[Clause, ...]
) -> Order:
    """Read the order that was asked for beside the text, else the one in it."""
    term = term if asked is None else Metatag("order", asked)
    order = _read(term, read_order) if term else NEWEST_FIRST
    if order.key is OrderKey.SCORE and not order.tags:
        tags = tuple(name for clause in clauses for name in _asked_tag(clause))
        if not tags:
            raise QueryError(term.extent if term else NOWHERE, "order_needs_tag")
        order = replace(order, tags=tags)
    return replace(order, seed=seed or 0) if order.seed is None else order


def _asked_tag(clause: Clause) -> tuple[str, ...]:
    tag = clause.tag if isinstance(clause, InCategory) else clause
    return (tag.name,) if isinstance(tag, TagName) else ()


def _clause(query: Query, now: datetime) -> Clause:
    if isinstance(query, TagName | TagPattern):
        return query
    if isinstance(query, Everything):
        return AllOf(())
    if isinstance(query, Not):
        return NoneOf(_clause(query.part, now))
    if isinstance(query, And):
        return AllOf(tuple(_clause(part, now) for part in query.parts))
    if isinstance(query, Or):
        return AnyOf(tuple(_clause(part, now) for part in query.parts))
    if query.name in _OUTERMOST:
        raise QueryError(query.extent, "not_outermost", metatag=query.name)
    kind = KINDS[query.name]
    return _read(query, lambda text: kind.read(text, now))


def _read(metatag: Metatag, read: Callable[[str], Value]) -> Value:
    """Read a metatag's value; what is wrong with it becomes an error with its place."""
    kind = KINDS[metatag.name]
    example = f"{metatag.name}:{kind.example}"
    if not metatag.value.strip():
        raise QueryError(metatag.extent, "empty_value", metatag=metatag.name, example=example)
    try:
        return read(metatag.value)
    except Unreadable as wrong:
        about = {"metatag": metatag.name, "value": metatag.value, "example": example}
        raise QueryError(metatag.value_extent, wrong.code, **about, **wrong.params) from wrong


def _asks_status(clauses: tuple[Clause, ...]) -> bool:
    return any(isinstance(leaf, HasStatus) for clause in clauses for leaf in conditions_of(clause))


def _plain(read: Callable[[str], Clause]) -> ValueReader:
    return lambda text, now: read(text)


def _measured(measure: Measure, read: Reader, code: str = "bad_number") -> ValueReader:
    return lambda text, now: Measured(measure, read_set(text, read, code))


def _timed(measure: Measure, read: Callable[[str, datetime], NumberSet]) -> ValueReader:
    return lambda text, now: Measured(measure, read(text, now))


def _counted(measure: Measure) -> MetatagKind:
    return MetatagKind(_measured(measure, quantities.count), ">=10")


def _choice(read: Callable[[str], Clause], choices: Mapping[str, object]) -> MetatagKind:
    words = tuple(choices)
    return MetatagKind(_plain(read), words[0], words)


def _category(category: TagCategory, example: str) -> MetatagKind:
    read = _plain(partial(reading.tag_in, category))
    return MetatagKind(read, example, reading.ANY_OR_NONE, category=category)


def _doubt(doubt: Doubt) -> MetatagKind:
    choices = ("any",) if doubt in reading.ABOUT_ANY else ()
    read = _plain(partial(reading.doubted, doubt))
    return MetatagKind(read, "long_hair", choices, takes_tags=True)


def _hash(kind: Hash) -> MetatagKind:
    return MetatagKind(_plain(partial(reading.hashes, kind)), "0" * reading.HASH_DIGITS[kind])


def _refuse(text: str, now: datetime) -> Clause:
    raise AssertionError("order:, limit: and similar: are taken out before")


KINDS: Mapping[str, MetatagKind] = {
    "rating": _choice(reading.ratings, reading.RATINGS),
    "character": _category(TagCategory.CHARACTER, "hatsune_miku"),
    "copyright": _category(TagCategory.COPYRIGHT, "touhou"),
    "artist": _category(TagCategory.ARTIST, "some_name"),
    "general": _category(TagCategory.GENERAL, "long_hair"),
    "meta": _category(TagCategory.META, "highres"),
    "score": MetatagKind(_plain(reading.scored), "long_hair>0.8", takes_tags=True),
    "ai": MetatagKind(_plain(reading.predicted), "long_hair", takes_tags=True),
    "missing": _doubt(Doubt.MISSING),
    "wrong": _doubt(Doubt.WRONG),
    "uncertain": replace(_doubt(Doubt.UNCERTAIN), read=_plain(reading.uncertain)),
    "conflict": _doubt(Doubt.CONFLICT),
    "source": _choice(reading.source, reading.SOURCES),
    "model": MetatagKind(_plain(reading.model), "wd-*"),
    "id": MetatagKind(_measured(Measure.ID, quantities.count), "5..10"),
    "width": MetatagKind(_measured(Measure.WIDTH, quantities.count), ">=1000"),
    "height": MetatagKind(_measured(Measure.HEIGHT, quantities.count), ">=1000"),
    "mpixels": MetatagKind(_measured(Measure.MPIXELS, quantities.megapixels), ">2.5"),
    "ratio": MetatagKind(_measured(Measure.RATIO, quantities.ratio, "bad_ratio"), "16:9"),
    "filesize": MetatagKind(
        _measured(Measure.FILESIZE, quantities.file_size, "bad_size"), "200kb..1.5mb"
    ),
    "date": MetatagKind(_timed(Measure.DATE, read_days), "2024-01-01..2024-06-30"),
    "added": MetatagKind(_timed(Measure.ADDED, read_days), ">=2024-01-01"),
    "age": MetatagKind(_timed(Measure.DATE, read_ages), "<2w"),
    "rated": MetatagKind(_measured(Measure.STARS, quantities.count), ">=4"),
    **{measure.value: _counted(measure) for measure in (Measure.TAGS, *COUNTED_CATEGORIES)},
    "filetype": _choice(reading.file_formats, reading.FORMATS),
    "folder": MetatagKind(_plain(reading.folder), "pictures/2024"),
    "path": MetatagKind(_plain(reading.path), "*/2024/*.png"),
    "name": MetatagKind(_plain(reading.file_name), "*_p0.png"),
    "status": _choice(reading.statuses, reading.STATUSES),
    "md5": _hash(Hash.MD5),
    "sha256": _hash(Hash.SHA256),
    "pixelhash": _hash(Hash.PIXELS),
    "is": _choice(reading.state, reading.STATES),
    "has": _choice(reading.has, reading.HAS),
    "pool": MetatagKind(
        _plain(reading.pool),
        "best_of",
        reading.ANY_OR_NONE,
        takes_tags=True,
        prefix=POOL_PREFIX,
    ),
    "duplicate": _choice(reading.duplicate, reading.DUPLICATES),
    "fav": _choice(reading.favourite, reading.YES_NO),
    "similar": MetatagKind(_refuse, "pictures/a.png"),
    "order": MetatagKind(_refuse, "name", ORDER_NAMES),
    "limit": MetatagKind(_refuse, "100"),
}
"""Every metatag by its canonical name."""

_OUTERMOST = frozenset({"similar", "order", "limit"})
