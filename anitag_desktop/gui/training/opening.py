"""Opening the page of retrainings from the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from anitag_desktop.gui.actions import ActionSpec
from anitag_desktop.gui.browser.browser import Browser
from anitag_desktop.gui.browser.pages import TRAINING_PAGE
from anitag_desktop.gui.models.work import ModelWork
from anitag_desktop.gui.wording import tr
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.gui.training.page import TrainingPage


class TrainingOpener(QObject):
    """Shows the page."""

    def __init__(self, workspace: Workspace, browser: Browser, work: ModelWork) -> None:
        super().__init__(browser)
        self._workspace, self._browser, self._models = workspace, browser, work
        browser.know_page(TRAINING_PAGE, self._make)

    def specs(self) -> list[ActionSpec]:
        """Return the action that opens it."""
        return [ActionSpec(tr("Training"), ("Ctrl+Shift+L",), self.open)]

    def open(self) -> None:
        """Show the retrainings instead of pictures."""
        self._browser.open_page(TRAINING_PAGE)

    def _make(self) -> TrainingPage:
        # Only here: its widgets are needed by nobody else.
        from anitag_desktop.gui.training.page import TrainingPage
        from anitag_desktop.gui.training.work import TrainingWork

        return TrainingPage(self._workspace, TrainingWork(self._workspace, self._models, self))
