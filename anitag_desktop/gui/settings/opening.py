"""Opening the settings from the window, and leaving out a folder from its menu."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from anitag_desktop.gui.actions import ActionSpec
from anitag_desktop.gui.folders import Folders
from anitag_desktop.gui.gallery.view import GalleryView
from anitag_desktop.gui.theme.theme import theme
from anitag_desktop.gui.wording import tr
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.gui.library_panel.folder_tree import Folder
    from anitag_desktop.gui.settings.dialog import SettingsDialog
    from anitag_desktop.services.indexing import FolderView


class SettingsOpener(QObject):
    """Opens the dialog and acts on it. ``announced`` carries a sentence for a toast.

    ``add_wanted`` asks for another folder to watch.
    """

    add_wanted = Signal()
    announced = Signal(str)
    failed = Signal(object)

    def __init__(
        self, workspace: Workspace, folders: Folders, gallery: GalleryView, window: QWidget
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._folders = folders
        self._gallery = gallery
        self._window = window

    def specs(self) -> list[ActionSpec]:
        """Return the action that opens the settings."""
        return [ActionSpec(tr("Settings…"), ("Ctrl+,",), self.open, "", True)]

    def open(self) -> SettingsDialog:
        """Show the settings over the window."""
        # Only here: its widgets are needed by nobody else.
        from anitag_desktop.gui.settings.dialog import SettingsDialog

        dialog = SettingsDialog(self._workspace, self._window)
        memory = self._workspace.memory
        dialog.appearance.show_look(memory.scheme, memory.cell)
        dialog.folders.add_wanted.connect(self.add_wanted)
        dialog.folders.remove_wanted.connect(self._stop_watching)
        dialog.kept.connect(lambda: self._look(dialog))
        dialog.failed.connect(self.failed)
        dialog.finished.connect(dialog.deleteLater)
        self._folders.listed.connect(dialog.folders.show_folders)
        self._folders.read()
        dialog.open()
        return dialog

    def leave_out(self, folder: Folder) -> None:
        """Leave out a folder inside a watched one; undo brings it back."""
        library = self._workspace.library
        self._workspace.tasks.run_in_background(
            lambda: library.configuring.leave_out(folder.path),
            lambda _action: self._say_left_out(folder),
            self.failed.emit,
            owner=self,
        )

    def _say_left_out(self, folder: Folder) -> None:
        words = tr("{folder} is left out. Its tags are kept.")
        self.announced.emit(words.format(folder=folder.name))

    def _stop_watching(self, view: FolderView) -> None:
        self._folders.remove(view.id, PurePath(view.path).name or view.path)

    def _look(self, dialog: SettingsDialog) -> None:
        scheme = dialog.appearance.scheme
        if scheme is not self._workspace.memory.scheme:
            self._workspace.memory.scheme = scheme
            theme.choose(scheme)
        self._gallery.set_cell(dialog.appearance.cell)
