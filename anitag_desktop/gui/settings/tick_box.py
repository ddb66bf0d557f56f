"""A box to tick, in the colours of the look: a style sheet cannot tint the tick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QCheckBox

from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.theme import colour
from anitag_desktop.gui.theme.tokens import Size, Space

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class TickBox(QCheckBox):
    """A check box with its words at its right."""

    def sizeHint(self) -> QSize:
        """Return the room for box and words."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(Size.ICON + Space.SMALL + words + Space.LINE, Size.ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, the tick and the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - Size.ICON) // 2
        box = QRectF(0.5, top + 0.5, Size.ICON - 1, Size.ICON - 1)
        is_on = self.isChecked()
        edge = "accent" if is_on or self.hasFocus() else "secondary"
        painter.setPen(QPen(colour(edge), Space.HAIR))
        painter.setBrush(colour("accent" if is_on else "panel"))
        painter.drawRoundedRect(box, Space.TINY, Space.TINY)
        if is_on:
            tick = icons.pixmap("check", "on_accent", Size.ICON_SMALL)
            inset = (Size.ICON - Size.ICON_SMALL) // 2
            painter.drawPixmap(inset, top + inset, tick)
        painter.setPen(colour("text"))
        words = self.rect().adjusted(Size.ICON + Space.SMALL, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
