"""Opening the page of the models from the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from anitag_desktop.gui.actions import ActionSpec
from anitag_desktop.gui.browser.browser import Browser
from anitag_desktop.gui.browser.pages import MODELS_PAGE
from anitag_desktop.gui.job_strip.strip import JobStrip
from anitag_desktop.gui.models.work import ModelWork
from anitag_desktop.gui.training.opening import TrainingOpener
from anitag_desktop.gui.wording import tr
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.gui.models.page import ModelsPage


class ModelsOpener(QObject):
    """Shows the page, and what is done with models in the strip."""

    def __init__(self, workspace: Workspace, browser: Browser, strip: JobStrip) -> None:
        super().__init__(browser)
        self._workspace = workspace
        self._browser = browser
        self.work = ModelWork(workspace, self)
        self.work.working.connect(strip.show_model_work)
        strip.model_stop_wanted.connect(self.work.stop)
        self.training = TrainingOpener(workspace, browser, self.work)
        browser.know_page(MODELS_PAGE, self._make)

    def specs(self) -> list[ActionSpec]:
        """Return the actions that open it, and the page of new ones."""
        own = ActionSpec(tr("Models"), ("Ctrl+Shift+M",), self.open)
        return [own, *self.training.specs()]

    def open(self) -> None:
        """Show the models instead of pictures."""
        self._browser.open_page(MODELS_PAGE)

    def _make(self) -> ModelsPage:
        # Only here: its widgets are needed by nobody else.
        from anitag_desktop.gui.models.page import ModelsPage

        return ModelsPage(self._workspace, self.work)
