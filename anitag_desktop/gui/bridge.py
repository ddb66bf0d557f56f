"""The services' callbacks as Qt signals: queued to the GUI thread and merged on the way."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from anitag_desktop.gui.tasks import Tasks

if TYPE_CHECKING:
    from anitag_desktop.domain.change import LibraryChange
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.progressing import TaggingProgress

PAUSE = 80
"""Milliseconds in which changes are gathered before the window hears of them."""


class LibrarySignals(QObject):
    """What happens in the library, as signals on the GUI thread.

    ``changed`` carries a ``LibraryChange``, ``progressed`` a ``TaggingProgress``, ``connected``
    says that the library can be asked.
    """

    changed = Signal(object)
    progressed = Signal(object)
    connected = Signal()
    _woken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._change: LibraryChange | None = None
        self._progress: TaggingProgress | None = None
        self._unsubscribe: list[Callable[[], None]] = []
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._tell)
        self._woken.connect(self._wait, Qt.ConnectionType.QueuedConnection)

    def connect_to(self, library: Library, tasks: Tasks) -> None:
        """Listen to ``library`` until ``disconnect_from_library``."""
        tasks.run_in_background(
            lambda: self._subscribe(library), self._on_subscribed, owner=self, topic="connect"
        )

    def disconnect_from_library(self) -> None:
        """Hear nothing any more."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        self._timer.stop()

    def _subscribe(self, library: Library) -> list[Callable[[], None]]:
        return [
            library.changes.subscribe(self._take_change),
            library.tagging.subscribe(self._take_progress),
        ]

    def _on_subscribed(self, unsubscribe: list[Callable[[], None]]) -> None:
        self._unsubscribe = [one for one in unsubscribe if callable(one)]
        self.connected.emit()

    def _take_change(self, change: LibraryChange) -> None:
        with self._lock:
            self._change = change if self._change is None else self._change | change
        self._woken.emit()

    def _take_progress(self, progress: TaggingProgress) -> None:
        with self._lock:
            self._progress = progress
        self._woken.emit()

    def _wait(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _tell(self) -> None:
        with self._lock:
            change, self._change = self._change, None
            progress, self._progress = self._progress, None
        if change:
            self.changed.emit(change)
        if progress is not None:
            self.progressed.emit(progress)
