"""``image_tags`` as bitmaps: for each tag the images that have it, in ids of library.db.

A state is never changed once others can see it: what a commit touched makes a new one, which
shares all that stayed as it was.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import Connection

from anitag_desktop.domain.correction import Source
from anitag_desktop.storage.id_sets import ids_of, listed, read_numbers, set_of, union_of
from anitag_desktop.storage.selection import as_json

SOURCES = tuple(Source)
"""Sources by the number under which their bitmaps are saved."""

Sets = Mapping[int, BitMap]


@dataclass(frozen=True, slots=True)
class TagBitmaps:
    """Images by tag (its id in index.db), by tag that was rejected on them, by source's place."""

    tagged: Sets = field(default_factory=dict)
    rejected: Sets = field(default_factory=dict)
    sources: Sets = field(default_factory=dict)

    def kinds(self) -> dict[str, Sets]:
        """Return the sets by the names under which they are saved."""
        return {"tagged": self.tagged, "rejected": self.rejected, "source": self.sources}


@dataclass(frozen=True, slots=True)
class TagRows:
    """What ``image_tags`` and ``rejected_tags`` say of some images: columns of the same length."""

    images: BitMap
    tags: NDArray[np.int64]
    tagged: NDArray[np.int64]
    sources: NDArray[np.int64]
    rejected: tuple[tuple[int, int], ...]


def build(conn: Connection, library_ids: NDArray[np.uint32]) -> Iterator[TagBitmaps | None]:
    """Read everything from SQL; yields None now and then, so that it can be given up.

    ``library_ids`` has the library's id, or 0, for each image id of index.db.
    """
    tagged: dict[int, BitMap] = {}
    found: dict[int, list[BitMap]] = defaultdict(list)
    cursor = conn.connection.cursor()
    for tag, ids, others in cursor.execute(_TAGGED):
        tagged[tag] = set_of(_known(read_numbers(ids), library_ids))
        _sort_by_source(tagged[tag], others, library_ids, found)
        yield None
    rejected = {
        tag: set_of(_known(read_numbers(ids), library_ids)) for tag, ids in listed(conn, _REJECTED)
    }
    cursor.close()
    sources = {place: union_of(sets) for place, sets in found.items()}
    yield TagBitmaps(_without_empty(tagged), _without_empty(rejected), _without_empty(sources))


def _sort_by_source(
    tagged: BitMap,
    others: str | None,
    library_ids: NDArray[np.uint32],
    found: dict[int, list[BitMap]],
) -> None:
    """Add a tag's images to those of their sources; ``others`` lists all that are no model's."""
    pairs = read_numbers(others)
    places, ids = pairs % _PLACES, library_ids[pairs // _PLACES]
    rest = tagged
    for place in np.unique(places):
        own = set_of(ids[(places == place) & (ids > 0)])
        found[int(place)].append(own)
        rest = rest - own
    found[_MODEL].append(rest)


def rows_of(conn: Connection, images: Mapping[int, int]) -> TagRows:
    """Read the rows of some images: ids of library.db by those of index.db."""
    numbers = as_json(images)["values"]
    rows = np.array(listed(conn, _ROWS, (numbers,)), np.int64).reshape(-1, 3)
    rejected = listed(conn, _REJECTED_ROWS, (numbers,))
    to_library = np.zeros(max(images, default=0) + 1, np.int64)
    to_library[list(images)] = list(images.values())
    return TagRows(
        BitMap(images.values()),
        rows[:, 0],
        to_library[rows[:, 1]],
        rows[:, 2],
        tuple((tag, int(to_library[int(number)])) for tag, number in rejected),
    )


def renewed(state: TagBitmaps, rows: TagRows) -> TagBitmaps:
    """Return a state in which some images have these rows instead of what they had."""
    by_tag = _grouped(rows.tags, rows.tagged)
    by_source = _grouped(rows.sources, rows.tagged)
    by_rejected: dict[int, BitMap] = defaultdict(BitMap)
    for tag, image in rows.rejected:
        by_rejected[tag].add(image)
    return TagBitmaps(
        _replaced(state.tagged, rows.images, by_tag),
        _replaced(state.rejected, rows.images, by_rejected),
        _replaced(state.sources, rows.images, by_source),
    )


def _grouped(keys: NDArray[np.int64], ids: NDArray[np.int64]) -> dict[int, BitMap]:
    order = np.argsort(keys, kind="stable")
    sorted_keys = keys[order]
    starts = np.flatnonzero(np.diff(sorted_keys, prepend=-1))
    groups = np.split(ids[order], starts[1:]) if len(keys) else []
    return {int(key): set_of(group) for key, group in zip(sorted_keys[starts], groups, strict=True)}


def _replaced(old: Sets, touched: BitMap, new: Mapping[int, BitMap]) -> Sets:
    sets = dict(old)
    for key, members in old.items():
        now = new.get(key)
        if now is None and not members.intersect(touched):
            continue
        changed = members - touched
        if now is not None:
            changed |= now
        if changed != members:
            sets[key] = changed
    sets.update((key, members) for key, members in new.items() if key not in old)
    return _without_empty(sets)


def _known(numbers: NDArray[np.int64], library_ids: NDArray[np.uint32]) -> NDArray[np.uint32]:
    ids = library_ids[numbers]
    return np.sort(ids[ids > 0])


def _without_empty(sets: Sets) -> Sets:
    return {key: members for key, members in sets.items() if members}


def read_library_ids(conn: Connection) -> NDArray[np.uint32]:
    """Return the library's id, or 0, for each image id of index.db."""
    numbers, ids = listed(conn, _LIBRARY_IDS)[0]
    found = read_numbers(str(numbers) if numbers else None)
    library_ids = np.zeros(int(found.max(initial=0)) + 1, np.uint32)
    library_ids[found] = read_numbers(ids)
    return library_ids


_PLACES = len(SOURCES)
_MODEL = SOURCES.index(Source.MODEL)
_PLACE = (
    "CASE source "
    + " ".join(f"WHEN '{one.value}' THEN {place}" for place, one in enumerate(SOURCES))
    + " END"
)
_OTHERS = f"CASE WHEN source != 'model' THEN image_id * {_PLACES} + {_PLACE} END"
_TAGGED = (
    f"SELECT tag_id, group_concat(image_id), group_concat({_OTHERS}) "
    "FROM idx.image_tags GROUP BY tag_id"
)
_REJECTED = "SELECT tag_id, group_concat(image_id) FROM idx.rejected_tags GROUP BY tag_id"
_AMONG = "image_id IN (SELECT value FROM json_each(?))"
_ROWS = f"SELECT tag_id, image_id, {_PLACE} FROM idx.image_tags WHERE {_AMONG}"
_REJECTED_ROWS = f"SELECT tag_id, image_id FROM idx.rejected_tags WHERE {_AMONG}"
_LIBRARY_IDS = (
    "SELECT group_concat(x.id), group_concat(i.id) "
    "FROM idx.images x JOIN main.images i ON i.sha256 = x.sha256"
)

__all__ = ["TagBitmaps", "TagRows", "build", "ids_of", "renewed", "rows_of"]
