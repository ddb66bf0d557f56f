"""The bitmaps and columns of the search as they lie in index.db, and whether they still hold.

They hold if library.db has the stamp that it had when they were saved, and index.db the tags: the
images whose tags changed since then stand in ``touched_images``. What was saved is believed only
as far as its form is right; reading cannot harm, and what is wrong is made again.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import Connection, Table, delete, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.storage import stamps, touched_images
from anitag_desktop.storage.id_sets import listed
from anitag_desktop.storage.image_columns import TYPES, Column
from anitag_desktop.storage.schema import bitmaps, idx_meta, image_columns
from anitag_desktop.storage.tag_bitmaps import Sets, TagBitmaps

_META = "saved_bitmaps"
_FORMAT = 1
_LIBRARY_IDS = "library_ids"

Cells = Mapping[str, Column]


@dataclass(frozen=True)
class Saved:
    """What is saved; ``seq`` is the last of ``touched_images`` that the tags show.

    ``cells`` are None where the library has changed since: they no longer hold.
    """

    tags: TagBitmaps
    library_ids: NDArray[np.uint32]
    cells: Cells | None
    seq: int


def read(conn: Connection) -> Saved | None:
    """Return what was saved, if it still holds; ``conn`` is a reader of the library."""
    about = _about(conn)
    if about is None:
        return None
    try:
        columns = dict(listed(conn, "SELECT name, cells FROM idx.image_columns"))
        library_ids = np.frombuffer(columns.pop(_LIBRARY_IDS), "<u4")
        cells = {name: np.frombuffer(columns[name], kind).copy() for name, kind in TYPES.items()}
        kinds: dict[str, dict[int, BitMap]] = {"tagged": {}, "rejected": {}, "source": {}}
        for kind, number, members in listed(conn, "SELECT kind, number, members FROM idx.bitmaps"):
            kinds[kind][number] = BitMap.deserialize(members)
    except (KeyError, ValueError, IndexError, TypeError):
        return None
    if len({len(column) for column in cells.values()}) != 1:
        return None
    tags = TagBitmaps(kinds["tagged"], kinds["rejected"], kinds["source"])
    is_same = about.get("stamp") == stamps.read(conn)
    return Saved(tags, library_ids, cells if is_same else None, about["seq"])


def write(conn: Connection, old: TagBitmaps | None, saved: Saved, stamp: str) -> None:
    """Save what changed since ``old`` was saved (None: everything), in an index transaction.

    ``saved.seq`` is the last of ``touched_images`` that the bitmaps show, and ``stamp`` that of
    the library when it had these columns.
    """
    for kind, sets in saved.tags.kinds().items():
        _write_sets(conn, kind, {} if old is None else old.kinds()[kind], sets, old is None)
    columns = {**(saved.cells or {}), _LIBRARY_IDS: saved.library_ids.astype("<u4")}
    _put(conn, image_columns, [{"name": n, "cells": c.tobytes()} for n, c in columns.items()])
    about = {"format": _FORMAT, "stamp": stamp, "seq": saved.seq}
    _put(conn, idx_meta, [{"name": _META, "value": json.dumps(about)}])
    touched_images.forget(conn, saved.seq)


def _about(conn: Connection) -> dict[str, Any] | None:
    value = conn.execute(
        select(idx_meta.c.value).where(idx_meta.c.name == _META)
    ).scalar_one_or_none()
    try:
        about = json.loads(value or "null")
    except ValueError:
        return None
    is_known = isinstance(about, dict) and about.get("format") == _FORMAT
    return about if is_known and isinstance(about.get("seq"), int) else None


def _write_sets(conn: Connection, kind: str, old: Sets, new: Sets, is_all: bool) -> None:
    gone = None if is_all else [number for number in old if number not in new]
    where = bitmaps.c.kind == kind
    if gone is None:
        conn.execute(delete(bitmaps).where(where))
    for number in gone or ():
        conn.execute(delete(bitmaps).where(where, bitmaps.c.number == number))
    _put(
        conn,
        bitmaps,
        [
            {"kind": kind, "number": number, "members": members.serialize()}
            for number, members in new.items()
            if old.get(number) is not members
        ],
    )


def _put(conn: Connection, table: Table, rows: Iterable[dict[str, object]]) -> None:
    listed_rows = list(rows)
    if listed_rows:
        conn.execute(insert(table).prefix_with("OR REPLACE"), listed_rows)
