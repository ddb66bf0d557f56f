"""Whose turn it is: many hosts at once, each of them only a little."""

import heapq
import itertools
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Generic, TypeVar

Job = TypeVar("Job")


class Turns(Generic[Job]):
    """Hands out jobs by host: ``at_once`` at a time, with ``pause`` seconds between. Thread-safe.

    Each host has ``at_once`` tokens; a job is handed out with a token of its host, which comes
    back with the job and counts again when the pause is over.
    """

    def __init__(self, jobs: Iterable[tuple[str, Job]], at_once: int, pause: float) -> None:
        self._pause = pause
        self._changed = threading.Condition()
        self._waiting: defaultdict[str, deque[Job]] = defaultdict(deque)
        self._idle: defaultdict[str, int] = defaultdict(int)
        self._rest: dict[str, float] = {}
        self._tokens: list[tuple[float, int, str]] = []
        self._numbers = itertools.count()
        self._left = 0
        for host, job in jobs:
            self._waiting[host].append(job)
            self._left += 1
        for host in [*self._waiting] * at_once:
            self._add_token(host, 0.0)

    def take(self) -> tuple[str, Job] | None:
        """Return the next host and job, waiting for it; None when nothing is left to do."""
        with self._changed:
            while self._left > 0:
                host = self._next_host()
                if host is not None:
                    return host, self._waiting[host].popleft()
                first = self._tokens[0][0] - time.monotonic() if self._tokens else None
                self._changed.wait(first)
            return None

    def give_back(self, host: str, *, again: Job | None = None, wait: float = 0.0) -> None:
        """Say that a job is done, or is to come ``again``; leave its host alone for ``wait``."""
        with self._changed:
            now = time.monotonic()
            self._rest[host] = max(self._rest.get(host, 0.0), now + wait)
            self._add_token(host, now + self._pause)
            if again is None:
                self._left -= 1
            else:
                self._waiting[host].append(again)
                for _ in range(self._idle.pop(host, 0)):
                    self._add_token(host, now)
            self._changed.notify_all()

    def stop(self) -> None:
        """Hand out nothing more."""
        with self._changed:
            self._left = 0
            self._changed.notify_all()

    def _next_host(self) -> str | None:
        """Return a host that has a job and whose time has come, and take its token."""
        now = time.monotonic()
        while self._tokens and self._tokens[0][0] <= now:
            _, _, host = heapq.heappop(self._tokens)
            if not self._waiting[host]:
                self._idle[host] += 1
            elif (rested := self._rest.get(host, 0.0)) > now:
                self._add_token(host, rested)
            else:
                return host
        return None

    def _add_token(self, host: str, when: float) -> None:
        heapq.heappush(self._tokens, (when, next(self._numbers), host))
