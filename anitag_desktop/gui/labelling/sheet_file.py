"""The file of a label sheet: read once, written after every answer, one write at a time."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from anitag_desktop.domain.label_sheet import LabelSheet
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.workspace import Workspace


class SheetFile(QObject):
    """``saved`` says that the file holds all that was given, ``failed`` carries why it does not."""

    saved = Signal()
    failed = Signal(object)

    def __init__(self, workspace: Workspace, path: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._waiting: LabelSheet | None = None
        self._is_writing = False
        self._is_whole = True
        self.path = path

    @property
    def is_whole(self) -> bool:
        """Whether the file holds all that was given."""
        return self._is_whole

    def keep(self, sheet: LabelSheet) -> None:
        """Write a sheet as it is now; of several that wait, only the newest."""
        self._waiting = sheet.copy()
        self._is_whole = False
        self._next()

    def _next(self) -> None:
        if self._is_writing or self._waiting is None:
            return
        self._is_writing = True
        sheet, self._waiting = self._waiting, None
        self._workspace.tasks.run_in_background(
            partial(_write, self.path, sheet),
            self._finish,
            self._fail,
            owner=self,
            priority=Priority.URGENT,
        )

    def _finish(self, _nothing: object) -> None:
        self._is_writing = False
        if self._waiting is None:
            self._is_whole = True
            self.saved.emit()
        self._next()

    def _fail(self, error: BaseException) -> None:
        self._is_writing = False
        self.failed.emit(error)
        self._next()


def _write(path: Path, sheet: LabelSheet) -> None:
    from anitag_desktop.services.labelling import write_sheet

    write_sheet(path, sheet)
