"""The pairs that are left to judge, as the user goes through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anitag_desktop.services.duplicating import DuplicatePair


class PairQueue:
    """Pairs in order; those that were skipped come last. What was judged can come back."""

    def __init__(self) -> None:
        self._left: list[DuplicatePair] = []
        self._judged: list[DuplicatePair] = []
        self._skipped: set[frozenset[int]] = set()

    @property
    def current(self) -> DuplicatePair | None:
        """The pair to judge now; None when none is left."""
        return self._left[0] if self._left else None

    @property
    def place(self) -> int:
        """Which pair the current one is, counted from 1; those left for later were seen too."""
        later = sum(pair.pictures in self._skipped for pair in self._left)
        is_again = self.current is not None and self.current.pictures in self._skipped
        return len(self._judged) + 1 + (0 if is_again else later)

    @property
    def total(self) -> int:
        """How many pairs there are, with those that were judged here."""
        return len(self._judged) + len(self._left)

    @property
    def judged(self) -> int:
        """How many were judged here."""
        return len(self._judged)

    def upcoming(self, count: int) -> list[DuplicatePair]:
        """Return the pairs that come after the current one."""
        return self._left[1 : count + 1]

    def refresh(self, pairs: Sequence[DuplicatePair]) -> None:
        """Take the pairs that are left now; the current one stays where it is, if it is left."""
        current = self.current.pictures if self.current else None
        self._left = sorted(pairs, key=lambda pair: self._turn(pair, current))

    def judge(self, lesser: int | None = None) -> None:
        """Leave the current pair behind; a picture that is the ``lesser`` one is not seen again.

        Where it was the better one so far, the other takes its place.
        """
        pair = self._left.pop(0)
        self._judged.append(pair)
        if lesser is None:
            return
        (better,) = pair.pictures - {lesser}
        self._left = [
            replace(one, best=better) if one.best == lesser else one
            for one in self._left
            if one.other != lesser and one.pictures != {better, lesser}
        ]

    def skip(self) -> None:
        """Leave the current pair for later."""
        pair = self._left.pop(0)
        self._skipped.add(pair.pictures)
        self._left.append(pair)

    def take_back(self) -> bool:
        """Show again what was judged last; False if nothing was judged here."""
        if not self._judged:
            return False
        pair = self._judged.pop()
        self._left = [pair, *(one for one in self._left if one.pictures != pair.pictures)]
        return True

    def _turn(self, pair: DuplicatePair, current: frozenset[int] | None) -> tuple[bool, bool]:
        return pair.pictures != current, pair.pictures in self._skipped
