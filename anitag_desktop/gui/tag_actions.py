"""What can be done with a tag wherever it is shown: searching by it, and moving it elsewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QWidget

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.gui import menus
from anitag_desktop.gui.menus import Choice
from anitag_desktop.gui.search_bar.composing import search_for, with_term, without_term
from anitag_desktop.gui.wording import category_name, tag_text

if TYPE_CHECKING:
    from anitag_desktop.gui.browser.browser import Browser
    from anitag_desktop.gui.corrections import Corrections

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class TagActions(QObject):
    """``search_wanted`` carries the search that the user made of a tag.

    ``related_wanted`` says that the tags that go with it are to be shown with that search.
    ``change_wanted`` names a tag whose name, aliases, implications... the user wants to change.
    """

    search_wanted = Signal(str)
    related_wanted = Signal()
    change_wanted = Signal(str)

    def __init__(self, browser: Browser, corrections: Corrections, window: QWidget) -> None:
        super().__init__(window)
        self._browser = browser
        self._corrections = corrections
        self._window = window

    def pick(self, tag: Tag, modifiers: Qt.KeyboardModifier) -> None:
        """Search for a tag; with Ctrl also for it, with Shift without it."""
        term, text = search_for(tag.name, tag.category), self._browser.search.text
        if modifiers & _CTRL:
            term = with_term(text, term)
        elif modifiers & _SHIFT:
            term = without_term(text, term)
        self.search_wanted.emit(term)

    def add(self, tag: Tag) -> None:
        """Search also for a tag."""
        self.pick(tag, _CTRL)

    def exclude(self, tag: Tag) -> None:
        """Search for what has not this tag."""
        self.pick(tag, _SHIFT)

    def show_menu(self, tag: Tag, point: QPoint) -> None:
        """Open the menu of a tag at a point of the screen."""
        menus.pop_up(self._window, self.choices(tag), point)

    def choices(self, tag: Tag) -> list[Choice]:
        """Return what the menu of a tag offers."""
        choices: list[Choice] = [
            (words.format(tag=tag_text(tag.name)), partial(self.pick, tag, modifiers))
            for words, modifiers in (
                (self.tr("Search {tag}"), Qt.KeyboardModifier.NoModifier),
                (self.tr("Add {tag} to the search"), _CTRL),
                (self.tr("Exclude {tag}"), _SHIFT),
            )
        ]
        words = self.tr("Search {tag} and see what goes with it")
        choices.append((words.format(tag=tag_text(tag.name)), partial(self._relate, tag)))
        if tag.category is not TagCategory.RATING:
            choices.append((self.tr("Change the category to"), self._categories(tag)))
            change = partial(self.change_wanted.emit, tag.name)
            choices.append((self.tr("Rename, merge, alias…"), change))
        return choices

    def _relate(self, tag: Tag) -> None:
        self.pick(tag, Qt.KeyboardModifier.NoModifier)
        self.related_wanted.emit()

    def _categories(self, tag: Tag) -> list[Choice]:
        others = (one for one in TagCategory if one not in (tag.category, TagCategory.RATING))
        return [(category_name(one), partial(self._set_category, tag.name, one)) for one in others]

    def _set_category(self, name: str, category: TagCategory) -> None:
        self._corrections.perform(
            lambda library: library.administering.set_category(name, category)
        )
