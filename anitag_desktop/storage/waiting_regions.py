"""Waiting regions: those that an embedder has not looked at yet, or not where they are now.

Connections are reading ones of the library, which see the index as well.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, exists, literal, or_, select, text

from anitag_desktop.domain.image import Box
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.region import Place
from anitag_desktop.storage.schema import idx_models, idx_subjects, images, regions, subjects
from anitag_desktop.storage.selection import one_of


class WaitingRegion(NamedTuple):
    """A region to look at; ``is_given``: its box is the user's."""

    uid: str
    place: Place
    is_given: bool


def of_images(
    conn: Connection, image_ids: Sequence[int], embedders: Iterable[ModelKey]
) -> Mapping[int, tuple[WaitingRegion, ...]]:
    """Return the regions that one of the embedders has not looked at, by image."""
    waiting: dict[int, dict[str, WaitingRegion]] = defaultdict(dict)
    for embedder in embedders:
        for query, is_given in ((_found(embedder), False), (_given(embedder), True)):
            for image, uid, label, *box in conn.execute(query.where(one_of(_IMAGE, image_ids))):
                waiting[image][uid] = WaitingRegion(uid, Place(label or "", Box(*box)), is_given)
    return {image: tuple(by_uid.values()) for image, by_uid in waiting.items()}


def are_any(conn: Connection) -> bool:
    """Tell whether there is any region: without one nothing needs to be asked of each picture."""
    first = (select(_said.c.id).where(_IS_REGION), select(regions.c.subject_id))
    return any(conn.execute(query.limit(1)).first() is not None for query in first)


def is_waiting(embedder: ModelKey) -> ColumnElement[bool]:
    """Return "the image has a region that the embedder has not looked at"."""
    queries = (_found(embedder), _given(embedder))
    return or_(*(exists(q.with_only_columns(literal(1)).correlate(images)) for q in queries))


_IMAGE = images.c.id
_BOX = ("left", "top", "width", "height")
_said, _subject = subjects.alias("said"), idx_subjects.alias("subject")  # both are "subjects"
_find = regions.alias("find")


def _found(embedder: ModelKey) -> Select[Any]:
    """Ask for the finds of detectors that nobody spoke of and that were not looked at."""
    uid, said = _subject.c.uid, _said.c
    spoken = exists(
        select(literal(1)).where(
            said.uid == uid, or_(said.left.is_not(None), said.is_rejected == 1)
        )
    )
    looked = _look(embedder).where(regions.c.subject_id == _subject.c.id)
    return (
        select(_IMAGE, uid, _find.c.label, *(_find.c[side] for side in _BOX))
        .where(uid > images.c.sha256 + "#", uid < images.c.sha256 + "$")  # "$" follows "#"
        .where(_find.c.subject_id == _subject.c.id, _find.c.score.is_not(None))
        .where(~exists(looked), ~spoken)
    )


def _given(embedder: ModelKey) -> Select[Any]:
    """Ask for the user's regions that were not looked at where they are now."""
    said = _said.c
    same_box = (regions.c[side] == said[side] for side in _BOX)
    looked = _look(embedder).where(
        _subject.c.uid == said.uid, regions.c.subject_id == _subject.c.id, *same_box
    )
    return (
        select(_IMAGE, said.uid, said.label, *(said[side] for side in _BOX))
        .where(said.image_id == _IMAGE, _IS_REGION)
        .where(said.left.is_not(None), said.is_rejected == 0, ~exists(looked))
    )


def _look(embedder: ModelKey) -> Select[Any]:
    m = idx_models.c
    own = (m.model_id == embedder.model_id, m.revision == embedder.revision)
    return select(literal(1)).where(regions.c.model_id == m.id, *own)


_IS_REGION = text("said.kind = 'region'")  # a literal: else SQLite does not use the index
