"""Opening the page of the characters from the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anitag_desktop.gui.actions import ActionSpec
from anitag_desktop.gui.browser.browser import Browser
from anitag_desktop.gui.browser.pages import CHARACTERS_PAGE
from anitag_desktop.gui.characters.work import CharacterWork
from anitag_desktop.gui.wording import tr
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.gui.characters.page import CharactersPage

_MOST_REFERENCES = 200
"""Of a larger selection the first ones are added to a character."""


class CharactersOpener(QObject):
    """Shows the page; ``work`` says what became of what was done there.

    ``pictures_opened`` carries ids and the place of the picture that the user wants to look at.
    """

    pictures_opened = Signal(object, int)

    def __init__(self, workspace: Workspace, browser: Browser) -> None:
        super().__init__(browser)
        self._workspace = workspace
        self._browser = browser
        self.work = CharacterWork(workspace, self)
        browser.know_page(CHARACTERS_PAGE, self._make)

    def specs(self) -> list[ActionSpec]:
        """Return the action that opens it."""
        return [ActionSpec(tr("Characters"), ("Ctrl+Shift+P",), self.open)]

    def open(self) -> None:
        """Show the characters instead of pictures."""
        self._browser.open_page(CHARACTERS_PAGE)

    def _make(self) -> CharactersPage:
        # Only here: its widgets are needed by nobody else.
        from anitag_desktop.gui.characters.page import CharactersPage

        gallery = self._browser.gallery
        page = CharactersPage(
            self._workspace, self.work, lambda: gallery.selected_ids(_MOST_REFERENCES)
        )
        page.search_wanted.connect(self._browser.look_for)
        page.pictures_opened.connect(self.pictures_opened)
        return page
