"""The app's end of one worker process: takes jobs from any thread, delivers every answer once.

client = WorkerClient(RECOGNISER, [folder], thumbnails, on_answer)
client.start()
client.submit(RecogniseJob(client.new_job_id(), os.fsencode(path)))
client.close()
"""

import itertools
import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock, Thread, current_thread

from anitag_desktop.domain.device import CPU
from anitag_desktop.worker.control import RECOGNISER, VIEWER, Setup
from anitag_desktop.worker.ledger import Ledger
from anitag_desktop.worker.messages import Answer, Failed, Job, ProviderReport
from anitag_desktop.worker.options import WorkerOptions
from anitag_desktop.worker.second_trial import IDLE_SECONDS, SecondTrial
from anitag_desktop.worker.supervisor import Supervisor
from anitag_desktop.worker.wakeup import WakeUp

__all__ = ["RECOGNISER", "VIEWER", "WorkerClient", "WorkerOptions"]

VIEWER_THREADS = 2
OnAnswer = Callable[[Answer], None]
_log = logging.getLogger(__name__)


class WorkerClient:
    """One supervised worker process.

    ``role`` is ``RECOGNISER`` or ``VIEWER``; ``models`` are package folders (none: facts and
    thumbnails only). ``on_answer`` is called on the supervisor's thread; while it works no
    further answers are taken, which is how a slow database slows the work down. ``threads`` is
    by default one for each core.
    """

    def __init__(
        self,
        role: str,
        models: Sequence[Path],
        thumbnails: Path,
        on_answer: OnAnswer,
        *,
        threads: int | None = None,
        options: WorkerOptions | None = None,
    ) -> None:
        if role == VIEWER:
            threads = threads or VIEWER_THREADS
        self._options = options or WorkerOptions()
        self._setup = Setup(
            role=role,
            models=tuple(os.fsencode(folder) for folder in models),
            thumbnails=os.fsencode(thumbnails),
            threads=threads or 0,
            device=self._options.device,
        )
        self._on_answer = on_answer
        self._ledger = Ledger(self._options.limits, of_suspects=self._options.of_suspects)
        self._ids = itertools.count(1)
        self._lock = Lock()
        self._supervisor: Supervisor | None = None
        self._thread: Thread | None = None
        self._stop_at: float | None = None
        self._is_paused = False
        self._bell = WakeUp()
        may_try_twice = role == RECOGNISER and not self._options.of_suspects
        self._trial = SecondTrial(self._open_trial, self._bell) if may_try_twice else None

    def new_job_id(self) -> int:
        """Return an id that no other job of this client has."""
        return next(self._ids)

    def start(self) -> None:
        """Start the supervisor and, without waiting for it, the process; only once."""
        with self._lock:
            if self._thread is not None or self._stop_at is not None:
                return
            self._supervisor = Supervisor(
                self._setup,
                self._options,
                self._ledger,
                self._deliver,
                self._trial.accuse if self._trial else None,
            )
            self._supervisor.is_wanted = True
            self._supervisor.is_paused = self._is_paused
            self._thread = Thread(
                target=self._supervise,
                args=(self._supervisor,),
                name=f"supervisor of {self._setup.role}",
                daemon=True,
            )
            self._thread.start()

    def submit(self, job: Job, *, urgent: bool = False) -> None:
        """Have a job done; never waits. Urgent jobs go before all that are not begun.

        Raises:
            ValueError: its id is in use, or the client was closed.
        """
        with self._lock:
            if self._stop_at is not None:
                raise ValueError("the worker was closed")
            is_only = self._ledger.add(job, urgent=urgent)
        if is_only:  # for others the bell was rung, or the child has enough to do
            self._bell.ring()

    def pending(self) -> int:
        """Return how many jobs are not answered yet."""
        return self._ledger.pending()

    def pause(self) -> None:
        """Begin no further jobs; what is in flight is finished."""
        self._set_paused(True)

    def resume(self) -> None:
        """Go on after ``pause``."""
        self._set_paused(False)

    def provider(self) -> ProviderReport:
        """Return what inference runs on; not measured before the process is ready."""
        supervisor = self._supervisor
        return ProviderReport("") if supervisor is None else supervisor.report

    def close(self, timeout: float = 2.0) -> None:
        """Stop: jobs in flight get ``timeout`` seconds, the rest ``Failed('worker_closed')``.

        After it has returned no answer comes any more (unless called by ``on_answer`` itself).
        """
        with self._lock:
            if self._stop_at is None:
                self._stop_at = time.monotonic() + timeout
            thread = self._thread
        self._bell.ring()
        if thread is None:
            self._answer_unstarted()
        elif thread is not current_thread():
            thread.join()

    def _answer_unstarted(self) -> None:
        for job_id in self._ledger.clear():
            self._deliver(Failed(job_id, "worker_closed"))
        self._bell.close()

    def _set_paused(self, paused: bool) -> None:
        with self._lock:
            self._is_paused = paused
            if self._supervisor is not None:
                self._supervisor.is_paused = paused
        if self._trial is not None:
            self._trial.set_paused(paused)
        self._bell.ring()

    def _deliver(self, answer: Answer) -> None:
        try:
            self._on_answer(answer)
        except Exception:  # noqa: BLE001 (the caller's, and others wait)
            _log.exception("an answer could not be taken in")

    def _supervise(self, supervisor: Supervisor) -> None:
        try:
            while not self._is_over():
                supervisor.step(self._bell, accept_new=self._stop_at is None)
                self._deliver_verdicts()
        finally:
            supervisor.end()
            self._end_trial()
            self._bell.close()

    def _open_trial(self, on_answer: OnAnswer) -> "WorkerClient":
        """Return a client for jobs that have one strike; decoders fail, so the CPU will do."""
        options = replace(
            self._options,
            device=CPU,
            idle_seconds=min(self._options.idle_seconds, IDLE_SECONDS),
            of_suspects=True,
        )
        return WorkerClient(
            self._setup.role,
            [Path(os.fsdecode(folder)) for folder in self._setup.models],
            Path(os.fsdecode(self._setup.thumbnails)),
            on_answer,
            threads=1,
            options=options,
        )

    def _deliver_verdicts(self) -> None:
        for answer in self._trial.answers() if self._trial else ():
            self._deliver(answer)
            self._ledger.close(answer.job_id)

    def _end_trial(self) -> None:
        if self._trial is not None:
            self._trial.close(max(0.0, (self._stop_at or 0.0) - time.monotonic()))
            self._deliver_verdicts()

    def _is_over(self) -> bool:
        stop_at = self._stop_at
        return stop_at is not None and (self._ledger.flying == 0 or time.monotonic() >= stop_at)
