"""Pairs of pictures that look alike: what the user said of them, and what follows from it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class PairVerdict(StrEnum):
    """How two pictures stand to each other."""

    SAME = "same"  # one picture twice, and one of the two is better
    ALTERNATES = "alternates"  # versions of a picture, both to be kept
    DIFFERENT = "different"  # no duplicates


APART = frozenset({PairVerdict.ALTERNATES, PairVerdict.DIFFERENT})
"""What says that two pictures are no duplicates of each other."""


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """A verdict on two pictures, by their ids; ``better`` is one of them if they are the same."""

    first: int
    second: int
    verdict: PairVerdict
    better: int | None = None

    @property
    def pictures(self) -> frozenset[int]:
        """Both pictures."""
        return frozenset({self.first, self.second})


def better_of(
    judged: Iterable[JudgedPair], goodness: Callable[[int], tuple[float, ...] | None]
) -> dict[int, int]:
    """Return for each picture that is the same as a better one which is the best of them.

    ``goodness`` sorts the best picture first, and is None for one that cannot be seen now: it is
    nobody's better, but those that are the same as it are the same as each other. Of pictures that
    were called better in a ring, or by two ways, the best by ``goodness`` is.
    """
    same = [pair for pair in judged if pair.verdict is PairVerdict.SAME]
    pictures = frozenset(one for pair in same for one in pair.pictures)
    seen = {one: rank for one in pictures if (rank := goodness(one)) is not None}
    beaten = {one for pair in same for one in pair.pictures - {pair.better}}
    now = {one for pair in same if pair.better in seen for one in pair.pictures - {pair.better}}
    found: dict[int, int] = {}
    for family in _families(same):
        present = [one for one in family if one in seen]
        best = min(present, key=lambda one: (one in now, one in beaten, *seen[one]), default=None)
        found |= {one: best for one in present if best is not None and one != best}
    return found


def _families(same: Iterable[JudgedPair]) -> list[frozenset[int]]:
    """Return the pictures that are the same, directly or by way of others."""
    kin: dict[int, set[int]] = defaultdict(set)
    for pair in same:
        kin[pair.first].add(pair.second)
        kin[pair.second].add(pair.first)
    return _components(kin)


def _components(kin: Mapping[int, Iterable[int]]) -> list[frozenset[int]]:
    met: set[int] = set()
    found = []
    for start in kin:
        waiting, family = [start], set[int]()
        while waiting and start not in met:
            one = waiting.pop()
            if one not in family:
                family.add(one)
                waiting += kin[one]
        if family:
            met |= family
            found.append(frozenset(family))
    return found
