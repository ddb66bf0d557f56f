"""Which of many backups are worth keeping: the newer the time, the denser."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

LAST = 10
DAYS = 7
WEEKS = 4
MONTHS = 6

MOST = LAST + DAYS + WEEKS + MONTHS
"""More are never kept; with one backup a day it is about 17, each about 1 KB for a picture."""

Period = tuple[int, ...]

_TIERS: tuple[tuple[int, Callable[[datetime], Period]], ...] = (
    (DAYS, lambda at: (at.year, at.month, at.day)),
    (WEEKS, lambda at: at.isocalendar()[:2]),
    (MONTHS, lambda at: (at.year, at.month)),
)


def kept(times: Iterable[float]) -> set[float]:
    """Return the times (epoch seconds) of those to keep.

    They are the newest ``LAST``, and the newest one of each of the newest ``DAYS`` days, ``WEEKS``
    weeks and ``MONTHS`` months that have any. Days without one do not count: however long nothing
    was backed up, the old ones stay. What is not kept now would not be kept later either, so that
    dropping it after each backup or once in a while comes to the same.
    """
    newest_first = sorted(set(times), reverse=True)
    found = set(newest_first[:LAST])
    for count, period_of in _TIERS:
        newest_in: dict[Period, float] = {}
        for time in newest_first:
            newest_in.setdefault(period_of(datetime.fromtimestamp(time, UTC)), time)
        found.update(list(newest_in.values())[:count])
    return found
