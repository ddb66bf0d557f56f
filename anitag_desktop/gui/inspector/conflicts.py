"""Conflicts in words: which model says what against whom."""

from collections.abc import Sequence

from anitag_desktop.domain.details import Conflict
from anitag_desktop.gui.inspector.opinions import opinion_lines
from anitag_desktop.gui.wording import number, tr


def conflict_lines(conflicts: Sequence[Conflict], of: int) -> list[str]:
    """Return what a tooltip says of the conflicts about one tag on ``of`` pictures."""
    if of > 1:
        words = tr("in conflict on {have} of {of} pictures")
        return [words.format(have=number(len(conflicts)), of=number(of))]
    (conflict,) = conflicts
    head = tr("You rejected what a model sees:") if conflict.is_rejected else tr("Models disagree:")
    return [head, *opinion_lines(conflict.opinions)]
