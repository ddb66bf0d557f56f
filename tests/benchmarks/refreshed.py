"""What the application learns from words about labelled pictures, as a refresh does."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from anitag_desktop.learning.calibration import anchored
from anitag_desktop.learning.evidence import Said
from anitag_desktop.learning.lesson import Lesson, learn
from anitag_desktop.learning.rivals import Rivals, find
from tests.benchmarks.labelled import Labelled

_SAMPLE, _OVERVIEW = 1_000, 4_000
"""As many pictures as in the application stand for the library, and tell which tags are rivals."""

Told = Mapping[int, Mapping[int, bool]]
"""Whether pictures have a tag, by the places of the tag and the pictures."""


class Library:
    """Labelled pictures as a library; the first ``asked`` are those of which the user may speak."""

    def __init__(self, known: Labelled, asked: int) -> None:
        self.known, self.asked = known, asked
        self.sample = np.arange(min(_SAMPLE, asked))

    @cached_property
    def rivals(self) -> Mapping[str, Rivals]:
        """The rivals of the tags, as the model sees these pictures."""
        names = {name: name for name in self.known.names}
        return find(names, self.known.scores[:_OVERVIEW])

    def lesson(self, told: Told, *, answers: bool) -> Lesson:
        """Return what there is to learn; ``answers`` tells whether the review asked for it."""
        said = {}
        for tag, own in told.items():
            verdicts = {str(picture): has for picture, has in own.items()}
            asked_for = frozenset(verdicts) if answers else frozenset()
            said[self.known.names[tag]] = Said(verdicts, is_new=False, answers=asked_for)
        places = {str(place): place for place in range(len(self.known.vectors))}
        nothing = np.empty((0, 0), np.float32)
        bare = Lesson(places, self.known.vectors, nothing, self.sample, said, {})
        bare = bare._replace(rivals=self.rivals)
        return bare._replace(scores=self._said(bare.heard))

    def refreshed(self, told: Told, *, answers: bool) -> tuple[np.ndarray, np.ndarray]:
        """Return the scores (picture, tag) after learning, and from which on each tag counts."""
        lesson = self.lesson(told, answers=answers)
        head = learn(lesson, None)
        scores = self.known.scores[:, : len(self.known.tags)].copy()
        thresholds = self.known.thresholds.copy()
        columns = [self.known.names.index(tag) for tag in head.tags.uids]
        scores[:, columns] = head.scores(self.known.vectors, self._said(head.tags.heard))
        for column, fitted in zip(columns, head.thresholds.values(), strict=True):
            said = lesson.tags[self.known.names[column]]
            own, negatives = (
                float(self.known.thresholds[column]),
                len(said.verdicts) - said.positives,
            )
            thresholds[column] = anchored(fitted, own, said.positives, negatives)
        return scores, thresholds

    def _said(self, tags: tuple[str, ...]) -> np.ndarray:
        return self.known.scores[:, [self.known.names.index(tag) for tag in tags]]


def f1(given: np.ndarray, has: np.ndarray) -> float:
    """Return the mean F1 of tags."""
    both = (given & has).sum(axis=0)
    return float((2 * both / np.maximum(1, given.sum(axis=0) + has.sum(axis=0))).mean())
