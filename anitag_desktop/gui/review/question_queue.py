"""What is asked in a session, as the user goes through it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

Asked = TypeVar("Asked")


class QuestionQueue(Generic[Asked]):
    """Questions in order, and which is looked at; those that were answered stay, to go back to."""

    def __init__(self) -> None:
        self._every: list[Asked] = []
        self._answered: list[int] = []
        self._place = 0

    @property
    def current(self) -> Asked | None:
        """The question looked at; None past the last one."""
        return self._every[self._place] if self._place < len(self._every) else None

    @property
    def total(self) -> int:
        """How many questions there are."""
        return len(self._every)

    @property
    def left(self) -> int:
        """How many come from here on."""
        return len(self._every) - self._place

    @property
    def answered(self) -> int:
        """How many answers stand."""
        return len(self._answered)

    @property
    def is_answered(self) -> bool:
        """Whether the question looked at has an answer."""
        return self._place in self._answered

    def begin(self, questions: Sequence[Asked]) -> None:
        """Take the questions of a session."""
        self._every, self._answered, self._place = list(questions), [], 0

    def upcoming(self, count: int) -> list[Asked]:
        """Return the questions that come after the current one."""
        return self._every[self._place + 1 : self._place + 1 + count]

    def answer(self) -> None:
        """Leave the current question behind, answered."""
        self._answered.append(self._place)
        self.step(1)

    def step(self, by: int) -> None:
        """Look at the next question (unanswered, so far) or the one before."""
        self._place = min(max(self._place + by, 0), len(self._every))

    def take_back(self) -> bool:
        """Look again at what was answered last, unanswered; False if nothing was."""
        if not self._answered:
            return False
        self._place = self._answered.pop()
        return True
