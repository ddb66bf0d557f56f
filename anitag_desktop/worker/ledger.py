"""Which job stands where: waiting, in flight, suspected. Plain bookkeeping without processes.

May be used from several threads.

The rule of two strikes: when a child dies, every job that it had begun is suspected and sent
again, alone (``hand_over``: in a process of its own). A job that dies alone is guilty; the others
were only near it.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from threading import RLock
from typing import Concatenate, ParamSpec, TypeVar

from anitag_desktop.worker import stages
from anitag_desktop.worker.messages import Failed, Job

LIMITS: Mapping[str, float] = {stages.READING: 60, stages.DECODING: 10, stages.RUNNING: 60}
"""Seconds that each stage of a job may take."""


P = ParamSpec("P")
R = TypeVar("R")


def _locked(method: Callable[Concatenate["Ledger", P], R]) -> Callable[Concatenate["Ledger", P], R]:
    """Let one thread at a time into the ledger."""

    @wraps(method)
    def guarded(self: "Ledger", /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.lock:
            return method(self, *args, **kwargs)

    return guarded


@dataclass(slots=True)
class _Flight:
    job: Job
    is_suspect: bool
    deadline: float | None = None
    limit: float = 0
    stage: str = ""


class Ledger:
    """Every job that was submitted and not answered yet, in exactly one place.

    With ``of_suspects`` every job has one strike when it comes.
    """

    def __init__(self, limits: Mapping[str, float] = LIMITS, *, of_suspects: bool = False) -> None:
        self.lock = RLock()
        self._limits = limits
        self._of_suspects = of_suspects
        self._known: set[int] = set()
        self._waiting: deque[Job] = deque()
        self._suspects: deque[Job] = deque()
        self._flying: dict[int, _Flight] = {}
        self._away: set[int] = set()

    @_locked
    def __len__(self) -> int:
        """Return how many jobs are to be answered here."""
        return len(self._known)

    @_locked
    def pending(self) -> int:
        """Return how many jobs are not answered yet, here or elsewhere."""
        return len(self._known) + len(self._away)

    @property
    @_locked
    def flying(self) -> int:
        """How many jobs the child has."""
        return len(self._flying)

    @_locked
    def add(self, job: Job, *, urgent: bool = False) -> bool:
        """Take a new job; an urgent one goes before all that wait. Tell whether no other waits.

        Raises:
            ValueError: a job of that id is not answered yet.
        """
        if job.job_id in self._known:
            raise ValueError(f"job {job.job_id} is there already")
        self._known.add(job.job_id)
        is_only = not self._waiting and not self._suspects
        if self._of_suspects:
            self._suspects.append(job)
        elif urgent:
            self._waiting.appendleft(job)
        else:
            self._waiting.append(job)
        return is_only

    @_locked
    def take(self, capacity: int) -> list[Job]:
        """Return the jobs to send now, so that the child has at most ``capacity``.

        A suspect flies alone.
        """
        if self._suspects:
            if self._flying:
                return []
            job = self._suspects.popleft()
            self._flying[job.job_id] = _Flight(job, is_suspect=True)
            return [job]
        if any(flight.is_suspect for flight in self._flying.values()):
            return []
        taken = []
        while self._waiting and len(self._flying) < capacity:
            job = self._waiting.popleft()
            self._flying[job.job_id] = _Flight(job, is_suspect=False)
            taken.append(job)
        return taken

    @_locked
    def begin(self, job_id: int, stage: str, now: float) -> None:
        """Note that a job has begun a stage; its deadline counts from ``now``."""
        flight = self._flying.get(job_id)
        if flight is not None and stage in self._limits:
            flight.stage, flight.limit = stage, self._limits[stage]
            flight.deadline = now + flight.limit

    @_locked
    def begin_all(self, stage: str, now: float) -> None:
        """Note that every job of the child has begun, those of which nothing is known with this."""
        for job_id, flight in self._flying.items():
            if flight.deadline is None:
                self.begin(job_id, stage, now)

    @_locked
    def settle(self, job_id: int) -> Job | None:
        """Take an answered job out; None if the child does not have it."""
        flight = self._flying.pop(job_id, None)
        if flight is None:
            return None
        self._known.discard(job_id)
        return flight.job

    @_locked
    def suspect(self, job_id: int) -> bool:
        """Send a job again, alone; False if that was done before, so that its answer stands."""
        flight = self._flying.get(job_id)
        if flight is None or flight.is_suspect:
            return False
        del self._flying[job_id]
        self._suspects.append(flight.job)
        return True

    @_locked
    def next_deadline(self) -> float | None:
        """Return when the first job in flight is late, None if none can be."""
        deadlines = [f.deadline for f in self._flying.values() if f.deadline is not None]
        return min(deadlines, default=None)

    @_locked
    def postpone(self, seconds: float) -> None:
        """Move every deadline, because nobody looked (or the machine slept) for that long."""
        for flight in self._flying.values():
            if flight.deadline is not None:
                flight.deadline += seconds

    @_locked
    def late(self, now: float) -> frozenset[int]:
        """Return the ids of jobs that have passed their deadline."""
        return frozenset(
            job_id
            for job_id, flight in self._flying.items()
            if flight.deadline is not None and flight.deadline <= now
        )

    @_locked
    def all_were_running(self, late: frozenset[int] = frozenset()) -> bool:
        """Tell whether all that a lost child was busy with, or late with, was with the models."""
        busy = [
            flight.stage
            for job_id, flight in self._flying.items()
            if (job_id in late if late else flight.deadline is not None)
        ]
        return bool(busy) and set(busy) == {stages.RUNNING}

    @_locked
    def take_back(self) -> None:
        """Let every job of a child wait again, without suspicion of those that had none."""
        flights = list(self._flying.values())
        self._flying.clear()
        self._suspects.extend(flight.job for flight in flights if flight.is_suspect)
        self._waiting.extendleft(f.job for f in reversed(flights) if not f.is_suspect)

    @_locked
    def lose_child(self, reason: str, late: frozenset[int] = frozenset()) -> list[Failed]:
        """Put every job of a dead child back; return the failures of those that struck twice.

        With ``late`` jobs the child was killed for them, so all others are innocent.
        """
        failures = []
        innocent = []
        for job_id, flight in self._flying.items():
            guilty = job_id in late if late else flight.deadline is not None
            if not guilty:
                innocent.append(flight.job)
            elif flight.is_suspect:
                failures.append(_failure(flight, job_id in late, reason))
                self._known.discard(job_id)
            else:
                self._suspects.append(flight.job)
        self._flying.clear()
        self._waiting.extendleft(reversed(innocent))
        return failures

    @_locked
    def hand_over(self) -> list[Job]:
        """Return the suspects that wait: somebody else tries them, and will ``close`` them."""
        suspects = list(self._suspects)
        self._suspects.clear()
        ids = {job.job_id for job in suspects}
        self._known -= ids
        self._away |= ids
        return suspects

    @_locked
    def close(self, job_id: int) -> None:
        """Note that a job which was handed over is answered."""
        self._away.discard(job_id)

    @_locked
    def clear(self) -> list[int]:
        """Forget every job; return their ids."""
        forgotten = sorted(self._known)
        self._known.clear()
        self._waiting.clear()
        self._suspects.clear()
        self._flying.clear()
        return forgotten


def _failure(flight: _Flight, is_late: bool, reason: str) -> Failed:
    if is_late:
        return Failed(flight.job.job_id, "took_too_long", {"seconds": round(flight.limit, 1)})
    return Failed(flight.job.job_id, "crashed_worker", {"reason": reason})
