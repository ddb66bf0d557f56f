"""Reporting bugs of background threads that go on working: each once, wherever bugs are shown."""

import threading
import traceback

Place = tuple[type[Exception], str, int]
"""What a bug is and where it is: file and line."""


class BugReports:
    """What one background thread has reported."""

    def __init__(self) -> None:
        self._reported: set[Place] = set()

    def report(self, error: Exception) -> None:
        """Show a bug as if it had ended this thread, but only the first time that it comes.

        It goes to ``threading.excepthook``: the window's crash dialog, or standard error.
        """
        place = _place_of(error)
        if place not in self._reported:
            self._reported.add(place)
            caught = (type(error), error, error.__traceback__, threading.current_thread())
            threading.excepthook(threading.ExceptHookArgs(caught))


def _place_of(error: Exception) -> Place:
    *_, innermost = traceback.walk_tb(error.__traceback__)
    frame, line = innermost
    return type(error), frame.f_code.co_filename, line
