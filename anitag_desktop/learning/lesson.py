"""A lesson: all that is known when a personal head is learnt, and learning one from it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.learning import calibration, faces, reliance, rows
from anitag_desktop.learning.evidence import Asked, Said, gather
from anitag_desktop.learning.examples import Examples, taught_of
from anitag_desktop.learning.faces import FaceLesson
from anitag_desktop.learning.head import UNKNOWN, PersonalHead, Tags, empty_head
from anitag_desktop.learning.rivals import Rivals, heard, start
from anitag_desktop.learning.rows import Evidence, Rows, logit
from anitag_desktop.learning.space import Floats, Vectors, middle_of


class Lesson(NamedTuple):
    """What there is to learn from, pictures and tags by uid.

    ``place_of`` says in which row of ``vectors`` and of ``scores`` a picture stands; ``scores`` are
    the models', a column for each of ``heard``, 0 where none said any. ``sample`` are the places of
    some pictures of the library, whatever was said of them. ``faces`` is what parts of pictures
    teach, None where no model looks at any. ``rivals`` are those of some of the tags.
    """

    place_of: Mapping[str, int]
    vectors: Floats
    scores: Floats
    sample: NDArray[np.intp]
    tags: Mapping[str, Said]
    characters: Mapping[str, Examples]
    faces: FaceLesson | None = None
    rivals: Mapping[str, Rivals] = MappingProxyType({})

    @property
    def heard(self) -> tuple[str, ...]:
        """Of which tags (uids) there are scores: ``tags``, then those of their rivals."""
        return heard(self.tags, map(self.rivals_of, self.tags))

    def rivals_of(self, uid: str) -> Rivals:
        """Return the rivals of a tag."""
        return self.rivals.get(uid, Rivals())


def learn(lesson: Lesson, old: PersonalHead | None) -> PersonalHead:
    """Return what can be learnt.

    The rows of tags of which ``old`` (a head on vectors of the same model) learnt from the very
    same are kept bit for bit, with the rivals and the reliance that they started from, and so is
    the middle that vectors are seen from.
    """
    space = middle_of(lesson.vectors[lesson.sample]) if old is None else old.space
    placed = space.place(lesson.vectors)
    known = (old or empty_head(space)).tags
    characters, taught = taught_of(lesson.characters, placed, lesson.place_of)
    return PersonalHead(
        space,
        _tags(lesson, placed, known),
        characters,
        taught,
        placed[lesson.sample],
        None if lesson.faces is None else faces.learn(lesson.faces),
    )


def _tags(lesson: Lesson, placed: Vectors, known: Tags) -> Tags:
    digests = {uid: said.digest() for uid, said in lesson.tags.items()}
    same = {
        uid: row
        for row, (uid, digest) in enumerate(zip(known.uids, known.evidence, strict=True))
        if digests.get(uid) == digest
    }
    new = [uid for uid in lesson.tags if uid not in same]
    evidence = [evidence_of(lesson, uid) for uid in new]
    anchors = reliance.choose(placed, evidence)
    evidence = [reliance.anchored(*both) for both in zip(evidence, anchors, strict=True)]
    learnt = rows.learn(placed, evidence)
    every = Rows(
        np.concatenate((known.rows.weights[list(same.values())], learnt.weights)),
        np.concatenate((known.rows.biases[list(same.values())], learnt.biases)),
    )
    known_before = known.calibration.of(list(same.values()))
    rivals_before = (known.rivals[row] for row in same.values())
    reliance_before = (known.reliance[row] for row in same.values())
    uids = (*same, *new)
    return Tags(
        uids,
        tuple(digests[uid] for uid in uids),
        tuple(lesson.tags[uid].is_enough for uid in uids),
        every,
        known_before.joined(calibration.fit(placed, evidence, learnt)),
        (*rivals_before, *map(lesson.rivals_of, new)),
        (*reliance_before, *(anchor.reliance for anchor in anchors)),
    )


def evidence_of(lesson: Lesson, uid: str) -> Evidence:
    """Return what the row of one tag is learnt from, by a model that is fully relied on."""
    said = lesson.tags[uid]
    spoken_of = (*said.verdicts, *said.imported)
    told = {lesson.place_of[one] for one in spoken_of if one in lesson.place_of}
    replay = lesson.sample[~np.isin(lesson.sample, list(told))]
    rivals = lesson.rivals_of(uid)
    needed, columns = heard([uid], [rivals]), lesson.heard
    logits = logit(lesson.scores[:, [columns.index(one) for one in needed]], UNKNOWN)
    starts = start([uid], [rivals], logits, needed)[:, 0]
    return gather(said, Asked(lesson.place_of, starts, replay))
