"""What nobody expected: shown once with the details to copy, never swallowed."""

import sys
import threading
from types import TracebackType

from PySide6 import __version__ as qt_version
from PySide6.QtCore import QObject, Qt, Signal
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


class CrashReporter(QObject):
    """Catches what reaches the top of any thread and shows it on the GUI thread."""

    _caught = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dialog: CrashDialog | None = None
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Catch from now on."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def uninstall(self) -> None:
        """Leave it to Python again."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def report(self, error: BaseException) -> None:
        """Show ``error``; may be called from any thread."""
        import traceback

        text = "".join(traceback.format_exception(error))
        print(text, file=sys.stderr)  # noqa: T201 - whoever started it from a terminal sees it too
        self._caught.emit(text)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QGuiApplication.quit()
            return
        self.report(error)

    def _on_thread_exception(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            self.report(caught.exc_value)

    def _show(self, text: str) -> None:
        # One dialog: a second fault while it stands is a line in it, not a second window.
        if self._dialog is None or not self._dialog.isVisible():
            self._dialog = CrashDialog()
            self._dialog.show()
        self._dialog.add(text)


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
    import platform

    return f"Python {platform.python_version()}, Qt {qt_version}, {platform.platform()}"
