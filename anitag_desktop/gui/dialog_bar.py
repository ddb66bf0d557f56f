"""The bar at the foot of a dialog: words at the left, its buttons at the right."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from anitag_desktop.gui.plain_text import set_plain_tooltip
from anitag_desktop.gui.theme.tokens import Space


def dialog_bar(words: QWidget, *buttons: QPushButton) -> QWidget:
    """Return a bar that gives ``words`` the room that the buttons leave."""
    bar = QWidget()
    bar.setObjectName("dialogBar")
    bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    row = QHBoxLayout(bar)
    row.setContentsMargins(Space.OUTER, Space.CELL, Space.OUTER, Space.CELL)
    row.setSpacing(Space.SMALL)
    row.addWidget(words, 1)
    for button in buttons:
        row.addWidget(button)
    return bar


def bar_button(words: str, hint: str, wanted: Callable[[], object]) -> QPushButton:
    """Return a button that leaves the keys to its dialog."""
    button = QPushButton(words)
    button.setAutoDefault(False)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    set_plain_tooltip(button, hint)
    button.clicked.connect(lambda _checked: wanted())
    return button
