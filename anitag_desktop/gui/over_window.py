"""Opening a dialog over the window, nearly as large as that."""

from PySide6.QtCore import QMargins
from PySide6.QtWidgets import QDialog, QWidget

from anitag_desktop.gui.theme.tokens import Space


def open_over(window: QWidget, dialog: QDialog) -> None:
    """Show a dialog that is gone once it is closed."""
    dialog.setGeometry(window.geometry().marginsRemoved(QMargins(*[Space.WIDE] * 4)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
