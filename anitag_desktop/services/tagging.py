"""Tagging: every file of the watched folders gets its outcome, and every picture its tags.

The database is the queue: files that nobody has read, pictures that a model has not seen. So
stopping, crashing or a full disk at any moment loses no work that was stored, and a change of
model is nothing but pictures that wait again; what the user said is never touched.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.services.progressing import Listener, ProgressTeller, TaggingProgress
from anitag_desktop.services.renewing import ModelSource, RenewedReader
from anitag_desktop.services.reporting import BugReports
from anitag_desktop.storage import readings
from anitag_desktop.worker.messages import ProviderReport

if TYPE_CHECKING:
    from anitag_desktop.services.indexing import Indexer
    from anitag_desktop.storage.store import Store

__all__ = ["TaggingProgress", "TaggingQueue", "TaggingSummary"]

OnIdle = Callable[[Callable[[], bool]], object]
"""Is called when nothing waits any more, with what tells that it shall end soon."""

_STEP_SECONDS = 0.5
_REST_SECONDS = 5.0
_RETRY_SECONDS = 30.0
ROOM_PATIENCE = 10.0
"""So many seconds a run that somebody waits for waits for room on a full disk."""


@dataclass(frozen=True, slots=True)
class TaggingSummary:
    """What a run came to.

    ``images`` are different pictures present in the folders, ``tagged`` those that a model looked
    at in this run, ``problems`` files with a problem. ``provider`` is what was measured, ``note``
    says why it was nothing faster. ``has_model`` is False where no model was there that tags:
    pictures then get facts and thumbnails only.
    """

    images: int
    tagged: int
    problems: int
    seconds: float
    images_per_second: float
    provider: str
    note: str = ""
    has_model: bool = True


class TaggingQueue:
    """Feeds worker processes from the database; every method may be called from any thread."""

    def __init__(
        self,
        store: "Store",
        indexing: "Indexer",
        modelling: ModelSource,
        on_idle: OnIdle = lambda _is_given_up: None,
    ) -> None:
        self._store = store
        self._on_idle = on_idle
        self._tagged_at_rest: int | None = None
        self._indexing = indexing
        self._modelling = modelling
        self._teller = ProgressTeller()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._working = threading.Lock()
        self._reader: RenewedReader | None = None
        self._failure: Exception | None = None
        self._reports = BugReports()
        self._is_paused = False
        self._pausing = threading.Lock()

    def start(self) -> None:
        """Work in the background until ``stop``."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._work, name="anitag tagging", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop within a few seconds; what was finished is stored, the rest waits."""
        self._stopping.set()
        self._wake()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def pause(self) -> None:
        """Begin nothing more until ``resume``; what is on its way is finished."""
        self._set_paused(True)

    def resume(self) -> None:
        """Go on after ``pause``."""
        self._set_paused(False)

    def prioritise(self, image_ids: Iterable[int]) -> None:
        """Have these pictures looked at first, in this order: what the user looks at."""
        reader = self._reader
        if reader is not None:
            reader.reader.backlog.prefer(image_ids)
            reader.wake()

    def progress(self) -> TaggingProgress:
        """Return how far the work is."""
        return self._teller.now

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` with every progress, on the working thread, until it unsubscribes."""
        return self._teller.subscribe(listener)

    def run_until_idle(
        self,
        folder_ids: Collection[int] | None = None,
        on_progress: Listener | None = None,
    ) -> TaggingSummary:
        """Work until every file (of these folders, if named) has its outcome.

        While the queue works in the background, this waits for it instead. Paused work goes on.

        Raises:
            AnitagError: ``disk_full`` when no room was made within some seconds; ``worker_died``
                when no worker process can be started; ``model_refused`` and the like when a model
                cannot run, after everything else was done. Nothing is lost.
        """
        ids = None if folder_ids is None else self._indexing.inside(folder_ids)
        leave = self.subscribe(on_progress) if on_progress else lambda: None
        started = time.monotonic()
        self.resume()
        try:
            if self._thread is not None:
                run = self._wait_for_background(ids)
            else:
                with self._working:
                    run = self._run_here(ids)
        finally:
            leave()
        if run.error is not None:
            raise run.error
        return self._summary(ids, run, time.monotonic() - started)

    def _run_here(self, ids: list[int] | None) -> "_Run":
        self._stopping.clear()
        patience = _Patience()
        reader = self._open_reader(ids)
        try:
            while not self._stopping.is_set():
                self._step(reader)
                patience.check(reader)
                if reader.reader.is_idle:
                    self._on_idle(self._stopping.is_set)
                    break
            return _run(reader, reader.tagged)
        finally:
            self._close_reader()

    def _wait_for_background(self, ids: list[int] | None) -> "_Run":
        patience = _Patience()
        before: int | None = None
        self._wake()
        while not self._stopping.wait(_STEP_SECONDS / 5):
            reader = self._reader
            if reader is None:
                if self._failure is not None:
                    raise self._failure
                continue
            before = reader.tagged if before is None else before
            patience.check(reader)
            if reader.reader.is_idle or not reader.reader.backlog.count(ids):
                return _run(reader, reader.tagged - before)
        return _Run(0, ProviderReport(""), None, has_model=True)

    def _work(self) -> None:
        """Work until stopped: the background thread, which goes on after whatever fails."""
        with self._working:
            while not self._stopping.is_set():
                try:
                    self._work_until_failure()
                except AnitagError as failure:
                    logging.getLogger(__name__).info("tagging stands still: %s", failure)
                    self._stand_still(failure)
                except Exception as bug:  # noqa: BLE001 - a bug is shown, and tagging survives it
                    self._reports.report(bug)
                    self._stand_still(bug)

    def _stand_still(self, failure: Exception) -> None:
        """Tell those who wait, and let some time go by before the next try."""
        self._failure = failure
        self._teller.tell(TaggingProgress("paused", error=str(failure)))
        self._stopping.wait(_RETRY_SECONDS)

    def _work_until_failure(self) -> None:
        try:
            reader = self._open_reader(None)
            self._failure = self._tagged_at_rest = None
            while not self._stopping.is_set():
                self._step(reader)
                if reader.reader.is_idle:
                    self._settle(reader)
                    reader.reader.rest(_REST_SECONDS)
        finally:
            self._close_reader()

    def _settle(self, reader: RenewedReader) -> None:
        """Say that nothing waits any more, if anything was looked at since that was said last."""
        if self._tagged_at_rest != reader.tagged:
            self._tagged_at_rest = reader.tagged
            self._on_idle(self._stopping.is_set)

    def _step(self, reader: RenewedReader) -> None:
        done = reader.step(_STEP_SECONDS)
        error = reader.reader.write_error or reader.model_error
        words = "" if error is None else str(error)
        self._teller.note_step(reader.reader, done, words, is_paused=self._is_paused)

    def _open_reader(self, ids: list[int] | None) -> RenewedReader:
        reader = RenewedReader(self._store, self._modelling, ids, self._indexing.quiet)
        with self._pausing:  # whoever paused while it was built found no reader to pause
            self._reader = reader
            reader.set_paused(self._is_paused)
        return reader

    def _close_reader(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()
        self._teller.tell(TaggingProgress())

    def _wake(self) -> None:
        reader = self._reader
        if reader is not None:
            reader.wake()

    def _set_paused(self, is_paused: bool) -> None:
        with self._pausing:
            self._is_paused = is_paused
            reader = self._reader
            if reader is not None:
                reader.set_paused(is_paused)
        self._teller.tell_paused(is_paused=is_paused)

    def _summary(self, ids: list[int] | None, run: "_Run", seconds: float) -> TaggingSummary:
        with self._store.library.read() as conn:
            images = readings.count_images(conn, ids)
            problems = readings.count_problems(conn, ids)
        rate = run.tagged / seconds if seconds > 0 else 0.0
        report = run.report
        note = report.reason if report.measured else ""
        return TaggingSummary(
            images, run.tagged, problems, seconds, rate, report.name, note, run.has_model
        )


@dataclass(frozen=True, slots=True)
class _Run:
    tagged: int
    report: ProviderReport
    error: AnitagError | None
    has_model: bool


def _run(reader: RenewedReader, tagged: int) -> _Run:
    has_model = any(package.is_tagger for package in reader.reader.packages)
    return _Run(tagged, reader.reader.provider(), reader.model_error, has_model)


class _Patience:
    """Ends a run that cannot store anything for too long."""

    def __init__(self) -> None:
        self._since: float | None = None

    def check(self, reader: RenewedReader) -> None:
        """Raise what storing says once it has been saying it for ``ROOM_PATIENCE`` seconds."""
        error = reader.reader.write_error
        if error is None:
            self._since = None
            return
        self._since = self._since or time.monotonic()
        if time.monotonic() - self._since > ROOM_PATIENCE:
            raise error
