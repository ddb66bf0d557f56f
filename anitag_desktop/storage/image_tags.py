"""``image_tags`` and ``rejected_tags``: what ``effective_tags`` says, kept for search.

``rebuild`` is the only writer of both tables; it notes in ``touched_images`` what it changed, for
those who keep the tables in another form (``tag_bitmaps``). Each index image remembers in
``applied_seq`` the last log row that its tags show, so whatever a crash left behind is found when
the library is opened (``catching_up``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, select, update

from anitag_desktop.storage import index_ids, log, tags, touched_images
from anitag_desktop.storage.database import Database
from anitag_desktop.storage.deriving import Derived, Sources, derive, read_basis
from anitag_desktop.storage.notes import Stale
from anitag_desktop.storage.schema import (
    SCORE_SCALE,
    idx_images,
    idx_subjects,
    image_tags,
    images,
    predictions,
    rejected_tags,
    subjects,
)
from anitag_desktop.storage.schema import log as log_table
from anitag_desktop.storage.schema import verdicts as verdict_table
from anitag_desktop.storage.selection import chunks, one_of

_CHUNK = 2000
"""Images derived in one transaction: others get their turn in between."""


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
        _rebuild(Sources(conn, index, read_basis(conn)), image_ids, tag_ids)


def _rebuild(sources: Sources, image_ids: Sequence[int], tag_ids: frozenset[int] | None) -> None:
    query = select(images.c.id, images.c.sha256).where(one_of(images.c.id, image_ids))
    shas = dict(sources.library.execute(query).all())
    scope = _Scope(shas, index_ids.image_ids(sources.index, shas.values()), tag_ids)
    derived = derive(sources, shas, tag_ids)
    _replace(sources, scope, derived)
    _advance(sources, scope)


def _replace(sources: Sources, scope: _Scope, derived: Mapping[int, Derived]) -> None:
    """Put the rows of the derived tags in place of the old ones."""
    index = sources.index
    uids = {found.tag.uid for one in derived.values() for found in one.effective}
    uids |= {tag.uid for one in derived.values() for tag in one.rejected}
    numbers = index_ids.tag_ids(index, uids)
    changed: dict[int, set[int]] = {number: set() for number in scope.numbers.values()}
    own = None if scope.tag_ids is None else _numbers_of(sources, scope.tag_ids)
    for table, rows in (
        (image_tags, list(_tag_rows(scope, derived, numbers))),
        (rejected_tags, list(_rejected_rows(scope, derived, numbers))),
    ):
        is_old = one_of(table.c.image_id, scope.numbers.values())
        if own is not None:
            is_old = and_(is_old, one_of(table.c.tag_id, own))
        old = index.execute(select(table.c.image_id, table.c.tag_id).where(is_old)).all()
        for image, tag in {*map(tuple, old)} ^ {(row["image_id"], row["tag_id"]) for row in rows}:
            changed[image].add(tag)
        if old:
            index.execute(delete(table).where(is_old))
        if rows:
            index.execute(table.insert(), rows)
    touched_images.note(index, changed)


def _tag_rows(
    scope: _Scope, derived: Mapping[int, Derived], numbers: Mapping[str, int]
) -> Iterable[dict[str, Any]]:
    for image_id, one in derived.items():
        image_number = scope.numbers[scope.shas[image_id]]
        for found in one.effective:
            yield {
                "tag_id": numbers[found.tag.uid],
                "image_id": image_number,
                "source": found.source,
                "score": None if found.score is None else round(found.score * SCORE_SCALE),
            }


def _rejected_rows(
    scope: _Scope, derived: Mapping[int, Derived], numbers: Mapping[str, int]
) -> Iterable[dict[str, Any]]:
    for image_id, one in derived.items():
        image_number = scope.numbers[scope.shas[image_id]]
        for tag in one.rejected:
            yield {"tag_id": numbers[tag.uid], "image_id": image_number}


def _advance(sources: Sources, scope: _Scope) -> None:
    """Remember up to which log row the images are derived, if nothing before it is left out."""
    last = log.last_seq(sources.library)
    applied = _applied(sources.index, scope.numbers.values())
    behind = _left_out(sources.library, scope, applied)
    done = [
        number
        for image_id, sha in scope.shas.items()
        if image_id not in behind and applied[number := scope.numbers[sha]] < last
    ]
    if done:
        statement = update(idx_images).where(one_of(idx_images.c.id, done))
        sources.index.execute(statement.values(applied_seq=bindparam("last")), {"last": last})


def _left_out(library: Connection, scope: _Scope, applied: Mapping[int, int]) -> set[int]:
    """Return the images that have newer log rows about tags that were not derived now."""
    if scope.tag_ids is None:
        return set()
    rows = library.execute(
        select(subjects.c.image_id, log_table.c.seq, log_table.c.tag_id)
        .join(subjects, subjects.c.id == log_table.c.subject_id)
        .where(one_of(subjects.c.image_id, scope.shas), subjects.c.kind == "picture")
        .where(log_table.c.seq > min(applied.values(), default=0))
    )
    return {
        image_id
        for image_id, seq, tag_id in rows
        if tag_id not in scope.tag_ids and seq > applied[scope.numbers[scope.shas[image_id]]]
    }


def _applied(index: Connection, numbers: Iterable[int]) -> dict[int, int]:
    query = select(idx_images.c.id, idx_images.c.applied_seq)
    return dict(index.execute(query.where(one_of(idx_images.c.id, numbers))).all())


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
