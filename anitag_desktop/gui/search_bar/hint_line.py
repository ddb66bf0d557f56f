"""The line under the search bar: why a search is broken, or what a tag may have meant."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from anitag_desktop.gui.flow_layout import FlowLayout
from anitag_desktop.gui.plain_text import PlainLabel, action_text, printable, set_tone
from anitag_desktop.gui.theme.tokens import Space


class HintLine(QWidget):
    """Hidden while there is nothing to say. ``taken`` carries a search that was proposed."""

    taken = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.OUTER + Space.CELL, Space.TINY, Space.OUTER, 0)
        column.setSpacing(Space.LINE)
        self._label = PlainLabel("", wraps=True)
        column.addWidget(self._label)
        self._row = FlowLayout(gap=Space.TINY)
        column.addLayout(self._row)
        self._buttons: list[QPushButton] = []
        self.hide()

    @property
    def text(self) -> str:
        """What is said."""
        return self._label.text()

    def say(
        self, text: str, tone: str = "warning", proposals: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Say ``text``; ``proposals`` are words and searches that can be clicked."""
        self._clear()
        set_tone(self._label, tone)
        self._label.setText(printable(text))
        for words, search in proposals:
            self._propose(words, search)
        self.show()

    def say_nothing(self) -> None:
        """Hide."""
        self._clear()
        self._label.setText("")
        self.hide()

    def _propose(self, words: str, search: str) -> None:
        button = QPushButton(action_text(words))
        button.setProperty("kind", "quiet")
        button.setProperty("search", search)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(self._take)
        self._row.addWidget(button)
        self._buttons.append(button)

    def _take(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.taken.emit(sender.property("search"))

    def _clear(self) -> None:
        for button in self._buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons = []
