"""Faces: characters known by parts of pictures, apart from those known by whole pictures.

A model that looks at parts of pictures gives vectors of its own, and those of parts are unlike
those of whole pictures even if it is the same model: so parts are compared with parts only. Where
the model says from which cosine on two parts show the same, less than that is never sure.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.learning import gallery
from anitag_desktop.learning.examples import Examples, taught_of
from anitag_desktop.learning.gallery import NEAREST, Taught
from anitag_desktop.learning.space import Floats, Space, Vectors, middle_of

LEAST_OTHERS = 10
"""Of fewer parts in a library nobody can tell how alike strangers are."""

_UNSURE = 0.49


class FaceLesson(NamedTuple):
    """What there is to learn from, as in ``lesson.Lesson``; ``same`` is None where nobody knows."""

    place_of: Mapping[str, int]
    vectors: Floats
    sample: NDArray[np.intp]
    characters: Mapping[str, Examples]
    same: float | None


class Faces(NamedTuple):
    """Characters known by parts of pictures.

    ``same`` is the cosine under which nothing is sure, in ``space``; -1 where nobody knows one.
    """

    space: Space
    characters: tuple[str, ...]
    taught: tuple[Taught, ...]
    strangers: Vectors
    same: float

    def scores(self, vectors: Floats) -> Floats:
        """Return a score (part, character), 0 to 1, of parts with these vectors, as they came.

        None is sure (0.5 or more) of a character that is known by fewer than three parts.
        """
        placed = self.space.place(vectors)
        found = gallery.recognise(self.taught, self.strangers, placed)
        for column, one in enumerate(self.taught):
            is_sure = self._are_same(one, placed)
            found[:, column] = np.where(is_sure, found[:, column], found[:, column] * _UNSURE)
        found[~placed.any(axis=1)] = 0
        return found

    def _are_same(self, one: Taught, placed: Vectors) -> NDArray[np.bool_]:
        """Tell which parts may be sure to show a character."""
        if len(one.examples) < NEAREST or len(self.strangers) < LEAST_OTHERS:
            return np.zeros(len(placed), np.bool_)
        cosines = np.partition(placed @ one.examples.T, -NEAREST, axis=1)[:, -NEAREST:]
        found: NDArray[np.bool_] = cosines.mean(axis=1) >= self.same
        return found


def learn(lesson: FaceLesson) -> Faces:
    """Return what can be learnt.

    The cosines of a model that says when two are the same are taken as they are; those of another
    are seen from the middle of all parts.
    """
    sampled = lesson.vectors[lesson.sample]
    space = middle_of(sampled if lesson.same is None else sampled[:0])
    placed = space.place(lesson.vectors)
    characters, taught = taught_of(lesson.characters, placed, lesson.place_of)
    same = -1.0 if lesson.same is None else lesson.same
    return Faces(space, characters, taught, placed[lesson.sample], same)
