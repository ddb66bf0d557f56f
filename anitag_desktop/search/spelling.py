"""Names that were perhaps meant: those that few slips of the finger turn into what was typed."""

from collections.abc import Iterable, Sequence


def allowed_slips(typed: str) -> int:
    """Return how many slips are believable in a name of this length."""
    return 0 if len(typed) < 3 else 1 if len(typed) < 6 else 2


class Speller:
    """Finds the names near a misspelt one among many (200,000 in some hundredths of a second)."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take the names, the likeliest first."""
        self._names: Sequence[str] = tuple(names)
        self._letters = [_letters(name) for name in self._names]

    def nearest(self, typed: str, most: int) -> list[int]:
        """Return the places of names near to what was typed, the nearest first."""
        slips = allowed_slips(typed)
        if not slips:
            return []
        letters, length = _letters(typed), len(typed)
        near = [
            (distance, place)
            for place, own in enumerate(self._letters)
            if (own ^ letters).bit_count() <= 2 * slips
            and abs(len(self._names[place]) - length) <= slips
            and 0 < (distance := slips_between(typed, self._names[place], slips)) <= slips
        ]
        return [place for _, place in sorted(near)[:most]]


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


def _letters(name: str) -> int:
    """Return the letters of a name as a set of bits; several letters share one."""
    bits = 0
    for letter in name:
        bits |= 1 << (ord(letter) & 63)
    return bits
