"""The tree of a search: what the parser makes of a text.

Nodes know where they stood in the text, but two nodes that say the same are equal wherever they
stood. ``all_of``, ``any_of`` and ``negate`` build trees in the one canonical form, in which the
parser writes them too: no And in an And, no Or in an Or, no Not of a Not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Extent:
    """A stretch of the text: from character ``start`` up to, but without, ``end``."""

    start: int = 0
    end: int = 0


NOWHERE = Extent()
"""The extent of what was not read from a text."""


@dataclass(frozen=True, slots=True)
class Everything:
    """The empty search."""

    extent: Extent = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class TagName:
    """A tag, by its normalized name."""

    name: str
    extent: Extent = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class TagPattern:
    """All tags whose name is these pieces (two or more) with anything between them.

    ``*_hair`` is ``("", "_hair")``; only the first and the last piece may be empty.
    """

    pieces: tuple[str, ...]
    extent: Extent = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Metatag:
    """``name:value``. The name is the canonical one, the value what was typed."""

    name: str
    value: str
    extent: Extent = field(default=NOWHERE, compare=False)
    value_extent: Extent = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """What ``part`` does not find."""

    part: "Query"
    extent: Extent = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """What every one of at least two parts finds."""

    parts: tuple["Query", ...]
    extent: Extent = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """What any of at least two parts finds."""

    parts: tuple["Query", ...]
    extent: Extent = field(default=NOWHERE, compare=False)


Leaf = TagName | TagPattern | Metatag
Query = Everything | Leaf | Not | And | Or


def all_of(parts: Iterable[Query]) -> Query:
    """Join parts with AND; nothing at all is everything."""
    flat = tuple(inner for part in parts for inner in _conjuncts(part))
    if len(flat) < 2:
        return flat[0] if flat else Everything()
    return And(flat, _around(flat))


def any_of(parts: Iterable[Query]) -> Query:
    """Join at least one part with OR."""
    flat = tuple(
        inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,))
    )
    return flat[0] if len(flat) == 1 else Or(flat, _around(flat))


def negate(part: Query, extent: Extent = NOWHERE) -> Query:
    """Return the opposite of a part."""
    return part.part if isinstance(part, Not) else Not(part, extent)


def leaves(query: Query) -> Iterator[Leaf]:
    """Yield the tags, patterns and metatags of a tree from left to right."""
    if isinstance(query, And | Or):
        for part in query.parts:
            yield from leaves(part)
    elif isinstance(query, Not):
        yield from leaves(query.part)
    elif not isinstance(query, Everything):
        yield query


def _conjuncts(part: Query) -> tuple[Query, ...]:
    if isinstance(part, And):
        return part.parts
    return () if isinstance(part, Everything) else (part,)


def _around(parts: tuple[Query, ...]) -> Extent:
    return Extent(parts[0].extent.start, parts[-1].extent.end)
