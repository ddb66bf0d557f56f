"""Which images of index.db gained or lost which tags, for whoever keeps them in another form.

Each image stands here once, with the number of the last change: numbers only grow, so a reader
that remembers one finds what came later.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, select

from anitag_desktop.storage.schema import touched_images
from anitag_desktop.storage.selection import one_of


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
    t = touched_images.c
    query = select(t.image_id, t.tags).where(one_of(t.image_id, changed), t.tags != "[]")
    known = {image: json.loads(tags) for image, tags in index.execute(query)}
    texts: dict[frozenset[int], str] = {}  # mostly many images changed in the same tags
    rows = []
    for image, tags in changed.items():
        every = frozenset(tags).union(known.get(image, ()))
        if every not in texts:
            texts[every] = json.dumps(sorted(every))
        rows.append((image, texts[every]))
    cursor = index.connection.cursor()
    cursor.executemany("INSERT INTO touched_images (image_id, tags) VALUES (?, ?)", rows)
    cursor.close()


def after(conn: Connection, seq: int) -> list[Touched]:
    """Return what came after a change; ``conn`` is a reading connection of the library."""
    read: dict[str, frozenset[int]] = {}  # mostly many images changed in the same tags
    found = []
    for number, image, text, library_id in _rows(conn, _AFTER, (seq,)):
        if text not in read:
            read[text] = frozenset(json.loads(text))
        found.append(Touched(number, image, read[text], library_id))
    return found


def last_seq(conn: Connection) -> int:
    """Return the number of the last change."""
    found = _rows(conn, "SELECT seq FROM idx.sqlite_sequence WHERE name = 'touched_images'", ())
    return int(found[0][0]) if found else 0


def forget(index: Connection, seq: int) -> None:
    """Forget what changed up to a number."""
    index.execute(delete(touched_images).where(touched_images.c.seq <= seq))


def _rows(conn: Connection, sql: str, values: tuple[int, ...]) -> list[tuple[Any, ...]]:
    cursor = conn.connection.cursor()  # plain tuples: three times as fast as rows with names
    try:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
    finally:
        cursor.close()


_AFTER = (
    "SELECT t.seq, t.image_id, t.tags, i.id FROM idx.touched_images t "
    "JOIN idx.images x ON x.id = t.image_id LEFT JOIN main.images i ON i.sha256 = x.sha256 "
    "WHERE t.seq > ?"
)
