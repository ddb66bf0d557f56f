"""Opening the page of what was changed, from the menu or from the notice after learning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anitag_desktop.gui.actions import ActionSpec
from anitag_desktop.gui.browser.browser import Browser
from anitag_desktop.gui.browser.pages import CHANGES_PAGE
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.toast.toast import Toast
from anitag_desktop.gui.wording import tr
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.gui.changes.page import ChangesPage


class ChangesOpener(QObject):
    """Shows the page.

    ``pictures_opened`` carries ids and the place of the picture that the user wants to look at.
    """

    pictures_opened = Signal(object, int)

    def __init__(self, workspace: Workspace, browser: Browser, corrections: Corrections) -> None:
        super().__init__(browser)
        self._workspace = workspace
        self._browser = browser
        self._corrections = corrections
        browser.know_page(CHANGES_PAGE, self._make)

    def specs(self) -> list[ActionSpec]:
        """Return the action that opens it."""
        return [ActionSpec(tr("What changed"), ("Ctrl+Shift+H",), self.open)]

    def open(self) -> None:
        """Show what was changed instead of pictures."""
        self._browser.open_page(CHANGES_PAGE)

    def tell(self, toast: Toast, words: str) -> None:
        """Say that something was learnt, with the way to this page."""
        toast.say(words, tr("Show"), self.open)

    def _make(self) -> ChangesPage:
        # Only here: its widgets are needed by nobody else.
        from anitag_desktop.gui.changes.page import ChangesPage

        page = ChangesPage(self._workspace, self._corrections)
        page.search_wanted.connect(self._browser.look_for)
        page.pictures_opened.connect(self.pictures_opened)
        return page
