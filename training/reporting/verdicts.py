"""What a network says of the pictures of a part, kept small: sums, and a line for each picture."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.measures.resampling import Decisions
from training.metrics import ScoreHistogram

BINS = 10


@dataclass(slots=True)
class Calibration:
    """For each tenth of what was said (0 to 1): its sum, how often it was right, its count."""

    said: NDArray[np.float64] = field(default_factory=lambda: np.zeros(BINS))
    right: NDArray[np.float64] = field(default_factory=lambda: np.zeros(BINS))
    count: NDArray[np.float64] = field(default_factory=lambda: np.zeros(BINS))

    def add(self, said: NDArray[np.float64], right: NDArray[np.float64]) -> None:
        """Count what was said (N, 0 to 1) and whether it was right (N, 0 or 1)."""
        bins = np.minimum((said * BINS).astype(np.int64), BINS - 1)
        np.add.at(self.said, bins, said)
        np.add.at(self.right, bins, right)
        np.add.at(self.count, bins, 1)

    def bins(self) -> list[tuple[float, float, int]]:
        """Return mean said, share right and count of each bin that has something."""
        rows = zip(self.said, self.right, self.count, strict=True)
        return [(said / n, right / n, int(n)) for said, right, n in rows if n]

    def error(self) -> float:
        """Return the expected calibration error: the mean distance of said and right (0 to 1)."""
        apart = np.abs(self.said - self.right).sum()
        return float(apart / max(1.0, self.count.sum()))


@dataclass(frozen=True, slots=True)
class PictureVerdict:
    """A picture's number, its loss, what was said and what is true, as texts.

    Of classes also their ids; of tags ``said`` are those wrongly said and ``truth`` those missed,
    and ``decisions`` the numbers of those that were found, wrongly said and missed.
    """

    row: int
    loss: float
    said: str
    truth: str
    guessed_class: int = -1
    true_class: int = -1
    decisions: Decisions | None = None


@dataclass(slots=True)
class ClassVerdicts:
    """What was said of each picture; ``confusion`` counts (true, guessed) class ids."""

    pictures: list[PictureVerdict] = field(default_factory=list)
    confusion: Counter[tuple[int, int]] = field(default_factory=Counter)
    calibration: Calibration = field(default_factory=Calibration)

    def by_class(self, names: Sequence[str]) -> list[tuple[str, int, float]]:
        """Return name, pictures and accuracy of each class that has pictures, the worst first."""
        support: Counter[int] = Counter()
        for (true, _), count in self.confusion.items():
            support[true] += count
        rows = [(names[i], n, self.confusion[i, i] / n) for i, n in support.items()]
        return sorted(rows, key=lambda row: (row[2], -row[1], row[0]))

    def most_confused(self, names: Sequence[str], most: int) -> list[tuple[str, str, int]]:
        """Return which class is most often taken for which other, and how often."""
        wrong = [(names[t], names[g], n) for (t, g), n in self.confusion.items() if t != g]
        return sorted(wrong, key=lambda row: (-row[2], row[0], row[1]))[:most]

    def matrix(self, classes: int) -> NDArray[np.int64]:
        """Return how often each class (rows) was taken for each (columns)."""
        found = np.zeros((classes, classes), np.int64)
        for pair, count in self.confusion.items():
            found[pair] = count
        return found


@dataclass(slots=True)
class TagVerdicts:
    """What was said of the tags of each picture."""

    histogram: ScoreHistogram
    pictures: list[PictureVerdict] = field(default_factory=list)
    calibration: Calibration = field(default_factory=Calibration)

    def by_tag(self, names: Sequence[str]) -> list[tuple[str, int, float, float]]:
        """Return name, pictures, F1 at 0.5 and average precision of each tag, the worst first.

        Tags that no picture has are left out.
        """
        found = self.histogram.measures(np.full(len(names), 0.5))
        columns = (found.support, found.f1, found.average_precision)
        rows = [
            (name, int(n), float(f1), float(precision))
            for name, n, f1, precision in zip(names, *columns, strict=True)
            if n
        ]
        return sorted(rows, key=lambda row: (row[3], -row[1], row[0]))
