"""The open library: both databases and the journal, kept in step, and the news of what changed."""

from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from types import TracebackType

from sqlalchemy import Connection, select, update

from anitag_desktop.domain.change import Changes, LibraryChange
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.storage import journal as journals
from anitag_desktop.storage import log, openings
from anitag_desktop.storage.catching_up import catch_up, forget_caught_up, mark_caught_up
from anitag_desktop.storage.connections import INDEX, LIBRARY
from anitag_desktop.storage.database import Database
from anitag_desktop.storage.image_tags import rebuild
from anitag_desktop.storage.journal import Journal
from anitag_desktop.storage.notes import Notes, Stale
from anitag_desktop.storage.replaying import replay
from anitag_desktop.storage.schema import meta


class Store:
    """Both databases of one library. Reading connections of ``library`` see the index as ``idx``.

    Write steps (``store.library.write(step)``) tell with ``notes.note`` and ``notes.note_stale``
    what they touch; the functions of this package do so themselves. Before the commit, what was
    logged is in the journal; after it, the tags of stale images are derived into the index; then
    ``changes`` tells the listeners, on the thread that called ``write``.
    """

    def __init__(self, paths: LibraryPaths, *, writable: bool) -> None:
        self.paths = paths
        self.changes = Changes()
        self.library = Database(
            paths.library_db, LIBRARY, writable=writable, attached=paths.index_db
        )
        self.index = Database(paths.index_db, INDEX, writable=writable)
        self._writable = writable
        self._underived: list[Stale] = []
        self._deriving = 0
        self._before_close: list[Callable[[], None]] = []
        self._lock = Lock()

    @classmethod
    def open(cls, paths: LibraryPaths, *, writable: bool = True) -> "Store":
        """Open the library in ``paths``; a writable one is created if it is not there.

        The caller holds ``paths.lock`` for a writable one. A store that is not writable reads
        beside the process that writes.

        Raises:
            AnitagError: ``library_newer``, ``library_older`` (not writable), ``library_damaged``,
                ``not_a_library``, ``disk_full``, ``cannot_write``. No file was changed.
        """
        (openings.prepare if writable else openings.expect)(paths)
        store = cls(paths, writable=writable)
        if writable:
            try:
                store.resume()
            except BaseException:
                store._close_databases()
                raise
        return store

    def resume(self) -> None:
        """Bring journal, log and index together; done at opening and after a restore."""
        self.library.write(lambda conn: None)  # the writer comes first: see Database.swap
        self._join_journal()
        self.library.after_commit = self.index.after_commit = self._after_commit
        try:
            catch_up(self.library, self.index)
        except AnitagError as error:
            if error.code != "index_damaged":
                raise
            self._renew_index()
            catch_up(self.library, self.index)

    def replace_library(self, replace_file: Callable[[], object]) -> None:
        """Run ``replace_file`` while library.db is closed, then go on with the new one.

        The journal gives back what the new file lacks, and all tags are derived anew.
        """
        self.library.swap(replace_file)
        forget_caught_up(self.index)
        self.resume()

    @property
    def is_writable(self) -> bool:
        """Whether this process is the one that writes the library."""
        return self._writable

    @property
    def is_deriving(self) -> bool:
        """Whether tags are being derived: more commits of the index follow."""
        return self._deriving > 0

    def before_close(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` when the store is closed, while both databases are still open."""
        self._before_close.append(callback)

    def close(self) -> None:
        """Finish the queued writes and close both databases."""
        try:
            while self._before_close:
                self._before_close.pop()()
            if self._writable and not self._underived:
                with suppress(AnitagError):  # then the next opening has more to do
                    self.library.flush()
                    mark_caught_up(self.library, self.index)
        finally:
            self._close_databases()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _close_databases(self) -> None:
        try:
            self.library.close()
        finally:
            self.index.close()

    def _join_journal(self) -> None:
        self.library.companion = None
        journal = Journal(self.paths.journal, self._library_uid())
        journal.open()
        with self.library.read() as conn:
            newest = log.last_seq(conn)
        if journal.last_seq > newest:
            rows = journals.read(self.paths.journal, after=newest)
            self.library.write(lambda conn: replay(conn, rows))
        self.library.companion = journal
        if journal.last_seq < newest:
            self.library.write(lambda conn: None)  # the journal writes what it lacks

    def _renew_index(self) -> None:
        # The library's readers have the old file attached: they are closed too.
        self.library.swap(
            lambda: self.index.swap(lambda: openings.renew_index(self.paths.index_db))
        )

    def _library_uid(self) -> str:
        """Return the library's uid; a library without a log takes that of the journal beside it."""
        told = journals.library_uid(self.paths.journal)
        with self.library.read() as conn:
            own = str(conn.execute(_UID).scalar_one())
            is_new = log.last_seq(conn) == 0
        if told is None or told == own:
            return own
        if not is_new:
            journals.set_aside(self.paths.journal, told)
            return own
        self.library.write(lambda conn: _set_uid(conn, told))
        return told

    def _after_commit(self, notes: Notes) -> None:
        touched = self._derive(notes.stale) if notes.stale or self._underived else frozenset()
        everything = any(stale == Stale(None, None) for stale in notes.stale)
        derived = LibraryChange(images=touched, all_images=everything)
        self.changes.publish(notes.change | derived)

    def _derive(self, stale: list[Stale]) -> frozenset[int]:
        """Derive what is stale; what fails (a full disk) is kept for the next time."""
        with self._lock:
            waiting, self._underived = [*self._underived, *stale], []
            self._deriving += 1
        try:
            return rebuild(self.library, self.index, waiting)
        except BaseException:
            with self._lock:
                self._underived += waiting
            raise
        finally:
            with self._lock:
                self._deriving -= 1


_UID = select(meta.c.value).where(meta.c.name == "library_uid")


def _set_uid(conn: Connection, uid: str) -> None:
    conn.execute(update(meta).where(meta.c.name == "library_uid").values(value=uid))
