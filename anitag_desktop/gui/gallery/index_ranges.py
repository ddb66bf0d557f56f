"""A set of positions kept as ranges: selecting a million costs as much as selecting one."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator


class IndexRanges:
    """Whole numbers from 0 on, as sorted, disjoint, half-open ranges."""

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._starts: list[int] = []
        self._stops: list[int] = []
        for start, stop in ranges:
            self.add(start, stop)

    def __contains__(self, index: int) -> bool:
        place = bisect_right(self._starts, index) - 1
        return place >= 0 and index < self._stops[place]

    def __len__(self) -> int:
        return sum(self._stops) - sum(self._starts)

    def __iter__(self) -> Iterator[int]:
        for start, stop in self.ranges():
            yield from range(start, stop)

    def ranges(self) -> Iterator[tuple[int, int]]:
        """Give the ranges in order."""
        return zip(self._starts, self._stops, strict=True)

    def copy(self) -> "IndexRanges":
        """Return the same set, independent of this."""
        made = IndexRanges()
        made._starts, made._stops = self._starts.copy(), self._stops.copy()
        return made

    def add(self, start: int, stop: int) -> None:
        """Put ``start`` to ``stop`` (not included) into the set."""
        if start >= stop:
            return
        first = bisect_left(self._stops, start)
        last = bisect_right(self._starts, stop)
        if first < last:
            start = min(start, self._starts[first])
            stop = max(stop, self._stops[last - 1])
        self._starts[first:last] = [start]
        self._stops[first:last] = [stop]

    def remove(self, start: int, stop: int) -> None:
        """Take ``start`` to ``stop`` (not included) out of the set."""
        if start >= stop:
            return
        first = bisect_right(self._stops, start)
        last = bisect_left(self._starts, stop)
        if first >= last:
            return
        left, right = self._starts[first], self._stops[last - 1]
        kept = [(left, start)] if left < start else []
        kept += [(stop, right)] if stop < right else []
        self._starts[first:last] = [pair[0] for pair in kept]
        self._stops[first:last] = [pair[1] for pair in kept]

    def toggle(self, index: int) -> None:
        """Take ``index`` out if it is in, else put it in."""
        if index in self:
            self.remove(index, index + 1)
        else:
            self.add(index, index + 1)

    def inverted(self, count: int) -> "IndexRanges":
        """Return what is missing from 0 to ``count`` (not included)."""
        made = IndexRanges([(0, count)])
        for start, stop in self.ranges():
            made.remove(start, stop)
        return made
