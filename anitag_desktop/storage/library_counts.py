"""Library counts: how many pictures stand where, for the lists beside the gallery."""

import time
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, func, not_, select

from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.storage.schema import (
    files,
    idx_images,
    idx_tags,
    image_tags,
    images,
    problems,
    subjects,
    tags,
    verdicts,
)

RECENT_DAYS = 7
"""Pictures are recent for this many days after they came into the library."""

_DAY = 86_400

# Named apart from idx.images, which stands in the same statements.
_pictures = images.alias("pictures")


@dataclass(frozen=True, slots=True)
class LibraryCounts:
    """Different pictures: present ones, and those of them that stand in each list.

    ``to_review`` have tags, but the user has said nothing about any of them. ``missing`` are no
    longer where they were seen; ``problems`` counts files.
    """

    all: int
    untagged: int
    to_review: int
    recent: int
    missing: int
    problems: int


def read_counts(conn: Connection, now: float | None = None) -> LibraryCounts:
    """Count; ``conn`` is a reading connection of the library, which sees the index."""
    recent = (time.time() if now is None else now) - RECENT_DAYS * _DAY
    present = _has_file(files.c.status == "present")
    return LibraryCounts(
        all=_count(conn, present),
        untagged=_count(conn, present, not_(_is_tagged())),
        to_review=_count(conn, present, _is_tagged(), not_(_is_reviewed())),
        recent=_count(conn, present, _pictures.c.added_at >= recent),
        missing=_count(conn, _has_file(), not_(_has_file(files.c.status != "missing"))),
        problems=_problem_count(conn),
    )


def _count(conn: Connection, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(_pictures).where(*conditions)
    return int(conn.execute(query).scalar_one())


def _problem_count(conn: Connection) -> int:
    query = (
        select(func.count())
        .select_from(problems)
        .join(files, files.c.id == problems.c.file_id)
        .where(files.c.status != "missing")
    )
    return int(conn.execute(query).scalar_one())


def _has_file(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(files.c.image_id == _pictures.c.id, *conditions)


def _is_tagged() -> ColumnElement[bool]:
    ratings = (
        select(idx_tags.c.id)
        .join(tags, tags.c.uid == idx_tags.c.uid)
        .where(tags.c.category == TagCategory.RATING)
    )
    return exists(
        select(image_tags.c.tag_id)
        .join(idx_images, idx_images.c.id == image_tags.c.image_id)
        .where(idx_images.c.sha256 == _pictures.c.sha256, image_tags.c.tag_id.not_in(ratings))
    )


def _is_reviewed() -> ColumnElement[bool]:
    return exists(
        select(verdicts.c.seq)
        .join(subjects, subjects.c.id == verdicts.c.subject_id)
        .where(
            and_(
                subjects.c.image_id == _pictures.c.id,
                subjects.c.kind == "picture",
                verdicts.c.source == Source.USER,
            )
        )
    )
