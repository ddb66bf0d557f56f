"""Remembered models: what index.db keeps of each model, and forgetting it.

What a model said can be made again by letting it look again. So it is deleted for good and no
action is logged; what the user said lies in library.db and stays. It goes in portions, each with
the tags derived anew in one transaction: whoever stops in between, or is killed, has forgotten a
part and may go on with the rest. What a model says meanwhile is not forgotten.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, exists, func, literal, select

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import images, index_ids, models
from anitag_desktop.storage.head_choices import MODEL_ID
from anitag_desktop.storage.image_tags import rebuild_within
from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import (
    idx_images,
    idx_models,
    idx_subjects,
    index_metadata,
    regions,
    runs,
    subjects,
)
from anitag_desktop.storage.schema import images as image_table
from anitag_desktop.storage.selection import one_of

_OF_SUBJECTS = [
    table
    for table in index_metadata.sorted_tables
    if {"model_id", "subject_id"} <= {*table.c.keys()}
]
"""The tables that hold what models said."""

_LOOKS = (runs, regions)
"""Of whatever else a model said of a subject, one of these knows that it looked at it."""


class Portion(NamedTuple):
    """What was forgotten at once: ``pictures`` of them, up to the subject ``last`` of index.db."""

    last: int
    pictures: int


def known(conn: Connection) -> list[ModelKey]:
    """Return the models of which anything is kept, by name; the personal head is none.

    ``conn`` is a reading connection of the library, here and wherever it is not said otherwise.
    """
    query = select(idx_models.c.id, idx_models.c.model_id, idx_models.c.revision)
    rows = conn.execute(query.where(idx_models.c.model_id != MODEL_ID))
    kept = [ModelKey(*key) for number, *key in rows.all() if _keeps(conn, number)]
    return sorted(kept, key=lambda key: (key.model_id, key.revision))


def count_pictures(conn: Connection, keys: Iterable[ModelKey]) -> int:
    """Return how many pictures any of the models has looked at."""
    query = select(func.count(idx_subjects.c.image_id.distinct())).select_from(runs)
    query = query.join(idx_subjects, idx_subjects.c.id == runs.c.subject_id)
    numbers = index_ids.model_ids(conn, keys).values()
    return int(conn.execute(query.where(one_of(runs.c.model_id, numbers))).scalar_one())


def some_pictures(conn: Connection, keys: Iterable[ModelKey], limit: int) -> dict[int, str]:
    """Return id and sha256 of pictures that were looked at, as good as drawn by lot."""
    i = image_table.c
    has_run = exists(
        select(literal(1))
        .select_from(idx_subjects)
        .join(runs, runs.c.subject_id == idx_subjects.c.id)
        .where(idx_subjects.c.uid == i.sha256)
        .where(one_of(runs.c.model_id, index_ids.model_ids(conn, keys).values()))
    )
    query = select(i.id, i.sha256).where(has_run).order_by(i.sha256).limit(limit)
    return dict(conn.execute(query).all())


def forget_portion(
    index: Connection, library: Connection, key: ModelKey, after: int, before: float
) -> Portion | None:
    """Forget what a model said before a time of the next subjects; None: there are no more.

    ``index`` is in an index transaction, ``after`` the last subject of the portion before, or 0;
    ``before`` is in epoch seconds.
    """
    number = _number(index, key)
    wanted = _next_subjects(index, number, after)
    if not wanted:
        return None
    fresh = _looked_at_since(index, number, wanted, before)
    old = [subject for subject in wanted if subject not in fresh]
    for table in _OF_SUBJECTS:
        own = (table.c.model_id == number, one_of(table.c.subject_id, old))
        index.execute(delete(table).where(*own))
    _forget_regions(index, library, old)
    touched = _images_of(index, library, old)
    if key in models.active(library):
        rebuild_within(library, index, sorted(touched))
    note(index, images=touched)
    return Portion(wanted[-1], len(touched))


_PORTION = 500
"""So many subjects are forgotten at once: others get their turn after some tenths of a second."""


def _next_subjects(index: Connection, number: int, last: int) -> Sequence[int]:
    """Return the next subjects that a model looked at."""
    found: set[int] = set()
    for table in _LOOKS:
        c = table.c
        query = select(c.subject_id).distinct().where(c.model_id == number, c.subject_id > last)
        found.update(index.execute(query.order_by(c.subject_id).limit(_PORTION)).scalars())
    return sorted(found)[:_PORTION]


def _looked_at_since(index: Connection, model: int, numbers: Iterable[int], at: float) -> set[int]:
    """Return those subjects in the pictures of which a model has looked since."""
    s, own = idx_subjects.c, idx_subjects.alias()
    query = (
        select(s.id)
        .join(own, own.c.image_id == s.image_id)
        .join(runs, runs.c.subject_id == own.c.id)
        .where(one_of(s.id, numbers), runs.c.model_id == model, runs.c.at >= at)
    )
    return set(index.execute(query).scalars())


def _forget_regions(index: Connection, library: Connection, numbers: Iterable[int]) -> None:
    """Forget also what others said of regions that were found by nobody but this model."""
    query = select(idx_subjects.c.id, idx_subjects.c.uid).join(idx_images)
    is_region = idx_subjects.c.uid != idx_images.c.sha256
    uids = dict(index.execute(query.where(is_region, one_of(idx_subjects.c.id, numbers))).all())
    if not uids:
        return
    find = select(regions.c.subject_id).where(regions.c.score.is_not(None))
    found = set(index.execute(find.where(one_of(regions.c.subject_id, uids))).scalars())
    said = select(subjects.c.uid).where(one_of(subjects.c.uid, uids.values()))
    spoken = set(library.execute(said).scalars())
    lost = [number for number, uid in uids.items() if number not in found and uid not in spoken]
    for table in _OF_SUBJECTS:
        index.execute(delete(table).where(one_of(table.c.subject_id, lost)))


def _images_of(index: Connection, library: Connection, numbers: Iterable[int]) -> frozenset[int]:
    """Return the ids in library.db of the pictures of subjects."""
    query = select(idx_images.c.sha256).join(idx_subjects).where(one_of(idx_subjects.c.id, numbers))
    shas = set(index.execute(query).scalars())
    return frozenset(images.ids_of(library, shas).values())


def _keeps(conn: Connection, number: int) -> bool:
    return any(
        conn.execute(select(literal(1)).where(table.c.model_id == number).limit(1)).first()
        for table in _LOOKS
    )


def _number(conn: Connection, key: ModelKey) -> int:
    """Return a model's id in index.db, 0 if it has none."""
    return index_ids.model_ids(conn, [key]).get(key, 0)
