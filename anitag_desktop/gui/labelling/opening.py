"""Opening the labelling from the window, for the selected pictures or all that are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from anitag_desktop.gui.actions import ActionSpec
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.over_window import open_over
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.gui.gallery.view import GalleryView
    from anitag_desktop.gui.labelling.dialog import LabellingDialog


class LabellingOpener(QObject):
    """Opens the labelling over the window, nearly as large as that."""

    def __init__(
        self,
        workspace: Workspace,
        corrections: Corrections,
        gallery: GalleryView,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._corrections = corrections
        self._gallery = gallery
        self._window = window

    def specs(self) -> list[ActionSpec]:
        """Return the action that opens it."""
        return [ActionSpec(self.tr("Label by class…"), ("Ctrl+Shift+R",), self.open)]

    def open(self) -> LabellingDialog:
        """Ask where the labels shall be kept; one selected picture means all that are shown."""
        # Only here: its widgets are needed by nobody else.
        from anitag_desktop.gui.labelling.dialog import LabellingDialog

        is_selection = len(self._gallery.selection.chosen) > 1
        ids = self._gallery.selected_ids() if is_selection else self._gallery.ids
        dialog = LabellingDialog(
            self._workspace, self._corrections, ids, self._window, is_selection=is_selection
        )
        open_over(self._window, dialog)
        return dialog
