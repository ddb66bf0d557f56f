"""A row of the classes: its button, and what else is offered while the mouse is over it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from anitag_desktop.gui.theme.tokens import Space


class ClassRow(QWidget):
    """The offers take room from the name only while they are shown."""

    def __init__(self, button: QPushButton, offers: Sequence[QPushButton]) -> None:
        super().__init__()
        self.offers = offers
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.TINY)
        line.addWidget(button, 1)
        for offer in offers:
            line.addWidget(offer)
        self._show(is_over=False)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the offers."""
        super().enterEvent(event)
        self._show(is_over=True)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide them."""
        super().leaveEvent(event)
        self._show(is_over=False)

    def _show(self, *, is_over: bool) -> None:
        for offer in self.offers:
            offer.setVisible(is_over)
