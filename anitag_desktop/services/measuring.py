"""How fast the work goes, from what was done lately: nothing is promised, all is measured."""

import time
from collections import deque
from collections.abc import Callable

_WINDOW = 20.0
"""So many seconds back the rate looks."""


class Pace:
    """Counts what is done and says how fast it goes."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._steps: deque[tuple[float, int]] = deque()
        self._begun: float | None = None

    def begin(self) -> None:
        """Start the clock: the time until the first thing is done counts too."""
        if self._begun is None:
            self._begun = self._monotonic()

    def rest(self) -> None:
        """Stop the clock: idle or paused time does not make the work slower."""
        self._begun = None
        self._steps.clear()

    def add(self, count: int) -> None:
        """Note that ``count`` things were done now."""
        self.begin()
        self._steps.append((self._monotonic(), count))

    def rate(self) -> float:
        """Return things done per second lately; 0.0 when nothing is known."""
        now = self._monotonic()
        while self._steps and self._steps[0][0] < now - _WINDOW:
            self._begun = self._steps.popleft()[0]
        if self._begun is None or not self._steps:
            return 0.0
        done = sum(count for _, count in self._steps)
        return done / max(now - self._begun, 1e-3)
