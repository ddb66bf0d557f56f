"""What a search asks of images besides their tags, as columns: the place of a cell is the image id.

Columns are changed in place when images change, so ``ImageColumns`` has a lock; nobody holds it
for long.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import Connection

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.search.conditions import Measure, State
from anitag_desktop.search.matching import BEST_FIRST
from anitag_desktop.search.ranges import NumberSet, Range
from anitag_desktop.storage.id_sets import ids_of, set_of, union_of
from anitag_desktop.storage.selection import as_json

Column = NDArray[Any]
Mask = NDArray[np.bool_]

TYPES: Mapping[str, str] = {
    "known": "<u1",
    "width": "<i4",
    "height": "<i4",
    "frames": "<i4",
    "bytes": "<i8",
    "added": "<f8",
    "format": "<u1",
    "stars": "<i1",
    "favourite": "<u1",
    "status": "<i1",
    "date": "<f8",
}
"""The columns and their little-endian types, by which they are saved."""

_EMPTY = {"status": -1, "date": np.nan, "stars": 0}
_SPARE = 1.25
_FEW = 20_000
_REMEMBERED = 200
_FORMATS = (
    *("png", "jpeg", "webp", "gif", "bmp", "avif", "tiff", "apng", "jxl"),
    *("psd", "kra", "ora", "heif", "clip"),
)


class ImageColumns:
    """The columns of all images of a library."""

    def __init__(self, cells: Mapping[str, Column] | None = None) -> None:
        """Take saved columns, all of the same length, or begin without any image."""
        self.lock = RLock()
        self._cells = dict(cells) if cells else _made(1)
        self._labels: dict[tuple[str, int], BitMap] = {}
        self._derived: dict[Measure, Column] = {}
        self.everything = set_of(np.flatnonzero(self._cells["known"]))
        self.version = 0
        self._changes: deque[tuple[int, BitMap]] = deque(maxlen=_REMEMBERED)
        self._is_in_order: bool | None = None

    def cells(self) -> Mapping[str, Column]:
        """Return every column as far as there are images; copies."""
        with self.lock:
            end = (self.everything.max() if self.everything else 0) + 1
            return {name: column[:end].copy() for name, column in self._cells.items()}

    def refresh(self, conn: Connection, images: Iterable[int] | None) -> None:
        """Read some images anew, or every one."""
        rows = list(_read(conn, images))
        touched = None if images is None else BitMap(image for image in images if image > 0)
        with self.lock:
            before = self._added_of(touched)
            if touched:
                gone = ids_of(touched)
                self._cells["known"][gone[gone < len(self._cells["known"])]] = 0
            for ids, values in rows:
                self._put(ids, values)
            is_in_order = self._is_in_order and before is not None and self._goes_on(before)
            self._look_again(touched, [ids for ids, _ in rows])
            self._is_in_order = is_in_order or None

    def changed_since(self, version: int) -> BitMap | None:
        """Return the images that changed since a version; None if that is too long ago."""
        with self.lock:
            later = [images for at, images in self._changes if at > version]
            return union_of(later) if len(later) == self.version - version else None

    def is_added_in_order(self) -> bool:
        """Tell whether later ids were never added earlier: then one order is the other."""
        with self.lock:
            if self._is_in_order is None:
                added = self._cells["added"][ids_of(self.everything)]
                self._is_in_order = bool(np.all(added[1:] >= added[:-1]))
            return self._is_in_order

    def _added_of(self, images: BitMap | None) -> Mapping[int, float] | None:
        """Return when some images were added, and the last image of all; None for many."""
        if images is None or len(images) > _FEW:
            return None
        last = BitMap([self.everything.max()]) if self.everything else BitMap()
        ids = ids_of((images & self.everything) | last)
        known = dict(zip(ids.tolist(), self._cells["added"][ids].tolist(), strict=True))
        return known | dict.fromkeys(images - self.everything, np.inf)

    def _goes_on(self, before: Mapping[int, float]) -> bool:
        """Tell whether those that were added keep to the order in which all were.

        The others were added when they were before; new ones come after the last one.
        """
        added = self._cells["added"]
        end = self.everything.max() if self.everything else -1
        new = [image for image in sorted(before) if end < image < len(added)]
        times = added[[end, *new]] if end >= 0 else added[new]
        is_same = all(added[image] == time for image, time in before.items() if image <= end)
        return is_same and bool(np.all(times[1:] >= times[:-1]))

    def numbers(self, measure: Measure) -> Column:
        """Return a measure of every image: NaN, or 0 for stars, where there is none."""
        if measure in _COLUMN_OF:
            return self._cells[_COLUMN_OF[measure]]
        if measure not in self._derived:
            width, height = (self._cells[name].astype(np.float64) for name in ("width", "height"))
            if measure is Measure.MPIXELS:
                self._derived[measure] = width * height / 1e6
            elif measure is Measure.RATIO:
                self._derived[measure] = width / np.maximum(height, 1)
            else:
                self._derived[measure] = np.arange(len(width), dtype=np.int64)
        return self._derived[measure]

    def among(self, measure: Measure, numbers: NumberSet, within: BitMap) -> BitMap:
        """Return those of some images whose measure is in a set."""
        with self.lock:
            return among(self.numbers(measure), numbers, within, measure is Measure.STARS)

    def with_status(self, statuses: Iterable[ImageStatus]) -> BitMap:
        """Return the images whose best status is one of these."""
        with self.lock:
            sets = [self._labelled("status", BEST_FIRST.index(status)) for status in statuses]
        return BitMap.union(*sets) if sets else BitMap()

    def of_formats(self, formats: Iterable[str]) -> BitMap | None:
        """Return the images of some file formats; None if a format is none that is counted."""
        wanted = list(formats)
        if not all(one in _FORMATS for one in wanted):
            return None
        with self.lock:
            sets = [self._labelled("format", _FORMATS.index(one) + 1) for one in wanted]
        return BitMap.union(*sets) if sets else BitMap()

    def in_state(self, state: State, within: BitMap) -> BitMap:
        """Return those of some images that are so; not for what tags or the user's words say."""
        with self.lock:
            if state is State.FAVOURITE:
                return self._labelled("favourite", 1) & within
            return _where(within, _TESTS[state](self._cells))

    def _labelled(self, name: str, label: int) -> BitMap:
        key = (name, label)
        if key not in self._labels:
            self._labels[key] = set_of(np.flatnonzero(self._cells[name] == label)) & self.everything
        return self._labels[key]

    def _put(self, ids: NDArray[np.int64], values: Mapping[str, Column]) -> None:
        if len(ids) and int(ids.max()) >= len(self._cells["known"]):
            grown = _made(int(ids.max() * _SPARE) + 2)
            for name, column in self._cells.items():
                grown[name][: len(column)] = column
            self._cells = grown
        for name, column in values.items():
            self._cells[name][ids] = column

    def _look_again(self, touched: BitMap | None, found: list[NDArray[np.int64]]) -> None:
        """Bring up to date what was made from the columns."""
        self._derived.clear()
        self._is_in_order = None
        self.version += 1
        if touched is None:
            self._changes.clear()
        else:
            self._changes.append((self.version, touched))
        present = set_of(np.concatenate(found)) if found else BitMap()
        if touched is None:
            self._labels.clear()
            self.everything = present
            return
        self.everything = (self.everything - touched) | present
        for (name, label), members in self._labels.items():
            now = present & set_of(_those_with(self._cells[name], present, label))
            self._labels[name, label] = (members - touched) | now


def _made(length: int) -> dict[str, Column]:
    return {name: np.full(length, _EMPTY.get(name, 0), kind) for name, kind in TYPES.items()}


def _those_with(column: Column, images: BitMap, label: int) -> NDArray[np.uint32]:
    ids = ids_of(images)
    found: NDArray[np.uint32] = ids[column[ids] == label]
    return found


def _where(within: BitMap, mask: Mask) -> BitMap:
    if len(within) > _FEW:
        return set_of(np.flatnonzero(mask)) & within
    ids = ids_of(within)
    return set_of(ids[mask[ids]])


def among(column: Column, numbers: NumberSet, within: BitMap, zero_is_none: bool = False) -> BitMap:
    """Return those of some images whose number in a column is in a set."""
    if len(within) <= _FEW:
        ids = ids_of(within)
        return set_of(ids[_holds(column[ids], numbers, zero_is_none)])
    return set_of(np.flatnonzero(_holds(column, numbers, zero_is_none))) & within


def _holds(values: Column, numbers: NumberSet, zero_is_none: bool) -> Mask:
    absent = values == 0 if zero_is_none else np.isnan(values)
    found = absent.copy() if numbers.has_none else np.zeros(len(values), np.bool_)
    for one in numbers.ranges:
        found |= _in_range(values, one) & ~absent
    return found


def _in_range(values: Column, one: Range) -> Mask:
    found = np.ones(len(values), np.bool_)
    if one.low is not None:
        found &= values >= one.low if one.has_low else values > one.low
    if one.high is not None:
        found &= values <= one.high if one.has_high else values < one.high
    return found


def _read(
    conn: Connection, images: Iterable[int] | None
) -> Iterator[tuple[NDArray[np.int64], Mapping[str, Column]]]:
    """Yield ids and their cells, chunk by chunk."""
    listed = "{}" if images is None else "{} IN (SELECT value FROM json_each(?))"
    values = () if images is None else (as_json(images)["values"],)
    where = "" if images is None else " WHERE " + listed.format("i.id")
    for ids, rows in _chunks(conn, _IMAGES + where, values):
        yield ids, {name: rows[place] for place, name in enumerate(_IMAGE_COLUMNS)}
    also = "" if images is None else " AND " + listed.format("image_id")
    for ids, (status, present, of_any) in _chunks(conn, _FILES.format(also), values):
        times = np.where(np.isnan(present), of_any, present) / 1e9
        yield ids, {"status": status, "date": times}


def _chunks(
    conn: Connection, sql: str, values: tuple[object, ...]
) -> Iterator[tuple[NDArray[np.int64], list[NDArray[np.float64]]]]:
    cursor = conn.connection.cursor()
    cursor.execute(sql, values)
    while rows := cursor.fetchmany(50_000):
        columns = list(zip(*rows, strict=True))
        yield (
            np.array(columns[0], np.int64),
            [np.array(column, np.float64) for column in columns[1:]],
        )
    cursor.close()


_IMAGE_COLUMNS = (
    *("known", "width", "height", "frames", "bytes", "added", "format", "stars", "favourite"),
    *("status", "date"),
)
_FORMAT = (
    "CASE format "
    + " ".join(f"WHEN '{name}' THEN {place}" for place, name in enumerate(_FORMATS, 1))
    + " ELSE 0 END"
)
_IMAGES = (
    f"SELECT i.id, 1, width, height, frames, bytes, added_at, {_FORMAT}, coalesce(s.stars, 0), "
    "f.image_id IS NOT NULL, -1, NULL FROM main.images i "
    "LEFT JOIN main.stars s ON s.image_id = i.id LEFT JOIN main.favourites f ON f.image_id = i.id"
)
_STATUS = (
    "CASE status "
    + " ".join(f"WHEN '{status.value}' THEN {place}" for place, status in enumerate(BEST_FIRST))
    + " END"
)
# Times stay whole numbers as long as a double holds them: SQL divides the same doubles.
_FILES = (
    f"SELECT image_id, min({_STATUS}), min(CASE WHEN status = 'present' THEN mtime_ns END), "
    "min(mtime_ns) FROM main.files WHERE image_id IS NOT NULL{} GROUP BY image_id"
)
_COLUMN_OF: Mapping[Measure, str] = {
    Measure.WIDTH: "width",
    Measure.HEIGHT: "height",
    Measure.FILESIZE: "bytes",
    Measure.DATE: "date",
    Measure.ADDED: "added",
    Measure.STARS: "stars",
}
_TESTS: Mapping[State, Callable[[Mapping[str, Column]], Mask]] = {
    State.ANIMATED: lambda cells: cells["frames"] > 1,
    State.PORTRAIT: lambda cells: cells["width"] < cells["height"],
    State.LANDSCAPE: lambda cells: cells["width"] > cells["height"],
    State.SQUARE: lambda cells: cells["width"] == cells["height"],
}
