"""What the user says about pictures, one after the other in the order said, and taking it back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.wording import error_text, tr
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.correcting import ActionView
    from anitag_desktop.services.library import Library


_Wanted = tuple[Callable[[], Any], Callable[[Any], None], Callable[[BaseException], None]]
"""What is to be done, and who hears what came of it, or why nothing did."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the user wants said of some pictures, by tag names.

    ``image_ids`` gives them on a task, since there may be a million.
    """

    image_ids: Callable[[], Sequence[int]]
    confirm: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    clear: tuple[str, ...] = ()


class Corrections(QObject):
    """Passes corrections on one at a time. ``announced`` carries a sentence for a toast.

    ``began`` says that the user is about to change something, ``done`` that it was changed,
    ``corrected`` that the user said something new about tags.
    """

    began = Signal()
    done = Signal()
    corrected = Signal()
    announced = Signal(str, bool)
    failed = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._waiting: deque[_Wanted] = deque()
        self._is_busy = False

    def say(self, said: Said) -> None:
        """Record what the user said."""
        self.began.emit()
        self._queue(lambda: self._correct(said), self._on_said)

    def complete(self, image_ids: Callable[[], Sequence[int]]) -> None:
        """Record that the user looked at every tag of some pictures."""
        self.began.emit()
        library = self._workspace.library
        self._queue(lambda: library.correcting.complete(image_ids()), self._on_completed)

    def perform(self, work: Callable[[Library], ActionView], *, holds: bool = False) -> None:
        """Do what one action of a service does, after what was wanted before.

        ``holds`` if it may take the selected pictures out of the search.
        """
        if holds:
            self.began.emit()
        self._queue(partial(work, self._workspace.library), self._on_corrected)

    def undo(self) -> None:
        """Take back the newest action."""
        library = self._workspace.library
        self._queue(lambda: library.correcting.undo(1), self._on_undone)

    def take_back(
        self,
        work: Callable[[Library], Sequence[ActionView]],
        on_kept: Callable[[BaseException], None],
    ) -> None:
        """Take back certain actions, after what was wanted before.

        ``on_kept`` hears why they still stand, if they do.
        """
        self._queue(partial(work, self._workspace.library), self._on_undone, on_kept)

    def redo(self) -> None:
        """Do again what was taken back last."""
        library = self._workspace.library
        self._queue(lambda: library.correcting.redo(1), self._on_redone)

    def _correct(self, said: Said) -> ActionView:
        correcting, image_ids = self._workspace.library.correcting, said.image_ids()
        if said.clear:
            return correcting.clear(image_ids, said.clear)
        return correcting.correct(image_ids, confirm=said.confirm, reject=said.reject, add=said.add)

    def _queue(
        self,
        work: Callable[[], Any],
        on_done: Callable[[Any], None],
        on_failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        self._waiting.append((work, on_done, on_failed or self._on_failed))
        self._next()

    def _next(self) -> None:
        if self._is_busy or not self._waiting:
            return
        self._is_busy = True
        work, self._on_answer, self._on_error = self._waiting.popleft()
        self._workspace.tasks.run_in_background(
            work, self._finish, self._fail, owner=self, priority=Priority.URGENT
        )

    def _finish(self, answer: Any) -> None:
        self._is_busy = False
        self._on_answer(answer)
        self.done.emit()
        self._next()

    def _fail(self, error: BaseException) -> None:
        self._is_busy = False
        self._on_error(error)
        self._next()

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, AnitagError) and error.code in ("nothing_to_undo", "nothing_to_redo"):
            self.announced.emit(error_text(error), False)
        else:
            self.failed.emit(error)

    def _on_said(self, action: ActionView) -> None:
        if action.id is not None:
            self.corrected.emit()

    def _on_completed(self, action: ActionView) -> None:
        if action.id is not None:
            self.announced.emit(tr("Fully reviewed: nothing else is in it."), False)
        self._on_said(action)

    def _on_corrected(self, _action: ActionView) -> None:
        """Nothing to say: chips, hearts and stars show it."""

    def _on_undone(self, actions: Sequence[ActionView]) -> None:
        if actions:
            self.announced.emit(tr("Undone: {what}").format(what=_labels(actions)), True)

    def _on_redone(self, actions: Sequence[ActionView]) -> None:
        self.announced.emit(tr("Done again: {what}").format(what=_labels(actions)), False)


def _labels(actions: Sequence[ActionView]) -> str:
    return ", ".join(action.label for action in actions)
