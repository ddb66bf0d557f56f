"""Sets of image ids as bitmaps, and their ways from and to arrays and SQL."""

import array
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import Connection

Ids = NDArray[np.uint32]
"""Image ids, mostly ascending."""


def set_of(ids: NDArray[np.integer]) -> BitMap:
    """Return the set of some ids (any integer type, none negative, in any order)."""
    plain = array.array("I")  # the one form that pyroaring reads without a Python int for each
    plain.frombytes(np.ascontiguousarray(ids, dtype=np.uint32).tobytes())
    return BitMap(plain)


def ids_of(found: BitMap) -> Ids:
    """Return the ids of a set, ascending."""
    return np.frombuffer(found.to_array(), dtype=np.uint32)


def union_of(sets: Iterable[BitMap]) -> BitMap:
    """Return what is in any of the sets."""
    several = list(sets)
    return BitMap.union(*several) if several else BitMap()


def read_numbers(text: str | None) -> NDArray[np.int64]:
    """Return the numbers of a ``group_concat``: five times as fast as a row for each."""
    if not text:
        return np.empty(0, np.int64)
    return np.fromstring(text, dtype=np.int64, sep=",")


def listed(
    conn: Connection, sql: str, parameters: tuple[object, ...] = ()
) -> list[tuple[Any, ...]]:
    """Return the rows of a statement as plain tuples."""
    cursor = conn.connection.cursor()
    try:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
    finally:
        cursor.close()
