"""Reading files through one worker process until none waits; what is read is stored in batches."""

import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from anitag_desktop.domain.device import AUTOMATIC
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.roles import region_embedders
from anitag_desktop.services.dispatching import GONE_SECONDS, Dispatcher
from anitag_desktop.services.queueing import Backlog
from anitag_desktop.services.storing import AnswerStore, Outcome, Read, model_keys
from anitag_desktop.worker.client import RECOGNISER, WorkerClient, WorkerOptions
from anitag_desktop.worker.messages import Answer, ProviderReport

if TYPE_CHECKING:
    from anitag_desktop.recognition.model_package import ModelPackage
    from anitag_desktop.storage.store import Store

IN_FLIGHT = 64
"""So many files are with the worker at most; it decodes as many at once as there are cores."""

_BATCH = 64
_BATCH_SECONDS = 0.1
_FULL_DISK_SECONDS = 2.0


class Reader:
    """One worker process with the models of now, and the files that go through it.

    One thread calls ``step`` again and again; the other methods may be called from any thread.
    """

    def __init__(
        self,
        store: "Store",
        packages: Sequence["ModelPackage"],
        *,
        folder_ids: Collection[int] | None = None,
        quiet: float,
        threads: int | None = None,
        device: str = AUTOMATIC,
    ) -> None:
        self.packages = tuple(packages)
        self.tagged = 0
        """How many pictures a model looked at."""
        self.write_error: AnitagError | None = None
        """Why what was read cannot be stored just now; it is kept and tried again."""
        self._answers: SimpleQueue[Answer | None] = SimpleQueue()
        self._client = WorkerClient(
            RECOGNISER,
            [package.folder for package in packages],
            store.paths.thumbnails,
            self._answers.put,
            threads=threads,
            options=WorkerOptions(device=device),
        )
        embedders = model_keys(region_embedders(self.packages))
        self.backlog = Backlog(store, model_keys(packages), folder_ids, embedders=embedders)
        self._dispatcher = Dispatcher(store, self.backlog, self._client, quiet)
        self._answer_store = AnswerStore(store, packages)
        self._unsaved: list[Outcome] = []
        self._retry_at = 0.0
        self._is_dry = False
        self._wakes = 0
        self._is_paused = False
        self._is_started = False

    @property
    def failure(self) -> AnitagError | None:
        """Why the worker or a model cannot work at all."""
        return self._dispatcher.failure

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way and nothing can be begun for a good while."""
        due = self.backlog.seconds_until_due()
        waits = due is not None and due < GONE_SECONDS / 2
        return self._is_dry and not len(self._dispatcher) and not self._unsaved and not waits

    def step(self, timeout: float) -> int:
        """Give files away, wait up to ``timeout`` seconds for answers, store them.

        Returns:
            How many files got their outcome. When there is nothing to do it does not wait.
        """
        self._fill()
        if self.is_idle:
            return 0
        self._take_outcomes(timeout)
        self._fill()  # so that the worker has work while its answers are stored
        return self._save()

    def rest(self, timeout: float) -> None:
        """Wait for ``wake``, at most ``timeout`` seconds; to be called when there is no work."""
        with suppress(Empty):
            answer = self._answers.get(timeout=timeout)
            if answer is not None:
                self._answers.put(answer)

    def wake(self) -> None:
        """Look again whether there is something to do."""
        self._wakes += 1
        self._is_dry = False
        self._answers.put(None)

    def pause(self) -> None:
        """Begin nothing more; what is on its way is finished and stored."""
        self._is_paused = True
        self._client.pause()

    def resume(self) -> None:
        """Go on after ``pause``."""
        self._is_paused = False
        self._client.resume()
        self.wake()

    def provider(self) -> ProviderReport:
        """Return what inference really runs on."""
        return self._client.provider()

    def close(self, timeout: float = 1.0) -> None:
        """Stop the worker; what it has finished is stored, the rest waits in the database."""
        self._dispatcher.close()
        self._client.close(timeout)
        self._is_paused = True
        self._retry_at = 0.0
        while not self._answers.empty():
            self._take_outcomes(0)
        self._save()

    def _fill(self) -> None:
        due = self.backlog.seconds_until_due()
        is_waiting = self._is_dry and (due is None or due > 0)
        if is_waiting or self._is_paused or self.write_error is not None:
            return
        wakes = self._wakes
        has_enough = self._dispatcher.fill(IN_FLIGHT)
        self._is_dry = not has_enough and wakes == self._wakes
        if len(self._dispatcher) and not self._is_started:
            self._is_started = True
            self._client.start()

    def _take_outcomes(self, timeout: float) -> None:
        for answer in self._take_answers(timeout):
            outcome = self._dispatcher.take(answer)
            if outcome is not None:
                self._unsaved.append(outcome)

    def _take_answers(self, timeout: float) -> list[Answer]:
        """Wait for an answer, then a moment for more of them to come together."""
        taken: list[Answer] = []
        deadline = time.monotonic() + timeout
        while len(taken) < _BATCH:
            try:
                answer = self._answers.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                break
            if answer is None:
                deadline = min(deadline, time.monotonic())
            elif not taken:
                deadline = time.monotonic() + _BATCH_SECONDS
            if answer is not None:
                taken.append(answer)
        return taken

    def _save(self) -> int:
        if not self._unsaved or time.monotonic() < self._retry_at:
            return 0
        saved = 0
        while self._unsaved:
            try:
                self._answer_store.save(self._unsaved)
            except AnitagError as error:
                if error.code not in ("disk_full", "cannot_write"):
                    raise
                self._wait_for_room(error)
                return saved
            outcomes, self._unsaved = self._unsaved, []
            saved += len(outcomes)
            self.tagged += sum(isinstance(o, Read) and o.is_tagged for o in outcomes)
            self._unsaved = self._dispatcher.stored(outcomes)
        self._go_on()
        return saved

    def _wait_for_room(self, error: AnitagError) -> None:
        self.write_error = error
        self._retry_at = time.monotonic() + _FULL_DISK_SECONDS
        self._client.pause()

    def _go_on(self) -> None:
        if self.write_error is not None:
            self.write_error = None
            if not self._is_paused:
                self._client.resume()
        # What was stored may have made other pictures wait for a model.
        self._is_dry = self._is_dry and len(self._dispatcher) > 0
