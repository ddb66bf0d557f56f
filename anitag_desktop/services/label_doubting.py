"""Doubting labels: what was said of pictures, held against what was said of all the others."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from anitag_desktop.domain.question import Question, Why
from anitag_desktop.domain.tag import Tag
from anitag_desktop.learning import suspicion
from anitag_desktop.learning.lesson import Lesson, evidence_of
from anitag_desktop.learning.space import Vectors, middle_of
from anitag_desktop.services import evidence_gathering
from anitag_desktop.services.dividing import group
from anitag_desktop.storage import embeddings, images, questions, training_pictures

if TYPE_CHECKING:
    from anitag_desktop.storage.database import Connection


class _Doubted(NamedTuple):
    """A label; ``has`` is what was said, ``confidence`` how likely that is, 0 to 1."""

    uid: str
    tag: Tag
    has: bool
    confidence: float
    is_issue: bool


def doubtful(conn: "Connection", limit: int) -> list[Question]:
    """Return the labels of present pictures that fit the rest least, but for those kept.

    Of a tag that too little was said of, and of names of characters (which examples teach), nothing
    can be told; without vectors, of none.
    """
    space = embeddings.space(conn)
    if space is None:
        return []
    lesson, tags = evidence_gathering.gather(conn, space)
    settled, folds = questions.settled(conn), _folds(conn, lesson)
    vectors = middle_of(lesson.vectors[lesson.sample]).place(lesson.vectors)
    every = [
        one
        for uid in lesson.tags
        for one in _judged(lesson, vectors, tags[uid], folds)
        if one.uid in folds and (one.uid, uid) not in settled and one.confidence < 0.5
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
        )
        for one in every[:limit]
        if one.uid in numbers
    ]


def _folds(conn: "Connection", lesson: Lesson) -> dict[str, int]:
    """Return the fold of each present picture; near-duplicates lie in one."""
    facts = training_pictures.named(conn, lesson.place_of)
    return {sha256: int(name[:8], 16) % suspicion.FOLDS for sha256, name in group(facts).items()}


def _judged(
    lesson: Lesson, vectors: Vectors, tag: Tag, fold_of: dict[str, int]
) -> Iterator[_Doubted]:
    """Yield every label of a tag, the imported ones, too."""
    said = lesson.tags[tag.uid]
    uids = [uid for uid in (*said.verdicts, *sorted(said.imported)) if uid in lesson.place_of]
    wanted = np.array([said.verdicts.get(uid, True) for uid in uids], np.float32)
    if min(wanted.sum(), len(wanted) - wanted.sum()) < suspicion.LEAST:
        return
    evidence = evidence_of(lesson, tag.uid)._replace(heard=len(uids))
    folds = np.array([fold_of.get(uid, 0) for uid in uids], np.intp)
    likely = suspicion.out_of_fold(vectors, evidence, folds)
    judged = suspicion.judge(wanted, likely)
    rows = zip(uids, wanted > 0, judged.confidence, judged.is_issue, strict=True)
    for uid, has, confidence, is_issue in rows:
        yield _Doubted(uid, tag, bool(has), float(confidence), bool(is_issue))
