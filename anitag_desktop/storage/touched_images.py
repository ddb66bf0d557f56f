"""Which images of index.db gained or lost which tags, for whoever keeps them in another form.

Each image stands here once, with the number of the last change: numbers only grow, so a reader
that remembers one finds what came later.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Connection, delete

from anitag_desktop.storage.plain_rows import plain_rows
from anitag_desktop.storage.schema import touched_images


class Touched(NamedTuple):
    """An image that was derived anew: its ids, and the tags (ids of index.db) that changed.

    ``image`` is its id in library.db, None if that does not know it (any more).
    """

    seq: int
    number: int
    tags: frozenset[int]
    image: int | None


def note(index: Connection, changed: Mapping[int, Iterable[int]]) -> None:
    """Note which tags images (by id of index.db) gained or lost, besides what is noted already."""
    known: dict[int, str] = dict(plain_rows(index, _KNOWN, (json.dumps(list(changed)),)))
    alike: dict[frozenset[int], list[int]] = defaultdict(list)  # mostly many changed in the same
    for image, tags in changed.items():
        alike[_tags(known.get(image, "[]")).union(tags)].append(image)
    rows = [(json.dumps(sorted(tags)), json.dumps(images)) for tags, images in alike.items()]
    cursor = index.connection.cursor()
    cursor.executemany(_NOTE, rows)
    cursor.close()


def after(conn: Connection, seq: int) -> list[Touched]:
    """Return what came after a change; ``conn`` is a reading connection of the library."""
    return [
        Touched(number, image, _tags(text), library_id)
        for number, image, text, library_id in plain_rows(conn, _AFTER, (seq,))
    ]


def last_seq(conn: Connection) -> int:
    """Return the number of the last change."""
    found = plain_rows(conn, "SELECT seq FROM idx.sqlite_sequence WHERE name = 'touched_images'")
    return int(found[0][0]) if found else 0


def forget(index: Connection, seq: int) -> None:
    """Forget what changed up to a number."""
    index.execute(delete(touched_images).where(touched_images.c.seq <= seq))


@lru_cache(maxsize=1024)
def _tags(text: str) -> frozenset[int]:
    """Read a list of tags; mostly many images changed in the same ones."""
    return frozenset(json.loads(text))


_AFTER = (
    "SELECT t.seq, t.image_id, t.tags, i.id FROM idx.touched_images t "
    "JOIN idx.images x ON x.id = t.image_id LEFT JOIN main.images i ON i.sha256 = x.sha256 "
    "WHERE t.seq > ?"
)
_KNOWN = (
    "SELECT image_id, tags FROM touched_images "
    "WHERE tags != '[]' AND image_id IN (SELECT value FROM json_each(?))"
)
_NOTE = "INSERT INTO touched_images (tags, image_id) SELECT ?, value FROM json_each(?)"
