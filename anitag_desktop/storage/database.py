"""One database file: a single writer thread, and read-only connections for everyone else."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection as Connection  # what the services pass on, unopened
from sqlalchemy import Engine

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.storage import interruptions, stamps
from anitag_desktop.storage.connections import (
    INDEX,
    LIBRARY,
    DatabaseKind,
    reading_engine,
    writing_engine,
)
from anitag_desktop.storage.copies import soundness
from anitag_desktop.storage.failures import damage_mark, failures_of, sqlite_failures_of
from anitag_desktop.storage.fault_points import fault_point
from anitag_desktop.storage.notes import Notes, take_notes

T = TypeVar("T")
Step = Callable[[Connection], T]
"""The body of one transaction: all or nothing of it is committed."""

_MUCH_CHANGED = 1_000
"""After so many rows changed, the write-ahead log is moved into the file, at the next pause."""

_PAUSE = 0.1
"""Seconds in which nobody wants to write: whoever writes in several steps is not held up."""


class Companion(Protocol):
    """What is written together with a database: called on the writer thread, in this order."""

    def before_commit(self, conn: Connection) -> None:
        """Write inside the transaction, after its step; raise to roll it back."""

    def committed(self) -> None:
        """Take notice that the transaction counts."""

    def rolled_back(self) -> None:
        """Undo what ``before_commit`` wrote, if it wrote; not called after ``committed``."""


class Witness(Protocol):
    """Looks on at every transaction: called on the writer thread, in this order."""

    def begin(self, conn: Connection) -> None:
        """Look at a transaction that begins."""

    def before_commit(self, conn: Connection) -> None:
        """Look at what it did."""

    def committed(self) -> None:
        """Take notice that it counts; not called when it was rolled back."""


class Database:
    """A database file that exists and has the current schema.

    ``companion`` takes part in every write transaction, ``witness`` looks on. ``after_commit`` gets
    the notes of each commit, on the thread that called ``write``. ``commits`` counts the
    transactions that changed something, and ``swaps`` how often the file was replaced. ``told`` is
    the last commit of which anybody can know: before it counts, the ``followers`` were called on
    the thread that wrote, so that they show a commit as soon as it is told.
    """

    def __init__(
        self,
        path: Path,
        kind: DatabaseKind,
        *,
        writable: bool = True,
        attached: Path | None = None,
    ) -> None:
        self.path = path
        self.kind = kind
        self.companion: Companion | None = None
        self.witness: Witness | None = None
        self.commits = 0
        self.told = 0
        self.followers: list[Callable[[], None]] = []
        self.swaps = 0
        self.after_commit: Callable[[Notes], None] = _nothing
        self._attached = attached
        self._readers: Engine | None = None
        self._gate = threading.Condition()
        self._reading = 0
        self._is_swapping = False
        self._queueing = threading.Lock()
        self._is_closed = not writable
        self._is_over = False
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._connection: Connection | None = None
        self._unmoved = 0
        self._thread: threading.Thread | None = None
        if writable:
            self._thread = threading.Thread(
                target=self._serve, name=f"anitag {kind.name} writer", daemon=True
            )
            self._thread.start()

    def write(self, step: Step[T]) -> T:
        """Run ``step`` in one transaction on the writer thread and wait for its commit.

        Raises:
            AnitagError: ``disk_full``, ``cannot_write`` or ``library_damaged``; nothing of the
                step was kept.
        """
        result, notes = self._run(step) if self._is_writer() else self._post(step).result()
        self._tell(notes)
        return result

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Lend a read-only connection on one snapshot of the data.

        Open it for as short as possible: it keeps the write-ahead log from shrinking.
        """
        with self._gate:
            self._gate.wait_for(lambda: not self._is_swapping)
            if self._is_over:  # nobody would close a connection that is opened now
                raise RuntimeError(f"{self.path} was closed")
            self._reading += 1
        try:
            with (
                self._blaming(),
                sqlite_failures_of(self.path),
                self._reader().connect() as connection,
                connection.begin(),
                interruptions.watched(connection),
            ):
                yield connection
        finally:
            with self._gate:
                self._reading -= 1
                self._gate.notify_all()

    def swap(self, replace_file: Callable[[], T]) -> T:
        """Run ``replace_file`` while no connection is open, then go on with the new file."""
        future: Future[T] = Future()
        self._put(lambda: future.set_result(self._swap(replace_file)), future)
        return future.result()

    def flush(self) -> None:
        """Wait until every write that was queued before is done."""
        future: Future[None] = Future()
        self._put(lambda: future.set_result(None), future)
        future.result()

    def close(self) -> None:
        """Finish the queued writes and close every connection; nothing is read or written later."""
        if not self._is_closed:
            self.flush()
        with self._gate:
            self._is_over = True
        self._close_readers()  # first, so that the writer's last connection empties the log
        with self._queueing:
            self._is_closed = True
            self._jobs.put(None)
        if self._thread is not None:
            self._thread.join()

    def _tell(self, notes: Notes) -> None:
        commits = self.commits
        for follow in tuple(self.followers):
            follow()
        with self._gate:
            self.told = max(self.told, commits)
        self.after_commit(notes)

    def _post(self, step: Step[T]) -> "Future[tuple[T, Notes]]":
        future: Future[tuple[T, Notes]] = Future()
        self._put(lambda: future.set_result(self._run(step)), future)
        return future

    def _put(self, job: Callable[[], None], future: "Future[Any]") -> None:
        def guarded() -> None:
            try:
                job()
            except BaseException as error:  # noqa: BLE001 - it is raised where the caller waits
                future.set_exception(error)

        with self._queueing:  # nothing may stand behind the end of the queue: it would never run
            if self._is_closed:
                raise RuntimeError(f"{self.path} is not open for writing")
            self._jobs.put(guarded)

    def _is_writer(self) -> bool:
        return threading.current_thread() is self._thread

    def _serve(self) -> None:
        try:
            while (job := self._next_job()) is not None:
                job()
        finally:
            self._close_writer()

    def _next_job(self) -> Callable[[], None] | None:
        """Wait for something to write; use a pause to move the write-ahead log into the file.

        After a commit, SQLite would do it before anybody knows of it: for 10,000 pictures all
        over a large library that takes longer than writing them.
        """
        if self._unmoved >= _MUCH_CHANGED:
            with suppress(Empty):
                return self._jobs.get(timeout=_PAUSE)
            self._move_log()
        return self._jobs.get()

    def _move_log(self) -> None:
        self._unmoved = 0
        if self._connection is not None:
            with suppress(sqlite3.Error):  # a full disk: all stays in the log, and is tried again
                _checkpoint(_driver(self._connection))

    def _run(self, step: Step[T]) -> tuple[T, Notes]:
        with self._blaming(), failures_of(self.path):
            connection = self._writer()
            if connection.in_transaction():
                raise RuntimeError("a write may not start inside another")
            try:
                return self._transact(connection, step)
            except BaseException:
                if self.companion:
                    self.companion.rolled_back()
                take_notes(connection)
                if connection.in_transaction():  # the rollback failed too: begin afresh
                    self._close_writer()
                raise

    def _transact(self, connection: Connection, step: Step[T]) -> tuple[T, Notes]:
        witness = self.witness  # one that comes in the meantime did not see the beginning
        with connection.begin():
            if witness is not None:
                witness.begin(connection)
            before = _count_changes(connection)
            result = step(connection)
            changes = _count_changes(connection) - before
            has_changed = changes > 0
            if has_changed and self.kind is LIBRARY:
                stamps.renew(connection)
            if witness is not None:
                witness.before_commit(connection)
            if self.companion:
                self.companion.before_commit(connection)
            fault_point(f"{self.kind.name}.before_commit")
        if self.companion:
            self.companion.committed()
        if witness is not None:
            witness.committed()
        self.commits += has_changed
        self._unmoved += changes
        fault_point(f"{self.kind.name}.after_commit")
        return result, take_notes(connection)

    @contextmanager
    def _blaming(self) -> Iterator[None]:
        """Tell a damaged index, which is made again, from a damaged library, which is not."""
        try:
            yield
        except AnitagError as error:
            index = self._damaged_index() if error.code == "library_damaged" else None
            if index is None:
                raise
            damage_mark(index).touch(0o600)
            raise AnitagError("index_damaged", path=index) from error

    def _damaged_index(self) -> Path | None:
        if self.kind is INDEX:
            return self.path
        is_damaged = self._attached is not None and soundness(self._attached, thorough=False)
        return self._attached if is_damaged else None

    def _writer(self) -> Connection:
        if self._connection is None:
            self._connection = writing_engine(self.path, self.kind).connect()
        return self._connection

    def _reader(self) -> Engine:
        with self._gate:
            if self._readers is None:
                self._readers = reading_engine(self.path, self.kind, self._attached)
            return self._readers

    def _swap(self, replace_file: Callable[[], T]) -> T:
        with self._gate:
            self._is_swapping = True
            self._gate.wait_for(lambda: self._reading == 0)
        try:
            self._close_readers()
            self._close_writer()
            self.swaps += 1
            with failures_of(self.path):
                result = replace_file()
                self._writer()  # before any reader: it may have to change the journal mode
                return result
        finally:
            with self._gate:
                self._is_swapping = False
                self._gate.notify_all()

    def _close_readers(self) -> None:
        if self._readers is not None:
            self._readers.dispose()
            self._readers = None

    def _close_writer(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _count_changes(connection: Connection) -> int:
    """Return how many rows a connection has changed so far."""
    return _driver(connection).total_changes


def _checkpoint(driver: sqlite3.Connection) -> None:
    """Move what readers do not need out of the write-ahead log, and give the cache back."""
    driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    driver.execute("PRAGMA shrink_memory")


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _nothing(_: Notes) -> None:
    pass
