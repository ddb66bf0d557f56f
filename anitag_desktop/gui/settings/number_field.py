"""A field for a whole number."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QSpinBox

from anitag_desktop.gui.theme.tokens import Space


class NumberField(QSpinBox):
    """Changes by keys, and by the wheel only while it has the focus."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__()
        self.setRange(least, most)
        prepare(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll unless the user is in this field."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def prepare(field: QAbstractSpinBox) -> None:
    """Give a field room before its text, and no focus by the wheel that passes over it."""
    # The style sheet's padding does not reach the text inside.
    field.lineEdit().setTextMargins(Space.SMALL, 0, 0, 0)
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
