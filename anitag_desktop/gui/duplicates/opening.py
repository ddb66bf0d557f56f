"""Opening the dialog of duplicates from the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from anitag_desktop.gui.actions import ActionSpec
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.over_window import open_over
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.gui.duplicates.dialog import DuplicatesDialog


class DuplicatesOpener(QObject):
    """Opens the dialog over the window, nearly as large as that."""

    def __init__(self, workspace: Workspace, corrections: Corrections, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._corrections = corrections
        self._window = window

    def specs(self) -> list[ActionSpec]:
        """Return the action that opens it."""
        return [ActionSpec(self.tr("Duplicates…"), ("Ctrl+Shift+D",), self.open)]

    def open(self) -> DuplicatesDialog:
        """Show the first pair that is left to judge."""
        # Only here: its widgets are needed by nobody else.
        from anitag_desktop.gui.duplicates.dialog import DuplicatesDialog

        dialog = DuplicatesDialog(self._workspace, self._corrections, self._window)
        open_over(self._window, dialog)
        return dialog
