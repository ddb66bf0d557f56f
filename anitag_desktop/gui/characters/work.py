"""What is done with characters, one thing at a time, off the main thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.wording import tr
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.correcting import ActionView
    from anitag_desktop.services.library import Library


class CharacterWork(QObject):
    """``announced`` carries a sentence, ``failed`` an exception; ``changed`` follows each action.

    ``busy_changed`` says that something began or ended.
    """

    announced = Signal(str)
    failed = Signal(object)
    changed = Signal()
    busy_changed = Signal()

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.is_busy = False

    def run(self, work: Callable[[Library], ActionView]) -> None:
        """Do what one action of a service does, unless something is being done."""
        if self.is_busy:
            self.announced.emit(tr("Something is being learnt already."))
            return
        self._set_busy(is_busy=True)
        library = self._workspace.library
        self._workspace.tasks.run_in_background(
            lambda: work(library), self._finish, self._fail, owner=self, priority=Priority.LONG
        )

    def _finish(self, action: ActionView) -> None:
        self._set_busy(is_busy=False)
        self.announced.emit(tr("{what}. Ctrl+Z goes back.").format(what=action.label))
        self.changed.emit()

    def _fail(self, error: BaseException) -> None:
        self._set_busy(is_busy=False)
        self.failed.emit(error)

    def _set_busy(self, *, is_busy: bool) -> None:
        self.is_busy = is_busy
        self.busy_changed.emit()
