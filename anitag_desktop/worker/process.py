"""One child process as who started it sees it: started, spoken to, ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Pipe
from pathlib import Path
from typing import Any

from anitag_desktop.domain.privacy import QUIET
from anitag_desktop.worker import codec, control, messages

PROGRAM = "anitag_desktop.worker.child"

_CHILD = {
    **QUIET,
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
"""Has to be in the environment before the child imports anything; threads are the child's own."""

_FROM_CHILD = codec.by_name(
    control.Trying,
    control.Ready,
    control.Shrunk,
    control.DeviceFailed,
    control.Unusable,
    control.Drawn,
    messages.Identified,
    messages.Recognised,
    messages.Verified,
    messages.Failed,
)


class ChildProcess:
    """A process and the pipe to it. All methods belong to the thread that made it.

    ``first`` is the first message to it, ``understood`` are those that are taken from it,
    ``inherits`` further file descriptors that it gets, ``environment`` what it has beside ours.
    ``site`` is where it looks for modules before it looks among those of this environment.
    """

    def __init__(
        self,
        first: object,
        program: str = PROGRAM,
        *,
        understood: Mapping[str, type] = _FROM_CHILD,
        inherits: Sequence[int] = (),
        environment: Mapping[str, str] | None = None,
        site: Path | None = None,
    ) -> None:
        self.connection, theirs = Pipe(duplex=True)
        self._understood = understood
        inherited = [theirs.fileno(), *inherits]
        command = [sys.executable, "-P", "-m", program, str(theirs.fileno())]
        try:
            self._process = subprocess.Popen(
                command,
                env=_environment(environment or {}, site),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=None if os.environ.get("ANITAG_DEBUG") else subprocess.DEVNULL,
                **_inheritance(inherited),
            )
        finally:
            theirs.close()
        self.send(first)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def send(self, message: object) -> None:
        """Send a message; a dead child is noticed by the next ``receive``."""
        with suppress(OSError):
            self.connection.send_bytes(codec.encode(message))

    def receive(self) -> Any:
        """Return the child's next message.

        Raises:
            EOFError: the child has ended.
            ProtocolError: what it sent is no message.
        """
        try:
            return codec.decode(self.connection.recv_bytes(codec.FRAME_LIMIT), self._understood)
        except OSError as error:
            raise EOFError from error

    def end(self) -> str:
        """Kill the child if it still runs; return in words how it ended."""
        self.connection.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=0.2)
        code = self._process.poll()
        if code is None:
            self._process.kill()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=5)
            return "it was stopped"
        return _ending(code)


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _environment(own: Mapping[str, str], site: Path | None) -> dict[str, str]:
    """Return the child's environment: quiet, and able to find this very program."""
    root = str(Path(__file__).resolve().parents[2])
    inherited = os.environ.get("PYTHONPATH", "")
    paths = [root, *(p for p in inherited.split(os.pathsep) if p and p != root)]
    if site is not None:
        paths.insert(1, str(site))
    return {**os.environ, **own, **_CHILD, "PYTHONPATH": os.pathsep.join(paths)}


def _inheritance(handles: list[int]) -> Mapping[str, Any]:
    """Return how ``Popen`` hands the child exactly these file descriptors or handles."""
    if sys.platform != "win32":
        return {"pass_fds": tuple(handles)}
    for handle in handles:
        os.set_handle_inheritable(handle, True)
    startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": handles})
    return {"startupinfo": startup, "creationflags": subprocess.CREATE_NO_WINDOW}
