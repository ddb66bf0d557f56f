"""The dialog of the settings: pages at the right of their names; all is kept by one button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.gui.dialog_bar import dialog_bar
from anitag_desktop.gui.plain_text import PlainLabel
from anitag_desktop.gui.settings.appearance_page import AppearancePage
from anitag_desktop.gui.settings.counting_page import CountingPage
from anitag_desktop.gui.settings.folders_page import FoldersPage
from anitag_desktop.gui.settings.page import SettingsPage
from anitag_desktop.gui.settings.recognition_page import RecognitionPage
from anitag_desktop.gui.theme.tokens import Size
from anitag_desktop.gui.wording import error_text
from anitag_desktop.gui.workspace import Workspace
from anitag_desktop.settings import Settings

if TYPE_CHECKING:
    from anitag_desktop.domain.tag import TagCategory
    from anitag_desktop.services.library import Library

Own = Mapping["TagCategory", tuple[float, float]]


class SettingsDialog(QDialog):
    """Shows what is set and keeps what the user made of it, as one action that undo takes back.

    ``kept`` says that it was; ``failed`` carries what nobody expected.
    """

    kept = Signal()
    failed = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._shown = Settings()
        self.setWindowTitle(self.tr("Settings"))
        self.resize(*Size.SETTINGS)
        self.folders = FoldersPage()
        self.recognition = RecognitionPage()
        self.counting = CountingPage()
        self.appearance = AppearancePage()
        self._pages: dict[str, SettingsPage] = {
            self.tr("Folders"): self.folders,
            self.tr("Recognition"): self.recognition,
            self.tr("What counts"): self.counting,
            self.tr("Appearance"): self.appearance,
        }
        self.names = QListWidget()
        self.problem = PlainLabel("", "bad", wraps=True)
        self.save_button = QPushButton(self.tr("Save"))
        self._arrange()
        self.setEnabled(False)
        workspace.tasks.run_in_background(
            lambda: _read(workspace.library), self._show, self._fail, owner=self
        )

    @property
    def changed(self) -> dict[str, Any]:
        """The fields of ``Settings`` that stand otherwise than they were shown."""
        values = {name: one for page in self._pages.values() for name, one in page.values().items()}
        return {name: one for name, one in values.items() if one != getattr(self._shown, name)}

    def save(self) -> None:
        """Keep what was changed; close if it could be."""
        self.problem.clear()
        changed = self.changed
        if not changed:
            self._end()
            return
        self.setEnabled(False)
        library = self._workspace.library
        self._workspace.tasks.run_in_background(
            lambda: library.configuring.change(**changed), self._end, self._refuse, owner=self
        )

    def _show(self, answer: tuple[Settings, Own, dict[str, str], Sequence[str]]) -> None:
        self._shown, own, taggers, devices = answer
        self.recognition.show_devices(devices)
        self.counting.show_taggers(taggers)
        for page in self._pages.values():
            page.show_settings(self._shown)
        self.recognition.show_own(own)
        self.setEnabled(True)

    def _end(self, _action: object = None) -> None:
        self.kept.emit()
        self.accept()

    def _refuse(self, error: BaseException) -> None:
        self.setEnabled(True)
        if isinstance(error, AnitagError):
            self.problem.setText(error_text(error))
        else:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        self.failed.emit(error)
        self.reject()

    def _arrange(self) -> None:
        stack = QStackedWidget()
        self.names.setObjectName("settingsNames")
        self.names.setFixedWidth(Size.SETTINGS_NAMES)
        self.names.setAccessibleName(self.tr("Pages"))
        for name, page in self._pages.items():
            self.names.addItem(name)
            self.names.item(self.names.count() - 1).setSizeHint(QSize(0, Size.ROW))
            stack.addWidget(page)
        self.names.currentRowChanged.connect(stack.setCurrentIndex)
        self.names.setCurrentRow(0)
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self.names)
        upper.addWidget(stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(upper, 1)
        column.addWidget(self._buttons())
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(button is self.save_button)  # none else is pressed by Return

    def _buttons(self) -> QWidget:
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.save_button.setProperty("kind", "primary")
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self.save)
        return dialog_bar(self.problem, cancel, self.save_button)


def _read(library: Library) -> tuple[Settings, Own, dict[str, str], Sequence[str]]:
    """Return what is set, models' own thresholds, titles of taggers by id, and the devices."""
    models = library.modelling.installed()
    taggers = {one.id: one.title or one.id for one in models if one.kind == "tagger"}
    configuring = library.configuring
    return configuring.settings(), configuring.own_thresholds(), taggers, configuring.devices()
