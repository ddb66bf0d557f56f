"""What the user sees of a fault that nobody expected."""

import platform

from PySide6 import __version__ as qt_version
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from anitag_desktop.gui.plain_text import PlainLabel, printable
from anitag_desktop.gui.theme.tokens import Size, Space


class CrashDialog(QDialog):
    """The details, and a button that copies them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something went wrong"))
        self.resize(Size.DIALOG, Size.DIALOG // 2 + Space.HUGE)
        self._details = QPlainTextEdit(_about())
        self._details.setObjectName("details")
        self._details.setReadOnly(True)
        copy = QPushButton(self.tr("Copy the details"))
        copy.clicked.connect(self.copy)
        go_on = QPushButton(self.tr("Go on"))
        go_on.setProperty("kind", "primary")
        go_on.setDefault(True)
        go_on.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.OUTER, Space.OUTER, Space.OUTER, Space.OUTER)
        column.setSpacing(Space.CELL)
        column.addWidget(PlainLabel(self.tr("Something went wrong in anitag"), "title"))
        words = self.tr(
            "Your pictures and corrections are safe. If it happens again, please report it with "
            "these details. They name folders and files of yours: look through them first."
        )
        column.addWidget(PlainLabel(words, "secondary", wraps=True))
        column.addWidget(self._details, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(copy)
        row.addWidget(go_on)
        column.addLayout(row)

    @property
    def details(self) -> str:
        """What would be copied."""
        return self._details.toPlainText()

    def add(self, text: str) -> None:
        """Add the details of one fault."""
        self._details.appendPlainText("\n" + printable(text))

    def copy(self) -> None:
        """Put the details on the clipboard."""
        QGuiApplication.clipboard().setText(self.details)


def _about() -> str:
    return f"Python {platform.python_version()}, Qt {qt_version}, {platform.platform()}"
