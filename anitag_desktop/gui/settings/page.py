"""What all pages of the settings are: a column that scrolls, with heads, lines of help, rows."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from anitag_desktop.gui.plain_text import PlainLabel
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.settings import Settings


class SettingsPage(QScrollArea):
    """A page; subclasses show some fields of ``Settings`` and say what the user made of them."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("settingsPage")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        body.setObjectName("settingsBody")
        self.column = QVBoxLayout(body)
        self.column.setContentsMargins(Space.WIDE, Space.OUTER, Space.WIDE, Space.OUTER)
        self.column.setSpacing(Space.SMALL)
        self.setWidget(body)

    def show_settings(self, settings: Settings) -> None:
        """Show what is set."""

    def values(self) -> dict[str, Any]:
        """Return this page's fields of ``Settings`` as they stand on it now."""
        return {}

    def add_head(self, text: str) -> None:
        """Begin a section."""
        if self.column.count():
            self.column.addSpacing(Space.CELL)
        self.column.addWidget(PlainLabel(text, "head"))

    def add_help(self, text: str) -> None:
        """Add a sentence that explains what stands before it."""
        self.column.addWidget(PlainLabel(text, "secondary", wraps=True))

    def add_row(self, text: str, control: QWidget, *, tone: str = "") -> PlainLabel:
        """Add a control with its label at its left; return the label."""
        label = PlainLabel(text, tone)
        label.setBuddy(control)
        control.setAccessibleName(text)
        row = QHBoxLayout()
        row.setSpacing(Space.CELL)
        row.addWidget(label, 1)
        control.setFixedWidth(Size.FIELD)
        control.setMinimumHeight(Size.CONTROL)
        row.addWidget(control)
        self.column.addLayout(row)
        return label
