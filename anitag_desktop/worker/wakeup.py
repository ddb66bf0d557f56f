"""Calling a thread that waits on connections, without ever waiting for it."""

from multiprocessing.connection import Pipe
from threading import Lock


class WakeUp:
    """A bell: ``connection`` becomes readable when it is rung; rings before ``hear`` are one."""

    def __init__(self) -> None:
        self.connection, self._bell = Pipe(duplex=False)
        self._lock = Lock()
        self._is_rung = False

    def ring(self) -> None:
        """Wake the one who waits; nothing happens after ``close``."""
        with self._lock:
            if not self._is_rung and not self._bell.closed:
                self._is_rung = True
                self._bell.send_bytes(b"!")

    def hear(self) -> None:
        """Take the ring in, if there was one."""
        with self._lock:
            if self._is_rung:
                self._is_rung = False
                self.connection.recv_bytes()

    def close(self) -> None:
        """Give both ends back."""
        with self._lock:
            self._bell.close()
            self.connection.close()
