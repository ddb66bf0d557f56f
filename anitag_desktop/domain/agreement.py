"""Agreement: how far a model's fast copy says the same of pictures as the model itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from anitag_desktop.domain.correction import predict
from anitag_desktop.domain.prediction import SCORE_FLOOR, Label, Thresholds
from anitag_desktop.domain.tag import Tag

Scores = Mapping[Label, float]
"""What a model says of one picture: its scores that are not under the floor."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was counted on some pictures; tags are those that count, ratings among them.

    ``same`` of the tags are given by both, ``lost`` ones only by the exact model, ``gained`` ones
    only by the fast copy. ``mean_gap`` and ``largest_gap`` are differences of scores, 0 to 1, of
    labels that one of both gives at least the floor.
    """

    pictures: int
    same: int
    lost: int
    gained: int
    mean_gap: float
    largest_gap: float

    @property
    def part(self) -> float:
        """The part of all tags of either that both give, 0 to 1; 1 where there are none."""
        every = self.same + self.lost + self.gained
        return self.same / every if every else 1.0


def compare(pairs: Iterable[tuple[Scores, Scores]], thresholds: Thresholds) -> Agreement:
    """Count over pictures, for each of which the exact scores come first."""
    pictures = same = lost = gained = 0
    gaps: list[float] = []
    for exact, fast in pairs:
        pictures += 1
        ours, theirs = _counting(exact, thresholds), _counting(fast, thresholds)
        same += len(ours & theirs)
        lost += len(ours - theirs)
        gained += len(theirs - ours)
        gaps += [_gap(exact, fast, label) for label in exact.keys() | fast.keys()]
    mean = sum(gaps) / len(gaps) if gaps else 0.0
    return Agreement(pictures, same, lost, gained, mean, max(gaps, default=0.0))


def _counting(scores: Scores, thresholds: Thresholds) -> set[str]:
    tags = {Tag(label.name, label.name, label.category): score for label, score in scores.items()}
    return {one.tag.name for one in predict(tags, thresholds) if one.is_sure}


def _gap(exact: Scores, fast: Scores, label: Label) -> float:
    """Return a difference of scores; one that is not kept counts as the floor."""
    return abs(exact.get(label, SCORE_FLOOR) - fast.get(label, SCORE_FLOOR))
