"""Opens the window, or raises the one that is open already."""

import logging
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from anitag_desktop.cli.handoff import HandoffServer, raise_window
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths

if TYPE_CHECKING:
    from anitag_desktop.gui.main_window import MainWindow
    from anitag_desktop.services.library import Library


def open_window(paths: LibraryPaths, watch: Sequence[str]) -> int:
    """Show the window on a library that watches the folders in ``watch`` too.

    Returns the exit code when the window was closed.

    Raises:
        AnitagError: ``no_display``, or why the library cannot be opened.
    """
    from anitag_desktop.app import hold

    if not has_display():
        raise AnitagError("no_display")
    with ExitStack() as stack:
        try:
            stack.enter_context(hold(paths))
        except AnitagError as error:
            if error.code == "library_in_use" and _raised(paths):
                return 0
            raise
        return _run(paths, watch)


def has_display() -> bool:
    """Tell whether a window can be shown; Qt ends the process where it cannot."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _raised(paths: LibraryPaths) -> bool:
    try:
        return raise_window(paths)
    except ConnectionError:
        return False


def _run(paths: LibraryPaths, watch: Sequence[str]) -> int:
    from anitag_desktop.gui.application import run_opening

    with ExitStack() as stack:
        session = _Session(paths, watch, stack)
        return run_opening(session.open, paths.root, on_window=session.take_window)


class _Session:
    """What lives as long as the window: the library, its background work, the handoff."""

    def __init__(self, paths: LibraryPaths, watch: Sequence[str], stack: ExitStack) -> None:
        self._paths = paths
        self._watch = watch
        self._stack = stack
        self._window: MainWindow | None = None

    def take_window(self, window: "MainWindow") -> None:
        """Remember the window that another start raises."""
        self._window = window

    def open(self) -> "Library":
        """Open the library and start its background work; called on a thread."""
        from anitag_desktop.app import build_library
        from anitag_desktop.cli.program import run_words

        library = self._stack.enter_context(build_library(self._paths, writable=True))
        server = HandoffServer(
            self._paths,
            lambda words, out, err: run_words(library, words, out, err),
            on_raise=self._raise_window,
        )
        self._stack.callback(server.close)
        for folder in self._watch:
            library.indexing.add_folder(folder)
        library.indexing.start_watching()
        library.tagging.start()
        backup = threading.Thread(target=_back_up, args=(library,), name="daily backup")
        self._stack.callback(backup.join)
        backup.start()
        return library

    def _raise_window(self) -> None:
        if self._window is not None:
            self._window.raise_wanted.emit()


def _back_up(library: "Library") -> None:
    try:
        library.keeping.backup_if_due()
    except AnitagError as error:
        logging.getLogger(__name__).warning("The daily backup was not made. %s", error)
