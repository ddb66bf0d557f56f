"""The button of a class: its key at the left, its name, its count at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from anitag_desktop.gui.plain_text import ElidedLabel, PlainLabel, set_plain_tooltip
from anitag_desktop.gui.theme.tokens import Size, Space


class ClassButton(QPushButton):
    """Shows a class; the name is cut in its middle where it does not fit."""

    def __init__(self, key: str, name: str, count: str) -> None:
        super().__init__()
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumHeight(Size.CONTROL)
        self.setAccessibleName(self.tr("{key}: {name}, {n}").format(key=key, name=name, n=count))
        set_plain_tooltip(self, name)
        self.count = PlainLabel(count, "secondary")
        self.name = ElidedLabel(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.CELL, 0, Space.CELL, 0)
        row.setSpacing(Space.CELL)
        place = PlainLabel(key, "secondary")
        place.setFixedWidth(Space.CELL)
        for label in (place, self.name, self.count):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(label, 1 if label is self.name else 0)
