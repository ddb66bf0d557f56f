"""Letting go of garbage in Qt's own thread only.

Python looks for cycles in whichever thread makes an object. A Qt object that goes in another thread
than Qt's holds a lock of Qt while it waits for Python's, and Qt's thread may hold that one and wait
for the first: both would wait for ever.
"""

import gc

from PySide6.QtCore import QObject, QTimer

_PAUSE = 1_000
"""Milliseconds between two looks."""


class Garbage(QObject):
    """Looks for cycles now and then, in the thread that made it, in place of Python itself."""

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        self._timer = QTimer(self, interval=_PAUSE)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def end(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()

    def look(self) -> None:
        """Collect the oldest generation that is due."""
        counts, most = gc.get_count(), gc.get_threshold()
        due = [age for age in (2, 1, 0) if most[0] and counts[age] > most[age]]
        if due:
            gc.collect(due[0])
