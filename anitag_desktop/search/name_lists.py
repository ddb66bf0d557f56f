"""Lists of names that are searched faster than one name after the other.

A name's place is its rank: of two names the likelier has the lower place. NumPy is imported with
the first list that is made, not with this module.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from anitag_desktop.search.lore import fits

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AFTER_ALL = "\U0010ffff"


class SortedNames:
    """Names by their beginning. A place may have several names."""

    def __init__(self, named: Iterable[tuple[str, int]]) -> None:
        """Take names with their places."""
        import numpy as np

        pairs = sorted(named)
        self._names = [name for name, _ in pairs]
        self._places = np.array([place for _, place in pairs], np.int32)

    def beginning(
        self, prefix: str, most: int, wanted: "NDArray[Any] | None" = None
    ) -> list[tuple[int, str]]:
        """Return the likeliest places (and their names) that begin so.

        ``wanted`` tells for each place whether it counts.
        """
        import numpy as np

        start = bisect_left(self._names, prefix)
        end = bisect_left(self._names, prefix + _AFTER_ALL)
        places = self._places[start:end]
        at = np.arange(len(places)) if wanted is None else np.flatnonzero(wanted[places])
        if len(at) > most:
            at = at[np.argpartition(places[at], most - 1)[:most]]
        at = at[np.argsort(places[at], kind="stable")]
        return [(int(places[one]), self._names[start + one]) for one in at.tolist()]


class JoinedNames:
    """Names by what they hold, likeliest first: all in one text, searched at once."""

    def __init__(self, names: Sequence[str], places: Sequence[int] | None = None) -> None:
        """Take names in the order of their places; ``places`` are 0, 1, 2... without."""
        self._names = names
        self._places = places

    def holding(self, part: str) -> Iterator[tuple[int, str]]:
        """Yield the places (and their names) that hold ``part``."""
        at = self._text.find(part)
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            yield self._place(number), self._names[number]
            at = self._text.find(part, self._starts[number + 1])

    def fitting(self, pieces: tuple[str, ...]) -> Iterator[tuple[int, str]]:
        """Yield the places (and their names) that are the pieces with anything between them."""
        longest = max(pieces, key=len)
        found = self.holding(longest) if longest else enumerate(self._names)
        return ((place, name) for place, name in found if fits(name, pieces))

    def _place(self, number: int) -> int:
        return number if self._places is None else self._places[number]

    @cached_property
    def _text(self) -> str:
        return "\n".join(self._names)

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for name in self._names:
            starts.append(starts[-1] + len(name) + 1)
        return starts
