"""Doubting labels: what was said of pictures, held against what was said of all the others."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from anitag_desktop.domain.question import Question, Why
from anitag_desktop.domain.tag import Tag
from anitag_desktop.learning import mistaken, suspicion
from anitag_desktop.learning.examples import taught_of
from anitag_desktop.learning.lesson import Lesson, evidence_of
from anitag_desktop.learning.space import Vectors, middle_of
from anitag_desktop.services import evidence_gathering
from anitag_desktop.services.dividing import group
from anitag_desktop.storage import embeddings, images, questions, training_pictures

if TYPE_CHECKING:
    from anitag_desktop.storage.database import Connection


_MISTAKEN = 0.31
"""Somebody else fits by so much better as decides whom the app names (``gallery.MARGIN``)."""


class _Doubted(NamedTuple):
    """A label; ``has`` is what was said, ``confidence`` how likely that is, 0 to 1.

    ``instead`` is who a picture of a character shows more likely.
    """

    uid: str
    tag: Tag
    has: bool
    confidence: float
    is_issue: bool
    instead: Tag | None = None


def doubtful(conn: "Connection", limit: int) -> list[Question]:
    """Return the labels of present pictures that fit the rest least, but for those kept.

    Names of taught characters are doubted where others fit the picture better. Of a tag that too
    little was said of nothing can be told; without vectors, of none.
    """
    space = embeddings.space(conn)
    if space is None:
        return []
    lesson, tags = evidence_gathering.gather(conn, space)
    settled, groups = questions.settled(conn), _groups(conn, lesson)
    vectors = middle_of(lesson.vectors[lesson.sample]).place(lesson.vectors)
    judged = (_judged(lesson, vectors, tags[uid], groups) for uid in lesson.tags)
    every = [
        one
        for one in chain(_named(lesson, vectors, tags, groups), *judged)
        if one.uid in groups and (one.uid, one.tag.uid) not in settled and one.confidence < 0.5
    ]
    every.sort(key=lambda one: (not one.is_issue, one.confidence, one.uid))
    numbers = images.ids_of(conn, {one.uid for one in every[:limit]})
    return [
        Question(
            numbers[one.uid],
            one.tag,
            (Why.LABEL,),
            float(suspicion.loss(np.array([one.confidence], np.float32))[0]),
            one.has,
            likely=one.confidence,
            others=() if one.instead is None else (one.instead,),
        )
        for one in every[:limit]
        if one.uid in numbers
    ]


def _groups(conn: "Connection", lesson: Lesson) -> dict[str, int]:
    """Return numbers of the groups of near-duplicates of present pictures."""
    facts = training_pictures.named(conn, lesson.place_of)
    return {sha256: int(name[:8], 16) for sha256, name in group(facts).items()}


def _named(
    lesson: Lesson, vectors: Vectors, tags: Mapping[str, Tag], groups: Mapping[str, int]
) -> Iterator[_Doubted]:
    """Yield the names of characters' examples, with whom they show more likely."""
    names, taught = taught_of(lesson.characters, vectors, lesson.place_of)
    shown = [
        [uid for uid in lesson.characters[name].positive if uid in lesson.place_of]
        for name in names
    ]
    numbers = [np.array([groups.get(uid, -1) for uid in own], np.intp) for own in shown]
    for one in mistaken.doubt(taught, numbers, vectors[lesson.sample]):
        uid, tag = shown[one.character][one.example], tags[names[one.character]]
        if one.likely < _MISTAKEN:
            yield _Doubted(uid, tag, True, one.likely, True, tags[names[one.rival]])


def _judged(
    lesson: Lesson, vectors: Vectors, tag: Tag, groups: Mapping[str, int]
) -> Iterator[_Doubted]:
    """Yield every label of a tag, the imported ones, too."""
    said = lesson.tags[tag.uid]
    uids = [uid for uid in (*said.verdicts, *sorted(said.imported)) if uid in lesson.place_of]
    wanted = np.array([said.verdicts.get(uid, True) for uid in uids], np.float32)
    if min(wanted.sum(), len(wanted) - wanted.sum()) < suspicion.LEAST:
        return
    evidence = evidence_of(lesson, tag.uid)._replace(heard=len(uids))
    folds = np.array([groups.get(uid, 0) % suspicion.FOLDS for uid in uids], np.intp)
    likely = suspicion.out_of_fold(vectors, evidence, folds)
    judged = suspicion.judge(wanted, likely)
    rows = zip(uids, wanted > 0, judged.confidence, judged.is_issue, strict=True)
    for uid, has, confidence, is_issue in rows:
        yield _Doubted(uid, tag, bool(has), float(confidence), bool(is_issue))
