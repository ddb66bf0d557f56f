"""Ways to name many rows in one statement."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, bindparam, func, select

T = TypeVar("T")

_SIGN = 1 << 63


def one_of(column: ColumnElement[T], values: Iterable[int] | Iterable[str]) -> ColumnElement[bool]:
    """Return "column is one of values", for any number of integers or texts, as one parameter."""
    listed = func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(select(listed.c.value))


def one_of_named(column: ColumnElement[T], name: str = "values") -> ColumnElement[bool]:
    """Return ``one_of`` for a statement that is built once; ``as_json`` makes the parameter."""
    listed = func.json_each(bindparam(name)).table_valued("value")
    return column.in_(select(listed.c.value))


def as_json(values: Iterable[int] | Iterable[str]) -> dict[str, str]:
    """Return the parameters of a statement with ``one_of_named``."""
    return {"values": json.dumps(list(values))}


def chunks(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut ``values`` into pieces of at most ``size``."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def to_signed(value: int) -> int:
    """Return an unsigned 64-bit number as SQLite can keep it."""
    return (value + _SIGN) % (1 << 64) - _SIGN


def to_unsigned(value: int) -> int:
    """Return what ``to_signed`` was given."""
    return value % (1 << 64)
