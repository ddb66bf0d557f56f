"""The parts of a search's SQL that ask for files: where an image lies, and its status.

Only an image's present files count, or all of them if none is present: so a picture is not found
in the folder that it once had a copy in. Letters of ASCII are compared without their case.
"""

import os
from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    Select,
    Text,
    UnaryExpression,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.sql.operators import custom_op

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.pair import APART
from anitag_desktop.search.conditions import InFolder, Named, PathLike
from anitag_desktop.search.matching import BEST_FIRST, spellings
from anitag_desktop.storage.places import at_or_under
from anitag_desktop.storage.schema import files, pair_verdicts
from anitag_desktop.storage.schema import images as images_table
from anitag_desktop.storage.search_tables import (
    images,
)

_APART = sorted(verdict.value for verdict in APART)

T = TypeVar("T")
Place = InFolder | PathLike | Named


def has_status(statuses: frozenset[ImageStatus]) -> ColumnElement[bool]:
    """Return "the best status of the image's files is one of these"."""
    if len(statuses) == len(ImageStatus):
        return exists(select(literal(1)).select_from(files).where(_is_of_image()))
    return or_(*(_is_at_best(status) for status in BEST_FIRST if status in statuses))


def has_place(clause: Place) -> ColumnElement[bool]:
    """Return "a file of the image lies there, or is called so"."""
    return images.c.id.in_(with_place(clause))


def with_place(clause: Place) -> Select[Any]:
    """Return the images (ids of library.db) that have such a file; one may come up repeatedly."""
    is_there = _is_there(clause)
    return select(files.c.image_id).where(files.c.image_id.is_not(None), is_there, _counts())


def with_path(paths: Iterable[bytes]) -> Select[Any]:
    """Return the images (ids of library.db) that have a file at one of these paths."""
    is_there = files.c.path.in_(list(paths))
    return select(files.c.image_id).where(files.c.image_id.is_not(None), is_there, _counts())


def _is_there(clause: Place) -> ColumnElement[bool]:
    if isinstance(clause, InFolder):
        return or_(*(_is_inside(spelling) for spelling in spellings(clause.folder)))
    if isinstance(clause, PathLike):
        path = cast(files.c.path, Text)
        return or_(*(_like(path, spelling) for spelling in spellings(clause.pattern)))
    is_glob = "*" in clause.pattern or "?" in clause.pattern
    asked = spellings(clause.pattern if is_glob else f"*{clause.pattern}*")
    return or_(*(_like(_file_name(), spelling) for spelling in asked))


def has_twin() -> ColumnElement[bool]:
    """Return "another image, which is present and was not told apart, has the very same pixels"."""
    pair, other = pair_verdicts.c, images_table.alias("other")
    was_told_apart = exists(
        select(literal(1)).where(
            pair.first == func.min(images.c.sha256, other.c.sha256),
            pair.second == func.max(images.c.sha256, other.c.sha256),
            pair.verdict.in_(_APART),
        )
    )
    return exists(
        select(literal(1))
        .select_from(other)
        .where(other.c.pixel_hash == images.c.pixel_hash, other.c.id != images.c.id)
        .where(_is_present(other.c.id), ~was_told_apart)
    )


def is_lesser() -> ColumnElement[bool]:
    """Return "the user called another image, which is present, a better copy of it"."""
    pair, other = pair_verdicts.c, images_table.alias("other")
    is_in = or_(pair.first == images.c.sha256, pair.second == images.c.sha256)
    return exists(
        select(literal(1))
        .select_from(pair_verdicts)
        .join(other, other.c.sha256 == pair.better)
        .where(is_in, pair.better != images.c.sha256, _is_present(other.c.id))
    )


def is_copied() -> ColumnElement[bool]:
    """Return "the image lies in several present files"."""
    present = (
        select(func.count())
        .select_from(files)
        .where(_is_of_image(), _is(files.c.status, ImageStatus.PRESENT))
    )
    return present.scalar_subquery() > 1


def first_name() -> ColumnElement[str]:
    """Return the image's file name for sorting: the first in the alphabet."""
    return _of_places(func.min(func.lower(_file_name())))


def modified() -> ColumnElement[Any]:
    """Return the earliest time of the image's files in epoch seconds."""
    return _of_places(func.min(files.c.mtime_ns)) / 1e9


def _of_places(value: ColumnElement[T]) -> ColumnElement[T]:
    """Return an aggregate over the files that count."""
    own = select(value).where(_is_of_image())
    present = own.where(_is(files.c.status, ImageStatus.PRESENT))
    return func.coalesce(present.scalar_subquery(), own.scalar_subquery())


def _is_present(image_id: ColumnElement[int]) -> ColumnElement[bool]:
    return exists(
        select(literal(1))
        .select_from(files)
        .where(files.c.image_id == image_id, _is(files.c.status, ImageStatus.PRESENT))
    )


def _is_at_best(status: ImageStatus) -> ColumnElement[bool]:
    better = BEST_FIRST[: BEST_FIRST.index(status)]
    none_better = [~_has_file(one) for one in better]
    return and_(*none_better, _has_file(status))


def _is_of_image() -> ColumnElement[bool]:
    return files.c.image_id == images.c.id


def _has_file(status: ImageStatus) -> ColumnElement[bool]:
    return exists(
        select(literal(1)).select_from(files).where(_is_of_image(), files.c.status == status.value)
    )


def _counts() -> ColumnElement[bool]:
    """Return "the file is present, or the image has no present file"."""
    other = files.alias()
    has_present = exists(
        select(literal(1))
        .select_from(other)
        .where(other.c.image_id == files.c.image_id, _is(other.c.status, ImageStatus.PRESENT))
    )
    return or_(_is(files.c.status, ImageStatus.PRESENT), ~has_present)


def _is(status: ColumnElement[str], wanted: ImageStatus) -> ColumnElement[bool]:
    """Compare a status in a way that keeps SQLite from the index of statuses.

    Nearly all files have the same one, so that index would lead through all of them each time.
    """
    return UnaryExpression(status, operator=custom_op("+")) == wanted.value


def _is_inside(folder: str) -> ColumnElement[bool]:
    if folder.startswith(os.sep):
        return at_or_under(os.fsencode(folder))
    needle = os.fsencode(f"{os.sep}{folder.rstrip(os.sep)}{os.sep}").lower()
    return func.instr(func.lower(cast(files.c.path, Text)), _text(needle)) > 0


def _like(text: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
    r"""Return "the text fits a glob", all of LIKE's own wildcards standing for themselves."""
    escaped = "".join(f"\\{char}" if char in "%_\\" else char for char in pattern)
    like = os.fsencode(escaped.replace("*", "%").replace("?", "_"))
    return text.like(_text(like), escape="\\")


def _text(raw: bytes) -> ColumnElement[str]:
    """Return bytes that need not be UTF-8 as a text of SQLite's."""
    return cast(literal(raw, LargeBinary), Text)


def _file_name() -> ColumnElement[str]:
    """Return the part of the path after its last separator."""
    path = cast(files.c.path, Text)
    folder = func.rtrim(path, func.replace(path, os.sep, ""))
    return func.substr(path, func.length(folder) + 1)
