"""The middle of the window as it stands before anything is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from anitag_desktop.gui.plain_text import set_plain_tooltip
from anitag_desktop.gui.search_bar.bar import SearchBar
from anitag_desktop.gui.search_bar.hint_line import HintLine
from anitag_desktop.gui.search_bar.sort_button import SortButton
from anitag_desktop.gui.theme.theme import theme
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class BrowserFrame(QWidget):
    """Search bar, order and menu, a line for hints, and room for pages."""

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__()
        self.setObjectName("centre")
        self.setMinimumWidth(Size.CENTRE_LEAST)
        self.bar = SearchBar(workspace, window)
        self.sort = SortButton(workspace.memory.order)
        self.menu_button = QToolButton()
        self.hint = HintLine()
        self.pages = QStackedWidget()
        self._arrange()
        theme.changed.connect(self._dress)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave what little room there is to the search."""
        super().resizeEvent(event)
        self.sort.show_words(self.width() >= Size.CENTRE_WIDE)

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(Space.OUTER, Space.CELL, Space.CELL, 0)
        top.setSpacing(Space.SMALL)
        self.menu_button.setFixedSize(Size.CONTROL, Size.CONTROL)
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        set_plain_tooltip(self.menu_button, self.tr("Menu (F10)"))
        self.menu_button.setAccessibleName(self.tr("Menu"))
        top.addWidget(self.bar, 1)
        top.addWidget(self.sort)
        top.addWidget(self.menu_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.TINY)
        column.addLayout(top)
        column.addWidget(self.hint)
        column.addWidget(self.pages, 1)

    def dress(self) -> None:
        """Put the icons on; they are drawn after the first paint."""
        self.bar.dress()
        self.sort.dress()
        self._dress()

    def _dress(self) -> None:
        from anitag_desktop.gui.theme import icons

        self.menu_button.setIcon(icons.icon("menu"))
