"""Starts the window and ends it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from anitag_desktop.gui.bridge import LibrarySignals
from anitag_desktop.gui.crash import CrashReporter
from anitag_desktop.gui.garbage import Garbage
from anitag_desktop.gui.main_window import MainWindow
from anitag_desktop.gui.opening import OpeningLibrary
from anitag_desktop.gui.tasks import Tasks
from anitag_desktop.gui.theme.theme import theme
from anitag_desktop.gui.window_memory import WindowMemory
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

MEMORY = "window.ini"
"""The file in the library's folder that keeps how the window stood."""

_CLOSING = 2.0
_SIGNAL_CHECK = 300


def run(
    library: Library,
    *,
    query: str = "",
    on_window: Callable[[MainWindow], object] | None = None,
) -> int:
    """Show the window on ``library`` until it is closed; return the exit code.

    ``on_window`` is given the window once it stands, for example to raise it later.
    """
    return _run(library, library.paths.root, query, on_window)


def run_opening(
    open_library: Callable[[], Library],
    root: Path,
    *,
    query: str = "",
    on_window: Callable[[MainWindow], object] | None = None,
) -> int:
    """Like ``run``, but the window stands while a thread opens the library under ``root``.

    Returns after ``open_library`` did, so that what it opened can be closed.

    Raises:
        Exception: what ``open_library`` raised, after the window was closed for it.
    """
    opening = OpeningLibrary(open_library)
    code = _run(opening.as_library(), root, query, on_window, opening)
    opening.finish()
    return code


def _run(
    library: Library,
    root: Path,
    query: str,
    on_window: Callable[[MainWindow], object] | None,
    opening: OpeningLibrary | None = None,
) -> int:
    application = make_application(sys.argv)
    garbage = Garbage()
    memory = WindowMemory(root / MEMORY)
    theme.dress(application, memory.scheme)
    crash = CrashReporter()
    crash.install()
    workspace = Workspace(library, Tasks(), LibrarySignals(), memory)
    window = MainWindow(workspace, query)
    window.crashed.connect(crash.report)
    window.show()
    if on_window is not None:
        on_window(window)
    if opening is not None:
        opening.on_failed(window.end_wanted.emit)
    heartbeat = _let_signals_through()
    try:
        return application.exec()
    finally:
        heartbeat.stop()
        workspace.signals.disconnect_from_library()
        workspace.tasks.close(_CLOSING)
        garbage.end()
        crash.uninstall()


def make_application(arguments: list[str]) -> QApplication:
    """Return the one application, made if it does not exist."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QApplication.setApplicationName("anitag")
    QApplication.setApplicationDisplayName("anitag")
    QGuiApplication.setDesktopFileName("anitag")
    # Thumbnails are ours, but their files may be damaged: no decode takes more than this (MB).
    os.environ.setdefault("QT_IMAGEIO_MAXALLOC", "256")
    # Named here because setStyle would load all that Python knows of styles before the first paint.
    return QApplication([*arguments, "-style", "fusion"])


def _let_signals_through() -> QTimer:
    """Let Ctrl+C end the program: Python acts on signals only while it runs its own code."""
    import signal

    signal.signal(signal.SIGINT, lambda *_: QGuiApplication.quit())
    signal.signal(signal.SIGTERM, lambda *_: QGuiApplication.quit())
    heartbeat = QTimer(interval=_SIGNAL_CHECK)
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start()
    return heartbeat
