"""A child's end of the pipe to the process that started it."""

import sys
from multiprocessing.connection import Connection
from typing import Any


def open_pipe(number: int) -> Any:
    """Return the connection that was inherited as this file descriptor or handle."""
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        return PipeConnection(number)
    return Connection(number)
