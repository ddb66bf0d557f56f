"""A field that offers a few choices."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from anitag_desktop.gui.plain_text import one_line
from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.tokens import Size, Space


class ChoiceField(QComboBox):
    """Choices have a word to go by and a text to show; the wheel turns it only while it has focus.

    A word that is chosen and no longer offered stays as it is written.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def offer(self, choices: Mapping[str, str]) -> None:
        """Offer the texts of ``choices``; what is chosen stays chosen."""
        chosen = self.choice
        self.clear()
        for word, text in choices.items():
            self.addItem(one_line(text), word)
        if chosen is not None:
            self.choose(chosen)

    def choose(self, word: str) -> None:
        """Show one as chosen."""
        if self.findData(word) < 0:
            self.addItem(one_line(word), word)
        self.setCurrentIndex(self.findData(word))

    @property
    def choice(self) -> str | None:
        """The word of the choice that is shown."""
        found = self.currentData()
        return found if isinstance(found, str) else None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field, and the arrow that a style sheet cannot tint."""
        super().paintEvent(event)
        side = Size.ICON_SMALL
        corner = (self.width() - side - Space.SMALL, (self.height() - side) // 2)
        QPainter(self).drawPixmap(*corner, icons.pixmap("chevron-down", "secondary", side))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll unless the user is in this field."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
