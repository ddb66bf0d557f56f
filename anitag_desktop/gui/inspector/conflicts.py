"""Conflicts in words: which model says what against whom."""

from collections.abc import Sequence

from anitag_desktop.domain.details import Conflict, ModelOpinion
from anitag_desktop.gui.wording import number, percent, tr


def conflict_lines(conflicts: Sequence[Conflict], of: int) -> list[str]:
    """Return what a tooltip says of the conflicts about one tag on ``of`` pictures."""
    if of > 1:
        words = tr("in conflict on {have} of {of} pictures")
        return [words.format(have=number(len(conflicts)), of=number(of))]
    (conflict,) = conflicts
    head = tr("You rejected what a model sees:") if conflict.is_rejected else tr("Models disagree:")
    return [head, *(_told(one) for one in conflict.opinions)]


def _told(opinion: ModelOpinion) -> str:
    if opinion.score is None:
        return tr("{model} does not see it").format(model=opinion.model)
    words = tr("{model}: {score} %") if opinion.is_sure else tr("{model}: only {score} %")
    return words.format(model=opinion.model, score=percent(opinion.score))
