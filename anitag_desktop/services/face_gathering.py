"""Gathering faces: the parts of pictures that show characters, with the vectors of those parts."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.tag import Tag
from anitag_desktop.learning.examples import Examples
from anitag_desktop.learning.faces import FaceLesson
from anitag_desktop.storage import told_evidence
from anitag_desktop.storage.subjects import is_part
from anitag_desktop.storage.vector_portions import halves

if TYPE_CHECKING:
    from anitag_desktop.storage.database import Connection
    from anitag_desktop.storage.embeddings import VectorSpace

_SAMPLE = 1_000
"""So many parts stand for all."""


class GatheredFaces(NamedTuple):
    """A lesson, and the model that looked at the parts."""

    lesson: FaceLesson
    model: ModelKey


def gather_faces(
    conn: "Connection", space: "VectorSpace | None", same: Mapping[ModelKey, float]
) -> GatheredFaces | None:
    """Return what parts of pictures teach, None if they teach nothing.

    Nothing in a picture shows whom the whole of it does not.
    """
    taught = _by_parts(conn)
    if space is None or not taught:
        return None
    told = told_evidence.read(conn)
    denied = {tag: {uid for uid, has in told.get(tag, {}).items() if not has} for tag in taught}
    around = told_evidence.vectors_in(conn, space, set().union(*denied.values()))
    worn = told_evidence.wearers(conn, taught)
    characters = {
        tag.uid: Examples(right, _without(right, wrong, around, denied[tag]), worn.get(tag.uid, ""))
        for tag, (right, wrong) in taught.items()
    }
    sample = told_evidence.sample_parts(conn, space, _SAMPLE)
    spoken = {uid for own in characters.values() for part in own[:2] for uid in part}
    found = told_evidence.vectors(conn, space, {*sample, *spoken})
    place_of = {uid: place for place, uid in enumerate(found)}
    content = b"".join(one.vector for one in found.values())
    places = np.array([place_of[uid] for uid in sample], np.intp)
    vectors = halves(content, space.dim).astype(np.float32)
    lesson = FaceLesson(place_of, vectors, places, characters, same.get(space.model))
    return GatheredFaces(lesson, space.model)


def _by_parts(conn: "Connection") -> dict[Tag, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return who was taught by parts of pictures: what shows them, and what does not."""
    taught = {
        tag: (tuple(filter(is_part, right)), tuple(filter(is_part, wrong)))
        for tag, (right, wrong) in told_evidence.characters(conn).items()
    }
    return {tag: both for tag, both in taught.items() if both[0]}


def _without(
    right: tuple[str, ...], wrong: tuple[str, ...], around: Mapping[str, object], shas: set[str]
) -> tuple[str, ...]:
    """Return what does not show a character: as said, and what lies in pictures without it."""
    inside = (uid for uid in around if uid.partition("#")[0] in shas and uid not in right)
    return tuple(dict.fromkeys((*wrong, *inside)))
