"""Labels as tags in the library, where that is wanted: ordinary corrections."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anitag_desktop.gui.corrections import Corrections

if TYPE_CHECKING:
    from anitag_desktop.services.correcting import ActionView
    from anitag_desktop.services.library import Library

_Given = list[int]
"""The action that an answer became; none until it is one. Touched on tasks alone, in order."""


class TaggingToo(QObject):
    """``failed`` carries why a tag was not given, or not taken back."""

    failed = Signal(object)

    def __init__(self, corrections: Corrections, parent: QObject) -> None:
        super().__init__(parent)
        self._corrections = corrections
        self._answers: list[_Given | None] = []
        self._has_tagged = False
        corrections.failed.connect(self.failed)

    def tag(self, image_id: int, name: str, *, is_wanted: bool) -> None:
        """Take in an answer; give the picture the tag if that is wanted."""
        given: _Given = []
        self._answers.append(given if is_wanted else None)
        if is_wanted:
            self._has_tagged = True
            self._corrections.perform(partial(_tag, image_id, name, given))

    def take_back(self) -> None:
        """Take the last answer back, and its tag if it gave one."""
        given = self._answers.pop() if self._answers else None
        if given is not None:
            self._corrections.take_back(partial(_untag, given), self.failed.emit)

    def forget(self) -> None:
        """Begin another round: what was answered before stays."""
        self._answers.clear()

    def close(self) -> None:
        """Let what was tagged be learnt."""
        if self._has_tagged:
            self._corrections.corrected.emit()


def _tag(image_id: int, name: str, given: _Given, library: Library) -> ActionView:
    action = library.correcting.correct([image_id], add=[name])
    if action.id is not None:
        given.append(action.id)
    return action


def _untag(given: _Given, library: Library) -> Sequence[ActionView]:
    undone = library.correcting.undo_only(given[0]) if given else None
    return [] if undone is None else [undone]
