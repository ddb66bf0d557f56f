"""Lets the window stand before its library is open: asking it waits until it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library


class OpeningLibrary:
    """Stands for a library that a thread is opening; every attribute waits for it.

    The window asks its library on tasks only, so no wait is ever on the main thread. When opening
    failed, asking raises that error.
    """

    def __init__(self, open_library: Callable[[], Library]) -> None:
        self._open_library = open_library
        self._is_ready = threading.Event()
        self._library: Library | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._open, name="anitag-opening", daemon=True)
        self._thread.start()

    def as_library(self) -> Library:
        """Return this, typed as what it stands for."""
        return cast("Library", self)

    def finish(self) -> None:
        """Wait until opening has ended, and raise what it failed with, if it did."""
        self._is_ready.wait()
        self._thread.join()
        if self._error is not None:
            raise self._error

    def on_failed(self, call: Callable[[], object]) -> None:
        """Call ``call`` on a thread if opening fails."""
        waiting = threading.Thread(
            target=self._call_on_failure, args=(call,), name="anitag-opening-watch", daemon=True
        )
        waiting.start()

    def _call_on_failure(self, call: Callable[[], object]) -> None:
        self._is_ready.wait()
        if self._error is not None:
            call()

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the library."""
        self._is_ready.wait()
        if self._error is not None:
            raise self._error
        return getattr(self._library, name)

    def _open(self) -> None:
        try:
            self._library = self._open_library()
        except BaseException as error:  # noqa: BLE001 - raised again for everyone who asks
            self._error = error
        finally:
            self._is_ready.set()
