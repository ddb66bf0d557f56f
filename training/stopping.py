"""Stops a run when it is asked to: after the step, and where a step is long in the middle of it."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

PATIENCE = 1.5
"""So many seconds a step, or a validation, may take to end by itself."""


class Cancelled(Exception):  # noqa: N818 (it is no error)
    """The step took too long; the last checkpoint stands."""


class Stopping:
    """Listens to SIGTERM and Ctrl+C."""

    def __init__(self, *, hurries: bool) -> None:
        """With ``hurries`` a step is cut off once ``PATIENCE`` is over."""
        self.is_asked = False
        self._hurries, self._is_late = hurries, False
        self._process = os.getpid()
        self._timer: threading.Timer | None = None

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take the signals over for a while.

        Raises:
            Cancelled: anywhere inside, when what goes on takes too long.
        """
        signals = (signal.SIGTERM, signal.SIGINT)
        before = [signal.signal(number, self._stop) for number in signals]
        try:
            yield
        finally:
            self.hold()
            for number, handler in zip(signals, before, strict=True):
                signal.signal(number, handler)

    def hold(self) -> None:
        """Let what begins now come to its end, for example a checkpoint."""
        self._is_late = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
            self._timer = None

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        if self._is_late:
            self._is_late = False
            raise Cancelled
        # Loader processes have the same handler, and end when this process ends them.
        if not self.is_asked and self._hurries and os.getpid() == self._process:
            self._timer = threading.Timer(PATIENCE, self._hurry)
            self._timer.daemon = True
            self._timer.start()
        self.is_asked = True

    def _hurry(self) -> None:
        self._is_late = True
        if hasattr(signal, "pthread_kill"):
            # To the main thread, so that what it waits for is interrupted too.
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
        else:
            signal.raise_signal(signal.SIGTERM)
