"""The first page: add a folder, or drop one here."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

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
        column = QVBoxLayout(self)
        column.setSpacing(Space.CELL)
        column.addStretch(3)
        column.addWidget(self._symbol)
        column.addWidget(
            _centred(PlainLabel(self.tr("Show anitag your pictures"), "hero")), 0, _MIDDLE
        )
        column.addWidget(
            _centred(
                PlainLabel(
                    self.tr(
                        "Choose a folder, or drop one anywhere in this window. anitag watches it, "
                        "tags what is in it, and never changes, moves or copies a file there. "
                        "Nothing leaves this computer."
                    ),
                    "secondary",
                    wraps=True,
                )
            ),
            0,
            _MIDDLE,
        )
        column.addSpacing(Space.SMALL)
        column.addWidget(self._button, 0, _MIDDLE)
        column.addStretch(4)
        theme.changed.connect(self._dress)
        self._dress()

    @property
    def button(self) -> QPushButton:
        """Adds a folder."""
        return self._button

    def _dress(self) -> None:
        self._symbol.setPixmap(icons.pixmap("folder-plus", "accent_text", Size.ICON_LARGE))


_MIDDLE = Qt.AlignmentFlag.AlignHCenter


def _centred(label: PlainLabel) -> PlainLabel:
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    if label.wordWrap():
        label.setFixedWidth(Size.TEXT_COLUMN)
    return label
