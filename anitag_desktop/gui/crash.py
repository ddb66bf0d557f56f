"""What nobody expected: shown once with the details to copy, never swallowed."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from anitag_desktop.gui.crash_dialog import CrashDialog


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
        from anitag_desktop.gui.crash_dialog import CrashDialog

        # One dialog: a second fault while it stands is a line in it, not a second window.
        if self._dialog is None or not self._dialog.isVisible():
            self._dialog = CrashDialog()
            self._dialog.show()
        self._dialog.add(text)
