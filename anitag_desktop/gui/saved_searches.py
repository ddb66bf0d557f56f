"""Saving searches under a name, changing and removing them, and which search comes first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from anitag_desktop.gui.actions import ActionSpec
from anitag_desktop.gui.library_panel.rows import PanelRow, RowKind
from anitag_desktop.gui.menus import Choice
from anitag_desktop.gui.plain_text import one_line
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.gui.browser.browser import Browser
    from anitag_desktop.gui.corrections import Corrections

_LONGEST_PROPOSAL = 40


class SavedSearchActions(QObject):
    """``search_wanted`` carries a search that was chosen, ``announced`` a sentence."""

    search_wanted = Signal(str)
    announced = Signal(str)

    def __init__(
        self, workspace: Workspace, browser: Browser, corrections: Corrections, window: QWidget
    ) -> None:
        super().__init__(window)
        self._memory = workspace.memory
        self._browser = browser
        self._corrections = corrections
        self._window = window
        browser.bar.save_wanted.connect(self.save)

    def specs(self) -> list[ActionSpec]:
        """Return the actions of the window."""
        words = self.tr("Save this search…")
        return [ActionSpec(words, ("Ctrl+D",), self.save, "bookmark", True)]

    def save(self) -> None:
        """Ask for a name and save what stands in the search bar."""
        query = self._browser.bar.text.strip()
        name = self._ask(self.tr("Save this search"), one_line(query)[:_LONGEST_PROPOSAL])
        if name:
            self._corrections.perform(lambda library: library.remembering.save(name, query))

    def choices(self, row: PanelRow) -> list[Choice]:
        """Return what the menu of a saved search or of a place of the library offers."""
        query = row.query or ""
        choices: list[Choice] = [(self.tr("Search"), partial(self.search_wanted.emit, query))]
        if row.kind is RowKind.SAVED:
            choices += [
                (self.tr("Rename…"), partial(self._rename, row.text)),
                (self.tr("Change to what is searched now"), partial(self._change, row.text)),
                (self.tr("Remove"), partial(self._forget, row.text)),
            ]
        choices.append(self._start_choice(query))
        return choices

    def _start_choice(self, query: str) -> Choice:
        if query == self._memory.start_search:
            return self.tr("No longer start with it"), partial(self._start_with, "")
        return self.tr("Start with it"), partial(self._start_with, query)

    def _start_with(self, query: str) -> None:
        self._memory.start_search = query
        words = self.tr("The window opens with this search from now on.")
        self.announced.emit(words if query else self.tr("The window opens with all pictures."))

    def _rename(self, old: str) -> None:
        new = self._ask(self.tr("Rename the search"), old)
        if new and new != old:
            self._corrections.perform(lambda library: library.remembering.rename(old, new))

    def _change(self, name: str) -> None:
        query = self._browser.search.text
        self._corrections.perform(lambda library: library.remembering.save(name, query))

    def _forget(self, name: str) -> None:
        self._corrections.perform(lambda library: library.remembering.forget(name))
        words = self.tr("Removed: {name}. Ctrl+Z brings it back.")
        self.announced.emit(words.format(name=name))

    def _ask(self, title: str, name: str) -> str:
        """Return the name that the user gives, empty if none."""
        from anitag_desktop.services.remembering import LONGEST_NAME

        answer, is_given = QInputDialog.getText(
            self._window, title, self.tr("Name"), QLineEdit.EchoMode.Normal, name
        )
        return " ".join(answer.split())[:LONGEST_NAME] if is_given else ""
