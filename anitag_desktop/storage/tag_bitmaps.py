"""``image_tags`` as bitmaps: for each tag the images that have it, in ids of library.db.

A state is never changed once others can see it: what a commit touched makes a new one, which
shares all that stayed as it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import Connection

from anitag_desktop.domain.correction import Source
from anitag_desktop.storage.id_sets import listed, read_numbers, set_of, union_of
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
class Renewal:
    """What ``image_tags`` and ``rejected_tags`` say now of some images.

    ``tags`` are those of which it is told, None: all; ``sources`` are told of all.
    """

    images: BitMap
    tags: frozenset[int] | None
    tagged: Sets
    rejected: Sets
    sources: Sets


class Difference(NamedTuple):
    """Images that gained and that lost a tag (its id in index.db)."""

    tag: int
    gained: BitMap
    lost: BitMap


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


def read_renewal(
    conn: Connection, images: Mapping[int, int], gone: BitMap, tags: frozenset[int] | None
) -> Renewal:
    """Read what is said now of images (ids of library.db by those of index.db).

    ``gone`` are images (ids of library.db) that have no rows any more under that id; ``tags``
    those of which it is asked, None: all.
    """
    numbers = as_json(images)["values"]
    to_library = np.zeros(max(images, default=0) + 1, np.uint32)
    to_library[list(images)] = list(images.values())

    def grouped(sql: str, *parameters: str) -> dict[int, BitMap]:
        rows = np.array(listed(conn, sql, (numbers, *parameters)), np.int64).reshape(-1, 2)
        return _grouped(rows[:, 0], to_library[rows[:, 1]])

    asked = () if tags is None else (as_json(tags)["values"],)
    among = _AMONG + _of_tags(tags)
    return Renewal(
        images=BitMap(images.values()) | gone,
        tags=tags,
        tagged=grouped(f"SELECT tag_id, image_id FROM idx.image_tags WHERE {among}", *asked),
        rejected=grouped(f"SELECT tag_id, image_id FROM idx.rejected_tags WHERE {among}", *asked),
        sources=grouped(_GIVEN) | grouped(_BY_MODELS),
    )


def renewed(state: TagBitmaps, renewal: Renewal) -> tuple[TagBitmaps, list[Difference]]:
    """Return a state in which some images have what is said now, and how their tags differ."""
    tagged = _differences(state.tagged, renewal.tagged, renewal, renewal.tags)
    rejected = _differences(state.rejected, renewal.rejected, renewal, renewal.tags)
    sources = _differences(state.sources, renewal.sources, renewal, None)
    now = TagBitmaps(
        _changed(state.tagged, tagged),
        _changed(state.rejected, rejected),
        _changed(state.sources, sources),
    )
    is_same = not (tagged or rejected or sources)
    return (state if is_same else now), tagged


def _of_tags(tags: frozenset[int] | None) -> str:
    """Return what narrows a statement to tags, a second parameter.

    Of a few, each pair is looked up; for many, the tags of each image are gone through.
    """
    if tags is None:
        return ""
    column = "tag_id" if len(tags) <= _FEW else "+tag_id"
    return f" AND {column} IN (SELECT value FROM json_each(?))"


def _grouped(keys: NDArray[np.int64], ids: NDArray[np.uint32]) -> dict[int, BitMap]:
    order = np.argsort(keys, kind="stable")
    sorted_keys = keys[order]
    starts = np.flatnonzero(np.diff(sorted_keys, prepend=-1))
    groups = np.split(ids[order], starts[1:]) if len(keys) else []
    return {int(key): set_of(group) for key, group in zip(sorted_keys[starts], groups, strict=True)}


def _differences(
    old: Sets, new: Sets, renewal: Renewal, keys: Iterable[int] | None
) -> list[Difference]:
    found = []
    for key in {*old, *new} if keys is None else keys:
        before = old.get(key, _NOBODY) & renewal.images
        now = new.get(key, _NOBODY)
        if before != now:
            found.append(Difference(key, now - before, before - now))
    return found


def _changed(old: Sets, differences: list[Difference]) -> Sets:
    """Return the sets with the differences; the same object where there are none."""
    if not differences:
        return old
    sets = dict(old)
    for key, gained, lost in differences:
        own = old.get(key, _NOBODY)
        kept = own - lost if lost else own  # each of both copies all of it
        sets[key] = kept | gained if gained else kept
        if not sets[key]:
            del sets[key]
    return sets


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
_FEW = 8
_GIVEN = (
    f"SELECT DISTINCT {_PLACE}, image_id FROM idx.image_tags WHERE source != 'model' AND {_AMONG}"
)
_BY_MODELS = (
    f"SELECT {_MODEL}, value FROM json_each(?) WHERE EXISTS "
    "(SELECT 1 FROM idx.image_tags WHERE image_id = value AND source = 'model')"
)
_LIBRARY_IDS = (
    "SELECT group_concat(x.id), group_concat(i.id) "
    "FROM idx.images x JOIN main.images i ON i.sha256 = x.sha256"
)

_NOBODY = BitMap()
