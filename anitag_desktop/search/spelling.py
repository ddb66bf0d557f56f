"""Names that were perhaps meant: those that few slips of the finger turn into what was typed."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COMPARED = 80
"""So many names are compared letter by letter."""


def allowed_slips(typed: str) -> int:
    """Return how many slips are believable in a name of this length."""
    return 0 if len(typed) < 3 else 1 if len(typed) < 6 else 2


class Speller:
    """Finds the names near a misspelt one among many (200,000 in a few thousandths of a second).

    Of the names whose letters and length allow for few slips, only the most alike are compared
    letter by letter; in a family of thousands (``name_1``, ``name_2``...) some are missed.
    """

    def __init__(self, names: Iterable[str]) -> None:
        """Take the names, the likeliest first."""
        import numpy as np

        self._names: Sequence[str] = tuple(names)
        self._lengths = np.array([len(name) for name in self._names], np.int32)
        self._letters = _letters(self._names)

    def nearest(self, typed: str, most: int) -> list[int]:
        """Return the places of names near to what was typed, the nearest first."""
        slips = allowed_slips(typed)
        if not slips or not self._names:
            return []
        near = [
            (distance, place)
            for place in self._alike(typed, slips)
            if 0 < (distance := slips_between(typed, self._names[place], slips)) <= slips
        ]
        return [place for _, place in sorted(near)[:most]]

    def _alike(self, typed: str, slips: int) -> list[int]:
        """Return the places of names that so few slips may lead to, the most alike first."""
        import numpy as np

        places = np.flatnonzero(np.abs(self._lengths - len(typed)) <= slips)
        apart = _count_bits(self._letters[places] ^ _letters([typed])[0])
        is_near = apart <= 2 * slips
        places, apart = places[is_near], apart[is_near]
        found: list[int] = places[np.argsort(apart, kind="stable")][:_COMPARED].tolist()
        return found


def slips_between(one: str, other: str, most: int) -> int:
    """Return how many letters to add, drop, change or swap with a neighbour turn one into other.

    Anything over ``most`` is returned as ``most + 1``.
    """
    start, end = _common_ends(one, other)
    one, other = one[start : len(one) - end], other[start : len(other) - end]
    if not one or not other:
        return min(len(one) + len(other), most + 1)
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != wanted))
            is_swap = (
                row > 1 and column > 1 and one[row - 2] == wanted and letter == other[column - 2]
            )
            current.append(min(cost, before_last[column - 2] + 1) if is_swap else cost)
        if min(current) > most:
            return most + 1
        before_last, last = last, current
    return min(last[-1], most + 1)


def _common_ends(one: str, other: str) -> tuple[int, int]:
    """Return how many letters two names share at their beginning, and at the end of the rest."""
    shorter = min(len(one), len(other))
    start = 0
    while start < shorter and one[start] == other[start]:
        start += 1
    end = 0
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return start, end


def _letters(names: Sequence[str]) -> "NDArray[Any]":
    """Return the letters of each name as a set of 64 bits; several letters share one."""
    import numpy as np

    if not names:
        return np.empty(0, np.uint64)
    text = "".join(f"{name}\n" for name in names)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    bits = np.left_shift(np.uint64(1), (codes & 63).astype(np.uint64))
    bits[codes == ord("\n")] = 0
    starts = np.concatenate([[0], np.flatnonzero(codes == ord("\n"))[:-1] + 1])
    return np.bitwise_or.reduceat(bits, starts)


def _count_bits(numbers: "NDArray[Any]") -> "NDArray[Any]":
    """Return how many bits each number has, sixteen at a time."""
    import numpy as np

    counts = np.zeros(1, np.uint8)
    for _ in range(16):
        counts = np.concatenate([counts, counts + np.uint8(1)])
    parts = np.ascontiguousarray(numbers).view(np.uint16).reshape(-1, 4)
    found: NDArray[Any] = counts[parts].sum(axis=1)
    return found
