"""``image_tags`` and ``rejected_tags``: what ``effective_tags`` says, kept for search.

``rebuild`` is the only writer of both tables; it notes in ``touched_images`` what it changed, for
those who keep the tables in another form (``tag_bitmaps``). ``applied_log`` says of each image the
last log row that its tags show, so whatever a crash left behind is found when the library is
opened (``catching_up``).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from anitag_desktop.storage import index_ids, tags, touched_images
from anitag_desktop.storage.database import Database
from anitag_desktop.storage.deriving import Derived, Sources, derive, read_basis
from anitag_desktop.storage.notes import Stale
from anitag_desktop.storage.plain_rows import plain_rows
from anitag_desktop.storage.schema import (
    SCORE_SCALE,
    idx_images,
    idx_subjects,
    image_tags,
    images,
    predictions,
    subjects,
)
from anitag_desktop.storage.schema import verdicts as verdict_table
from anitag_desktop.storage.selection import as_json, chunks, one_of
from anitag_desktop.storage.subjects import picture_uids

_CHUNK = 5000
"""Images derived in one transaction: others get their turn in between."""


_Row = tuple[Any, ...]
"""A row of either table: tag and image (ids of index.db), of ``image_tags`` source and score too.
"""


@dataclass(frozen=True, slots=True)
class _Scope:
    """The images of one chunk (id to sha256), their index ids, and the tags to derive."""

    shas: Mapping[int, str]
    numbers: Mapping[str, int]
    tag_ids: frozenset[int] | None


def rebuild(library: Database, index: Database, stale: Iterable[Stale]) -> frozenset[int]:
    """Derive what became stale; return the ids of the images that it may have touched."""
    touched: set[int] = set()
    for part in stale:
        with library.read() as conn:
            tag_ids = None if part.tags is None else _closed(conn, part.tags)
        image_ids = _images_of(library, index, part.images, tag_ids)
        for chunk in chunks(image_ids, _CHUNK):
            index.write(partial(_rebuild_chunk, library, chunk, tag_ids))
        touched.update(image_ids)
    return frozenset(touched)


def rebuild_within(library: Connection, index: Connection, image_ids: Sequence[int]) -> None:
    """Derive all tags of some images inside a running index transaction."""
    _rebuild(Sources(library, index, read_basis(library)), image_ids, None)


def _rebuild_chunk(
    library: Database, image_ids: Sequence[int], tag_ids: frozenset[int] | None, index: Connection
) -> None:
    # The library is read inside the index transaction: whoever derives last has seen the newest.
    with library.read() as conn:
        basis = read_basis(conn)
        _rebuild(Sources(conn, index, basis), image_ids, None if basis.weighs_all else tag_ids)


def _rebuild(sources: Sources, image_ids: Sequence[int], tag_ids: frozenset[int] | None) -> None:
    scope = _scope(sources, image_ids, tag_ids)
    _replace(sources, scope, derive(sources, scope.shas, tag_ids))
    _advance(sources, scope)


def _scope(sources: Sources, image_ids: Sequence[int], tag_ids: frozenset[int] | None) -> _Scope:
    shas = picture_uids(sources.library, image_ids)
    return _Scope(shas, index_ids.image_ids(sources.index, shas.values()), tag_ids)


def _replace(sources: Sources, scope: _Scope, derived: Mapping[int, Derived]) -> None:
    """Put the rows of the derived tags in place of the old ones."""
    uids = {found.tag.uid for one in derived.values() for found in one.effective}
    uids |= {tag.uid for one in derived.values() for tag in one.rejected}
    numbers = index_ids.tag_ids(sources.index, uids)
    changed: dict[int, set[int]] = {number: set() for number in scope.numbers.values()}
    for table, rows in (
        ("image_tags", list(_tag_rows(scope, derived, numbers))),
        ("rejected_tags", list(_rejected_rows(scope, derived, numbers))),
    ):
        for tag, image in _put(sources, scope, table, rows):
            changed[image].add(tag)
    touched_images.note(sources.index, changed)


def _put(sources: Sources, scope: _Scope, table: str, rows: list[_Row]) -> set[tuple[int, int]]:
    """Let a table have these rows in the scope; return the pairs that came or went."""
    where = "image_id IN (SELECT value FROM json_each(?))"
    asked = [as_json(scope.numbers.values())["values"]]
    if scope.tag_ids is not None:
        where += " AND tag_id IN (SELECT value FROM json_each(?))"
        asked.append(as_json(_numbers_of(sources, scope.tag_ids))["values"])
    cursor = sources.index.connection.cursor()
    old = cursor.execute(f"SELECT tag_id, image_id FROM {table} WHERE {where}", asked).fetchall()
    if old:
        cursor.execute(f"DELETE FROM {table} WHERE {where}", asked)
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", sorted(rows, key=_key))
    cursor.close()
    return {*old} ^ {_key(row) for row in rows}


def _key(row: _Row) -> tuple[int, int]:
    return row[0], row[1]


def _tag_rows(
    scope: _Scope, derived: Mapping[int, Derived], numbers: Mapping[str, int]
) -> Iterable[_Row]:
    for image_id, one in derived.items():
        image_number = scope.numbers[scope.shas[image_id]]
        for found in one.effective:
            score = None if found.score is None else round(found.score * SCORE_SCALE)
            yield numbers[found.tag.uid], image_number, found.source.value, score


def _rejected_rows(
    scope: _Scope, derived: Mapping[int, Derived], numbers: Mapping[str, int]
) -> Iterable[_Row]:
    for image_id, one in derived.items():
        image_number = scope.numbers[scope.shas[image_id]]
        for tag in one.rejected:
            yield numbers[tag.uid], image_number


def _advance(sources: Sources, scope: _Scope) -> None:
    """Remember up to which log row the images are derived, if nothing before it is left out."""
    numbers = {image_id: scope.numbers[sha] for image_id, sha in scope.shas.items()}
    applied: dict[int, int] = dict(
        plain_rows(sources.index, _APPLIED, (json.dumps(list(numbers.values())),))
    )
    known = {image_id: applied.get(number, 0) for image_id, number in numbers.items()}
    among = json.dumps(None if scope.tag_ids is None else list(scope.tag_ids))
    logged = plain_rows(sources.library, _LOGGED, (among, json.dumps(known)))
    done = [(numbers[image_id], seq) for image_id, seq, is_behind in logged if not is_behind]
    if done:
        cursor = sources.index.connection.cursor()
        cursor.executemany(_APPLY, done)
        cursor.close()


_APPLIED = (
    "SELECT image_id, seq FROM applied_log WHERE image_id IN (SELECT value FROM json_each(?))"
)
# The second parameter has by image the last row that was applied. Among tags that are null (all of
# them) no row is behind: the comparison is null, too.
_LOGGED = """
SELECT s.image_id, max(l.seq), max(l.tag_id NOT IN (SELECT value FROM json_each(?)))
FROM json_each(?) j CROSS JOIN main.subjects s ON s.image_id = CAST(j.key AS INTEGER)
JOIN main.log l ON l.subject_id = s.id AND l.seq > j.value
GROUP BY s.image_id
"""
_APPLY = (
    "INSERT INTO applied_log (image_id, seq) VALUES (?, ?) "
    "ON CONFLICT DO UPDATE SET seq = excluded.seq"
)


def _closed(library: Connection, tag_ids: Iterable[int]) -> frozenset[int]:
    """Return the tags with all that they are merged with, and all ratings if there is one."""
    found = tags.kin(library, tag_ids)
    ratings = tags.ratings(library)
    return frozenset(found | ratings if found & ratings else found)


def _images_of(
    library: Database,
    index: Database,
    image_ids: frozenset[int] | None,
    tag_ids: frozenset[int] | None,
) -> list[int]:
    """Return the images meant, sorted: given ones, those that know the tags, or every one."""
    if image_ids is not None:
        return sorted(image_ids)
    with library.read() as conn:
        if tag_ids is None:
            return list(conn.execute(select(images.c.id).order_by(images.c.id)).scalars())
        uids = [row.tag.uid for row in tags.by_ids(conn, tag_ids).values()]
        with index.read() as index_conn:
            shas = _shas_knowing(index_conn, uids)
        return sorted(_ids_of(conn, shas) | _spoken_of(conn, tag_ids))


def _shas_knowing(index: Connection, uids: Sequence[str]) -> set[str]:
    """Return the sha256 of images with a prediction or a row of one of the tags."""
    numbers = index_ids.known_tag_ids(index, uids).values()
    predicted = (
        select(idx_images.c.sha256)
        .join(idx_subjects, idx_subjects.c.image_id == idx_images.c.id)
        .join(predictions, predictions.c.subject_id == idx_subjects.c.id)
        .where(one_of(predictions.c.tag_id, numbers))
    )
    shown = (
        select(idx_images.c.sha256)
        .join(image_tags, image_tags.c.image_id == idx_images.c.id)
        .where(one_of(image_tags.c.tag_id, numbers))
    )
    return {sha for query in (predicted, shown) for sha in index.execute(query).scalars()}


def _ids_of(library: Connection, shas: Iterable[str]) -> set[int]:
    return set(library.execute(select(images.c.id).where(one_of(images.c.sha256, shas))).scalars())


def _spoken_of(library: Connection, tag_ids: Iterable[int]) -> set[int]:
    query = (
        select(subjects.c.image_id)
        .join(verdict_table, verdict_table.c.subject_id == subjects.c.id)
        .where(one_of(verdict_table.c.tag_id, tag_ids), subjects.c.image_id.is_not(None))
    )
    return set(library.execute(query).scalars())


def _numbers_of(sources: Sources, tag_ids: Iterable[int]) -> list[int]:
    uids = [row.tag.uid for row in tags.by_ids(sources.library, tag_ids).values()]
    return list(index_ids.known_tag_ids(sources.index, uids).values())
