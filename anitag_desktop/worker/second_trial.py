"""Trying jobs that may have felled their process again, in another one: the rest need not wait."""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from anitag_desktop.worker.messages import Answer, Job
from anitag_desktop.worker.wakeup import WakeUp

if TYPE_CHECKING:
    from anitag_desktop.worker.client import WorkerClient

IDLE_SECONDS = 10.0
"""So long the other process is kept for the next job."""

OpenClient = Callable[[Callable[[Answer], None]], "WorkerClient"]


class SecondTrial:
    """A client of its own, which tries one job after the other; ``bell`` rings for each answer.

    Its methods belong to one thread, but for ``set_paused``.
    """

    def __init__(self, open_client: OpenClient, bell: WakeUp) -> None:
        self._open = open_client
        self._bell = bell
        self._client: WorkerClient | None = None
        self._answers: SimpleQueue[Answer] = SimpleQueue()

    def accuse(self, job: Job) -> None:
        """Try a job, for which the process is started if it is not there."""
        if self._client is None:
            self._client = self._open(self._take_in)
            self._client.start()
        self._client.submit(job)

    def answers(self) -> list[Answer]:
        """Return what has been answered since."""
        found: list[Answer] = []
        while True:
            try:
                found.append(self._answers.get_nowait())
            except Empty:
                return found

    def set_paused(self, is_paused: bool) -> None:
        """Begin no further jobs, or go on."""
        if self._client is not None:
            (self._client.pause if is_paused else self._client.resume)()

    def close(self, timeout: float) -> None:
        """End the process; what is not tried within ``timeout`` seconds is answered with that."""
        if self._client is not None:
            self._client.close(timeout)

    def _take_in(self, answer: Answer) -> None:
        self._answers.put(answer)
        self._bell.ring()
