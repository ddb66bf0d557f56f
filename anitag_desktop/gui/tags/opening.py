"""Opening the dialog of the tags from the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from anitag_desktop.gui.actions import ActionSpec
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.wording import tr
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.gui.tags.dialog import TagsDialog


class TagsOpener(QObject):
    """Opens the dialog over the window."""

    def __init__(self, workspace: Workspace, corrections: Corrections, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._corrections = corrections
        self._window = window

    def specs(self) -> list[ActionSpec]:
        """Return the action that opens it."""
        return [ActionSpec(tr("Tags…"), ("Ctrl+Shift+T",), self.open)]

    def open(self, name: str = "") -> TagsDialog:
        """Show all tags, and one of them if it is named."""
        # Only here: its widgets are needed by nobody else.
        from anitag_desktop.gui.tags.dialog import TagsDialog

        dialog = TagsDialog(self._workspace, self._corrections, self._window)
        dialog.finished.connect(dialog.deleteLater)
        if name:
            dialog.seek(name)
        dialog.open()
        return dialog
