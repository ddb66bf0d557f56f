"""How many pictures the classes have: counts by part, and how unlike they are."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from training.datasets.sample import LabelledPicture

FEW = 20
"""Classes with fewer pictures are told of; many sets leave them out."""


@dataclass(frozen=True, slots=True)
class ClassCount:
    """A class, its place in the set's list, and its pictures in each part."""

    name: str
    number: int
    by_part: Counter[str]

    @property
    def pictures(self) -> int:
        """The number of its pictures."""
        return self.by_part.total()


def count_by_class(
    classes: Sequence[str], pictures: Sequence[LabelledPicture], parts: Sequence[str]
) -> list[ClassCount]:
    """Return the classes, those with most pictures first; some may have none."""
    found: dict[str, Counter[str]] = {name: Counter() for name in classes}
    for picture, part in zip(pictures, parts, strict=True):
        if picture.identity:
            found.setdefault(picture.identity, Counter())[part] += 1
    counts = [ClassCount(name, i, by_part) for i, (name, by_part) in enumerate(found.items())]
    return sorted(counts, key=lambda count: (-count.pictures, count.name))


def spread(counts: Sequence[int]) -> dict[str, float]:
    """Return mean, median, deviation, least, most, and what tells of a long tail.

    ``half_in`` is the number of the largest classes that hold half of the pictures.
    """
    ordered, whole, held, half_in = sorted(counts, reverse=True), sum(counts), 0, 0
    while 2 * held < whole:
        held += ordered[half_in]
        half_in += 1
    return {
        "classes": len(counts),
        "pictures": whole,
        "mean": statistics.mean(counts),
        "median": statistics.median(counts),
        "deviation": statistics.pstdev(counts),
        "fewest": min(counts),
        "most": max(counts),
        "empty": sum(count == 0 for count in counts),
        f"under_{FEW}": sum(0 < count < FEW for count in counts),
        "half_in": half_in,
    }
