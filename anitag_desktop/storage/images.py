"""Images: one row for each distinct sha256, with the facts read from its bytes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
)

from anitag_desktop.domain.image import ImageFacts
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import index_ids, marks, subjects, waiting_regions
from anitag_desktop.storage.files import within
from anitag_desktop.storage.notes import note
from anitag_desktop.storage.plain_rows import plain_rows
from anitag_desktop.storage.schema import files, idx_models, idx_subjects, images, problems, runs
from anitag_desktop.storage.selection import as_json, one_of, to_signed, to_unsigned

# Built once: building a statement costs more than running it, and these run for every picture.
_ADD = images.insert().returning(images.c.id)
_ID_OF = select(images.c.id).where(images.c.sha256 == bindparam("sha256"))


def add(conn: Connection, facts: ImageFacts, added_at: float) -> int:
    """Record an image and return its id; the one that is there when the sha256 is known."""
    known = id_of(conn, facts.sha256)
    if known is not None:
        return known
    row = asdict(facts) | {"phash": to_signed(facts.phash), "added_at": added_at}
    image_id = int(conn.execute(_ADD, row).scalar_one())
    if subjects.adopt(conn, image_id, facts.sha256):
        marks.recall(conn, image_id, facts.sha256)
    note(conn, images=frozenset({image_id}))
    return image_id


def id_of(conn: Connection, sha256: str) -> int | None:
    """Return the id of the image with this sha256."""
    return conn.execute(_ID_OF, {"sha256": sha256}).scalar_one_or_none()


def ids_of(conn: Connection, sha256s: Iterable[str]) -> dict[str, int]:
    """Return the ids of images by their sha256, as far as they are known."""
    query = select(images.c.sha256, images.c.id).where(one_of(images.c.sha256, sha256s))
    return dict(conn.execute(query).all())


def by_sha256(conn: Connection, sha256: str) -> tuple[int, ImageFacts] | None:
    """Return the id and the facts of the image with this sha256."""
    found = _facts_where(conn, images.c.sha256 == sha256)
    return next(iter(found.items()), None)


def facts(conn: Connection, image_ids: Iterable[int]) -> dict[int, ImageFacts]:
    """Return the facts of images by their ids."""
    return _facts_where(conn, one_of(images.c.id, image_ids))


def sizes(conn: Connection) -> set[int]:
    """Return the sizes in bytes that known images have: a file of another size is a new one."""
    return set(conn.execute(select(images.c.bytes).distinct()).scalars())


def count(conn: Connection) -> int:
    """Return how many images are known."""
    return int(conn.execute(select(func.count()).select_from(images)).scalar_one())


def without_run(
    conn: Connection,
    models: Sequence[ModelKey],
    limit: int,
    folder_ids: Iterable[int] | None = None,
    image_ids: Iterable[int] | None = None,
    embedders: Sequence[ModelKey] = (),
) -> list[tuple[int, str, bytes]]:
    """Return (image id, sha256, a path) of present images that lack a look, last come first.

    ``embedders`` are those models that look at regions: images with one that they have not seen
    are returned, too. ``conn`` is a reading connection of the library. Files with a problem are
    left out; ``folder_ids`` and ``image_ids`` narrow the answer.
    """
    query = _lacking_run(conn, models, embedders)
    query = query.add_columns(images.c.sha256, func.min(files.c.path))
    if image_ids is not None:
        query = query.where(one_of(images.c.id, image_ids))
    query = within(query.order_by(images.c.id.desc()).limit(limit), folder_ids)
    rows = conn.execute(query) if models else ()
    return [(image_id, sha256, path) for image_id, sha256, path in rows]


def count_without_run(
    conn: Connection,
    models: Sequence[ModelKey],
    folder_ids: Iterable[int] | None = None,
    embedders: Sequence[ModelKey] = (),
) -> int:
    """Return how many images ``without_run`` would return without a limit."""
    if not models:
        return 0
    lacking = within(_lacking_run(conn, models, embedders), folder_ids).subquery()
    return int(conn.execute(select(func.count()).select_from(lacking)).scalar_one())


def models_run(
    conn: Connection, pictures: Mapping[int, int], models: Sequence[ModelKey]
) -> Mapping[int, set[ModelKey]]:
    """Return which of the models have looked at each image as a whole.

    ``pictures`` has the images by their numbers as subjects, see ``index_ids.pictures``.
    """
    keys = {number: key for key, number in index_ids.model_ids(conn, models).items()}
    found: dict[int, set[ModelKey]] = defaultdict(set)
    for subject, model in plain_rows(conn, _RAN, (as_json(pictures)["values"],)):
        if model in keys:
            found[pictures[subject]].add(keys[model])
    return found


_RAN = (
    "SELECT subject_id, model_id FROM idx.runs WHERE subject_id IN (SELECT value FROM json_each(?))"
)


def _lacking_run(
    conn: Connection, models: Sequence[ModelKey], embedders: Sequence[ModelKey]
) -> Select[Any]:
    looking = embedders if waiting_regions.are_any(conn) else ()
    unseen = (waiting_regions.is_waiting(embedder) for embedder in looking)
    missing = or_(false(), *(~_has_run(model) for model in models), *unseen)
    return (
        select(images.c.id)
        .join(files, files.c.image_id == images.c.id)
        .outerjoin(problems, problems.c.file_id == files.c.id)
        .where(files.c.status == "present", problems.c.file_id.is_(None), missing)
        .group_by(images.c.id)
    )


def _has_run(model: ModelKey) -> ColumnElement[bool]:
    return exists(
        select(runs.c.at)
        .join(idx_subjects, idx_subjects.c.id == runs.c.subject_id)
        .join(idx_models, idx_models.c.id == runs.c.model_id)
        .where(
            idx_subjects.c.uid == images.c.sha256,
            and_(idx_models.c.model_id == model.model_id, idx_models.c.revision == model.revision),
        )
    )


def _facts_where(conn: Connection, condition: ColumnElement[bool]) -> dict[int, ImageFacts]:
    columns = [images.c[field.name] for field in fields(ImageFacts)]
    rows = conn.execute(select(images.c.id, *columns).where(condition)).mappings()
    return {row["id"]: _image_facts(row) for row in rows}


def _image_facts(row: RowMapping) -> ImageFacts:
    values = {field.name: row[field.name] for field in fields(ImageFacts)}
    return ImageFacts(**values | {"phash": to_unsigned(row["phash"])})
