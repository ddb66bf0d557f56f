"""Lets the window stand before its library is open: asking it waits until it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library


class OpeningLibrary:
    """Stands for a library that a thread opens when it is first asked; every attribute waits.

    The window asks its library on tasks only, and not before it stands, so no wait is ever on the
    main thread and nothing heavy is loaded before the first paint. When opening failed, asking
    raises that error.
    """

    def __init__(self, open_library: Callable[[], Library]) -> None:
        self._open_library = open_library
        self._is_ready = threading.Event()
        self._library: Library | None = None
        self._error: BaseException | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._on_failed: Callable[[], object] | None = None

    def as_library(self) -> Library:
        """Return this, typed as what it stands for."""
        return cast("Library", self)

    def on_failed(self, call: Callable[[], object]) -> None:
        """Call ``call`` on the opening thread if opening fails."""
        self._on_failed = call

    def finish(self) -> None:
        """Wait until opening, if it was begun, has ended; raise what it failed with."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()
        if self._error is not None:
            raise self._error

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the library."""
        self._begin()
        self._is_ready.wait()
        if self._error is not None:
            raise self._error
        return getattr(self._library, name)

    def _begin(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._open, name="anitag-opening", daemon=True
                )
                self._thread.start()

    def _open(self) -> None:
        try:
            self._library = self._open_library()
        except BaseException as error:  # noqa: BLE001 - raised again for everyone who asks
            self._error = error
        self._is_ready.set()
        if self._error is not None and self._on_failed is not None:
            self._on_failed()
