"""The rows that the benchmark of searching prints, and what of them misses its goal."""

import time
from collections.abc import Callable
from typing import NamedTuple


class Took(NamedTuple):
    """Milliseconds of the clock, and of the asking thread on a processor."""

    wall: float
    cpu: float


class Table:
    """A row for each thing that is measured: its times or its size, the goal, the verdict.

    Goals of questions are held against the processor's time, as other programs on the machine add
    to the clock's; with ``by_clock``, against the clock.
    """

    def __init__(self, by_clock: bool = False) -> None:
        self.missed: list[str] = []
        self._by_clock = by_clock
        print(
            f"{'what':<38}{'p50 ms':>9}{'p95 ms':>9}{'cpu p50':>9}{'cpu p95':>9}"
            f"{'goal':>8}  verdict"
        )

    def times(self, what: str, times: list[Took], goal: float | None = None) -> None:
        """Print p50 and p95 of some times; ``goal``: milliseconds at p95."""
        low, high = p(50, times), p(95, times)
        shown = f"{low.wall:>9.2f}{high.wall:>9.2f}{low.cpu:>9.2f}{high.cpu:>9.2f}"
        print(what[:37].ljust(38) + shown + self._judged(what, self._held(high), goal), flush=True)

    def once(
        self, what: str, took: Took, goal: float | None = None, by_clock: bool = False
    ) -> None:
        """Print what was measured once; ``by_clock``: its goal is of the clock in any case."""
        shown = f"{took.wall:>9.0f}{'':>9}{took.cpu:>9.0f}{'':>9}"
        held = took.wall if by_clock else self._held(took)
        print(what[:37].ljust(38) + shown + self._judged(what, held, goal), flush=True)

    def fact(self, what: str, value: float, unit: str, goal: float | None = None) -> None:
        """Print a size or a ratio, and its goal in the same unit."""
        shown = f"{value:.2f} {unit}" if value < 100 else f"{value:.0f} {unit}"
        print(f"{what[:37]:<38}{shown:>36}{self._judged(what, value, goal)}", flush=True)

    def end(self) -> int:
        """Print the verdict; return 1 if a goal was missed."""
        print(f"FAIL: {', '.join(self.missed)}" if self.missed else "PASS")
        return 1 if self.missed else 0

    def _held(self, took: Took) -> float:
        return took.wall if self._by_clock else took.cpu

    def _judged(self, what: str, value: float, goal: float | None) -> str:
        if goal is None:
            return ""
        if value > goal:
            self.missed.append(what)
        return f"{goal:>8g}  {'MISSED' if value > goal else 'ok'}"


def p(percent: int, times: list[Took]) -> Took:
    """Return the time that so many percent do not exceed."""
    place = round(percent / 100 * (len(times) - 1))
    walls, cpus = sorted(one.wall for one in times), sorted(one.cpu for one in times)
    return Took(walls[place], cpus[place])


def once(run: Callable[[], object]) -> Took:
    """Measure one run."""
    wall, cpu = time.perf_counter(), time.thread_time()
    run()
    return Took((time.perf_counter() - wall) * 1e3, (time.thread_time() - cpu) * 1e3)
