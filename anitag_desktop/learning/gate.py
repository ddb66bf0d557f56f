"""The gate: whether a new model may take the place of the one in use.

It has to be better, with near certainty, on what the user corrected and neither learnt from; better
than guessing there (what people correct is mostly what the old model got wrong, so that against it
even guessing would win); and it must not have forgotten what nobody corrected.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from anitag_desktop.learning.calibration_error import Calibrations
from anitag_desktop.learning.few_shots import FewShots
from anitag_desktop.learning.resampling import Answers, Compared, compare

LEAST_ANSWERS = 8
"""So many held-out answers of each kind, yes and no, are needed to judge."""

LEAST_GROUPS = 8
"""They have to be of so many different pictures."""

LEAST_KEPT = 0.8
"""So much of what was said of other pictures and tags has to stand (F1 of new against old)."""

LEAST_NAMED = 20
"""So many pictures of characters are needed to judge vectors by, of two characters at least."""

LESS_CALIBRATED = 0.01
"""So much farther from the shares that they promise its scores are, if that is worth a word."""

SLOWER = 1.25
"""So many times as long a picture takes with it, if that is worth a word."""

LEAST_TIMED = 32
"""Of fewer pictures the time says nothing."""

_LEAST_TAG = 5
_WORSE = 0.05


@dataclass(frozen=True, slots=True)
class TagFigures:
    """How both models do on one tag; ``is_worse`` if the new one loses more than 5 points."""

    name: str
    category: str
    figures: Compared

    @property
    def is_worse(self) -> bool:
        """Whether the new model is worse here, as far as can be seen."""
        return bool(self.figures.difference.value < -_WORSE)


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of what was said where nobody corrected anything stands.

    ``same`` tags are given by both models, ``gone`` and ``come`` by one only.
    """

    pictures: int
    same: int
    gone: int
    come: int

    @property
    def share(self) -> float:
        """F1 of the new answers against the old ones; 1 if neither says anything."""
        every = 2 * self.same + self.gone + self.come
        return 2 * self.same / every if every else 1.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the comparison showed; ``reasons`` against the new model, none if it may be taken.

    A reason is a code: ``few_answers``, ``not_better``, ``guessing``, ``forgotten``, ``labels``; of
    vectors ``few_named``, ``not_known_better``, ``tags_worse``.
    """

    overall: Compared
    categories: tuple[TagFigures, ...]
    tags: tuple[TagFigures, ...]
    kept: Kept
    reasons: tuple[str, ...]

    @property
    def is_better(self) -> bool:
        """Whether the new model may take the old one's place."""
        return not self.reasons

    @property
    def worse(self) -> tuple[TagFigures, ...]:
        """The tags on which the new model is worse."""
        return tuple(one for one in self.tags if one.is_worse)


def judge(
    answers: Answers,
    names: Sequence[tuple[str, str]],
    kept: Kept,
    *,
    has_all_labels: bool = True,
) -> Judgement:
    """Judge a new model; ``names`` are the tags with their categories by number.

    ``has_all_labels`` tells whether it knows every tag that the old one knows.
    """
    overall = compare(answers)
    reasons = [
        code
        for code, holds in (
            ("few_answers", is_enough(answers)),
            ("not_better", overall.difference.low > 0),
            ("guessing", overall.new.low > 0.5),
            ("forgotten", kept.share >= LEAST_KEPT),
            ("labels", has_all_labels),
        )
        if not holds
    ]
    return Judgement(
        overall, _by_category(answers, names), _by_tag(answers, names), kept, tuple(reasons)
    )


def drawbacks(
    calibration: Calibrations,
    latency: tuple[float, float],
    timed: int,
    vectors: FewShots | None = None,
) -> tuple[str, ...]:
    """Return what surely gets worse beside the answers: ``calibration``, ``latency``, ``vectors``.

    ``latency`` is the time of a picture with the old and the new model, measured on ``timed``
    pictures, by turns and on one machine. ``vectors`` tells how often characters are known by a few
    pictures that neither learnt from. None keeps a model out: its thresholds were fitted to its own
    scores, and whether it is worth the rest its user knows.
    """
    gap = calibration.difference
    old, new = latency
    found = (
        ("calibration", gap.low > 0 and gap.value >= LESS_CALIBRATED),
        ("latency", timed >= LEAST_TIMED and new >= SLOWER * old),
        ("vectors", vectors is not None and vectors.difference.high < 0),
    )
    return tuple(code for code, holds in found if holds)


def judge_vectors(judged: Judgement, shots: FewShots) -> Judgement:
    """Judge a model that learnt without labels: by whom its vectors know, if no tags get worse."""
    few = shots.characters < 2 or shots.pictures < LEAST_NAMED
    reasons = [
        code
        for code, holds in (
            ("few_named", not few),
            ("not_known_better", few or shots.difference.low > 0),
            ("tags_worse", not judged.overall.difference.high < 0),
        )
        if not holds
    ]
    others = [code for code in judged.reasons if code in ("forgotten", "labels")]
    return replace(judged, reasons=(*reasons, *others))


def is_enough(answers: Answers) -> bool:
    """Tell whether there are enough held-out answers to judge by."""
    yes = int(answers.has.sum())
    groups = len(np.unique(answers.groups))
    return min(yes, len(answers.has) - yes) >= LEAST_ANSWERS and groups >= LEAST_GROUPS


def _by_category(answers: Answers, names: Sequence[tuple[str, str]]) -> tuple[TagFigures, ...]:
    kinds = np.array([kind for _, kind in names], object)[answers.tags]
    return tuple(
        TagFigures(kind, kind, compare(answers.where(kinds == kind)))
        for kind in sorted(set(kinds.tolist()))
    )


def _by_tag(answers: Answers, names: Sequence[tuple[str, str]]) -> tuple[TagFigures, ...]:
    found = []
    for number, (name, kind) in enumerate(names):
        rows = answers.tags == number
        if rows.sum() >= _LEAST_TAG:
            found.append(TagFigures(name, kind, compare(answers.where(rows))))
    return tuple(sorted(found, key=_worst_first))


def _worst_first(one: TagFigures) -> tuple[float, int, str]:
    return one.figures.difference.value, -one.figures.yes, one.name
