"""The first page: add a folder, or drop one here."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from anitag_desktop.gui.plain_text import PlainLabel
from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.theme import theme
from anitag_desktop.gui.theme.tokens import Size, Space


class WelcomePage(QWidget):
    """``add_wanted`` follows the button."""

    add_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self._symbol = QLabel()
        self._symbol.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = QPushButton(self.tr("Add a folder"))
        self._button.setProperty("kind", "primary")
        self._button.clicked.connect(self.add_wanted)
        title = PlainLabel(self.tr("Show anitag your pictures"), "hero", wraps=True)
        note = PlainLabel(
            self.tr(
                "Choose a folder, or drop one anywhere in this window. anitag watches it, "
                "tags what is in it, and never changes, moves or copies a file there. "
                "Nothing leaves this computer."
            ),
            "secondary",
            wraps=True,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.OUTER, Space.OUTER, Space.OUTER, Space.OUTER)
        column.setSpacing(Space.CELL)
        column.addStretch(3)
        column.addWidget(self._symbol)
        column.addLayout(_text_column(title))
        column.addLayout(_text_column(note))
        column.addSpacing(Space.SMALL)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(4)
        theme.changed.connect(self._dress)
        self._dress()

    @property
    def button(self) -> QPushButton:
        """Adds a folder."""
        return self._button

    def _dress(self) -> None:
        self._symbol.setPixmap(icons.pixmap("folder-plus", "accent_text", Size.ICON_LARGE))


def _text_column(label: PlainLabel) -> QHBoxLayout:
    """Centre a label that is as wide as there is room, up to a width that reads well."""
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setMaximumWidth(Size.TEXT_COLUMN)
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(label, _ALL)
    row.addStretch(1)
    return row


_ALL = 1000
"""A stretch beside which that of the margins is nothing."""
