"""One process writes a library; what another one wants to write is handed to it.

The writer holds the library's lock and listens on a local socket (a named pipe on Windows).
Frames are JSON, never pickles:

    request   {"argv": [...], "terminal": bool}  or  {"raise": true}
    answers   {"stream": "out" | "err", "text": "..."} ...  then  {"exit": N}

Both sides prove that they may read the library's folder by a key that lies in it; where the socket
is, too, stands there: the place for it differs from one session of a user to the next.
"""

import hashlib
import io
import json
import os
import secrets
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any, TextIO, cast

from anitag_desktop.domain.error import AnitagError, write_failure
from anitag_desktop.paths import LibraryPaths

Runner = Callable[[Sequence[str], TextIO, TextIO], int]
"""Runs a command line on the open library: (argv, out, err) -> exit code."""

_LARGEST_FRAME = 16 * 1024 * 1024

_KEY_BYTES = 32

_PATIENCE = 3.0
"""Seconds in which listening ends."""


class HandoffServer:
    """Runs the commands that other processes hand over, each on a thread of its own.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``: there is no place to listen at.
    """

    def __init__(
        self, paths: LibraryPaths, run: Runner, on_raise: Callable[[], None] | None = None
    ) -> None:
        self._run = run
        self._on_raise = on_raise
        self._key_file = _key_file(paths)
        self._key = secrets.token_bytes(_KEY_BYTES)
        with _failures_of(self._key_file):
            self.address = _address(paths)
            _forget(self.address)
            _write_private(self._key_file, self._key + os.fsencode(self.address))
            self._listener = Listener(self.address, authkey=self._key)
        self._closing = threading.Event()
        self._serving: set[threading.Thread] = set()
        self._thread = threading.Thread(target=self._accept, name="handoff", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let running commands finish, then stop listening."""
        self._closing.set()
        # Who is being asked for the key at this moment may hold up the wake-up, but not the end.
        threading.Thread(target=self._wake, name="handoff's end", daemon=True).start()
        self._thread.join(_PATIENCE)
        self._listener.close()
        for thread in tuple(self._serving):
            thread.join()
        self._key_file.unlink(missing_ok=True)

    def _wake(self) -> None:
        with suppress(OSError, AuthenticationError, EOFError):
            Client(self.address, authkey=self._key).close()

    def _accept(self) -> None:
        """Accept until the connection that ``close`` makes; it always makes one."""
        while True:
            try:
                connection = self._listener.accept()
            except (ConnectionError, EOFError, AuthenticationError):
                continue  # who could not prove that it may ask
            except OSError:
                return
            if self._closing.is_set():
                connection.close()
                return
            thread = threading.Thread(target=self._serve, args=(connection,), name="handed over")
            self._serving.add(thread)
            thread.start()

    def _serve(self, connection: Connection) -> None:
        try:
            with connection, suppress(OSError, EOFError):
                self._answer(connection)
        finally:
            self._serving.discard(threading.current_thread())

    def _answer(self, connection: Connection) -> None:
        request = _request(connection.recv_bytes(_LARGEST_FRAME))
        if request.get("raise"):
            _send(connection, {"exit": 0 if self._on_raise else 1})
            if self._on_raise:
                self._on_raise()
        elif "argv" in request:
            self._run_for(connection, request)

    def _run_for(self, connection: Connection, request: dict[str, Any]) -> None:
        lock = threading.Lock()
        terminal = bool(request.get("terminal"))
        out = _RemoteStream(connection, "out", lock, is_terminal=False)
        err = _RemoteStream(connection, "err", lock, is_terminal=terminal)
        argv = [str(word) for word in request["argv"]]
        try:
            code = self._run(argv, cast(TextIO, out), cast(TextIO, err))
        except Exception:  # noqa: BLE001 - a bug is told to who asked, and must not end the writer
            err.write(traceback.format_exc())
            code = 1
        _send(connection, {"exit": code})


def hand_over(paths: LibraryPaths, argv: Sequence[str], out: TextIO, err: TextIO) -> int:
    """Let the process that writes this library run a command; return its exit code.

    Raises:
        ConnectionError: no process listens, or it ended before it answered.
    """
    with _connect(paths) as connection:
        _send(connection, {"argv": list(argv), "terminal": err.isatty()})
        try:
            return _relay(connection, {"out": out, "err": err})
        except EOFError as error:
            raise ConnectionError("the other process ended before it answered") from error


def raise_window(paths: LibraryPaths) -> bool:
    """Ask the process that writes this library to show its window; tell whether it has one."""
    with _connect(paths) as connection:
        _send(connection, {"raise": True})
        return bool(json.loads(connection.recv_bytes(_LARGEST_FRAME))["exit"] == 0)


class _RemoteStream(io.TextIOBase):
    """The output of a handed-over command, written in the process that asked for it."""

    def __init__(
        self, connection: Connection, name: str, lock: threading.Lock, *, is_terminal: bool
    ) -> None:
        self._connection = connection
        self._name = name
        self._lock = lock
        self._is_terminal = is_terminal

    def write(self, text: str) -> int:
        """Send the text at once."""
        with self._lock:
            _send(self._connection, {"stream": self._name, "text": text})
        return len(text)

    def isatty(self) -> bool:
        """Tell whether the asking process writes to a terminal."""
        return self._is_terminal


def _relay(connection: Connection, streams: dict[str, TextIO]) -> int:
    while True:
        answer = json.loads(connection.recv_bytes(_LARGEST_FRAME))
        if "exit" in answer:
            return int(answer["exit"])
        stream = streams[answer["stream"]]
        stream.write(answer["text"])
        stream.flush()


def _request(frame: bytes) -> dict[str, Any]:
    """Return the request in a frame; an empty one where it is broken."""
    try:
        request = json.loads(frame)
    except ValueError:
        return {}
    return request if isinstance(request, dict) else {}


def _send(connection: Connection, frame: dict[str, object]) -> None:
    connection.send_bytes(json.dumps(frame).encode("ascii"))


def _connect(paths: LibraryPaths) -> Connection:
    try:
        told = _key_file(paths).read_bytes()
        return Client(os.fsdecode(told[_KEY_BYTES:]), authkey=told[:_KEY_BYTES])
    except (OSError, EOFError, AuthenticationError, ValueError) as error:
        raise ConnectionError(str(error)) from error


def _key_file(paths: LibraryPaths) -> Path:
    return paths.root / "handoff.key"


def _write_private(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


@contextmanager
def _failures_of(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise write_failure(error.filename or path, error) from error


def _address(paths: LibraryPaths) -> str:
    """Return a short address: a socket's path may not be longer than about 100 bytes."""
    name = hashlib.sha256(os.fsencode(paths.root.resolve())).hexdigest()[:20]
    if sys.platform == "win32":
        return rf"\\.\pipe\anitag-{name}"
    return str(_private_folder() / f"{name}.sock")


def _private_folder() -> Path:
    """Return a folder for sockets that nobody else can reach into.

    Raises:
        AnitagError: ``cannot_write``: somebody else made the folder.
    """
    session = os.environ.get("XDG_RUNTIME_DIR", "")
    # A session that was entered by su or sudo may name a folder that is another user's, or gone.
    base = session if session and os.access(session, os.W_OK) else tempfile.gettempdir()
    folder = Path(base) / f"anitag-{os.getuid()}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise AnitagError("cannot_write", path=folder, reason="it is open to others")
    return folder


def _forget(address: str) -> None:
    """Remove the socket file of a writer that was killed; the lock says that none is alive."""
    if sys.platform != "win32":
        Path(address).unlink(missing_ok=True)
