"""Work off the main thread: a pool whose results come back on it, stale ones dropped."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from enum import IntEnum
from functools import partial
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")


class Priority(IntEnum):
    """What comes first when threads are few.

    DECODE waits for another process and LONG for whole folders: each has threads of its own, so
    that neither holds up a search.
    """

    URGENT = 0
    NORMAL = 1
    THUMBNAIL = 2
    LATER = 3
    DECODE = 4
    LONG = 5


IsGivenUp = Callable[[], bool]
"""Tells long work whether nobody waits for it any more; asked from the thread that works."""


class Task:
    """One piece of work; a cancelled one is not begun, or its result is dropped."""

    __slots__ = (
        *("error", "is_cancelled", "on_done", "on_failed", "owner", "priority", "result"),
        *("sequence", "work"),
    )

    def __init__(
        self,
        place: tuple[Priority, int],
        work: Callable[[IsGivenUp], Any],
        owner: QObject,
        on_done: Callable[[Any], None],
        on_failed: Callable[[BaseException], None] | None,
    ) -> None:
        self.priority, self.sequence = place
        self.work = work
        self.owner = owner
        self.on_done = on_done
        self.on_failed = on_failed
        self.is_cancelled = False
        self.result: Any = None
        self.error: BaseException | None = None

    def __lt__(self, other: Task) -> bool:
        return (self.priority, self.sequence) < (other.priority, other.sequence)

    def cancel(self) -> None:
        """Make sure that nobody hears of the result."""
        self.is_cancelled = True


class Tasks(QObject):
    """Runs work in the background; must be made on the GUI thread.

    ``failed`` carries the exceptions of tasks that were given no ``on_failed``.
    """

    failed = Signal(object)
    _finished = Signal(object)

    def __init__(self, threads: int = 4) -> None:
        super().__init__()
        self._sequence = itertools.count()
        self._latest: dict[tuple[int, str], Task] = {}
        self._quick = _Lane("anitag-task", threads, self._finished.emit)
        self._decode = _Lane("anitag-decode-task", 2, self._finished.emit)
        self._long = _Lane("anitag-long-task", 2, self._finished.emit)
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run_in_background(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], None],
        on_failed: Callable[[BaseException], None] | None = None,
        *,
        owner: QObject,
        topic: str = "",
        priority: Priority = Priority.NORMAL,
    ) -> Task:
        """Run ``work`` on a thread and give its result to ``on_done`` on the GUI thread.

        Nothing is delivered once ``owner`` is gone. With a ``topic``, a newer task of the same
        owner and topic replaces an older one whose result did not arrive yet.
        """
        return self.ask(
            lambda _is_given_up: work(),
            on_done,
            on_failed,
            owner=owner,
            topic=topic,
            priority=priority,
        )

    def ask(
        self,
        work: Callable[[IsGivenUp], T],
        on_done: Callable[[T], None],
        on_failed: Callable[[BaseException], None] | None = None,
        *,
        owner: QObject,
        topic: str = "",
        priority: Priority = Priority.NORMAL,
    ) -> Task:
        """Run ``work`` likewise, and let it know when it is replaced or the window closes."""
        task = Task((priority, next(self._sequence)), work, owner, on_done, on_failed)
        if topic:
            key = (id(owner), topic)
            if key in self._latest:
                self._latest[key].cancel()
            self._latest[key] = task
        self._lane_of(priority).put(task)
        return task

    def close(self, timeout: float = 2.0) -> bool:
        """Drop what waits, let what runs end within ``timeout`` seconds; tell whether it did."""
        deadline = time.monotonic() + timeout
        lanes = (self._quick, self._decode, self._long)
        for lane in lanes:
            lane.stop()
        have_ended = [lane.join(deadline) for lane in lanes]
        return all(have_ended)

    def _lane_of(self, priority: Priority) -> _Lane:
        return {Priority.DECODE: self._decode, Priority.LONG: self._long}.get(priority, self._quick)

    def _deliver(self, task: Task) -> None:
        self._forget(task)
        if task.is_cancelled or not shiboken6.isValid(task.owner):
            return
        if task.error is None:
            task.on_done(task.result)
        elif task.on_failed is not None:
            task.on_failed(task.error)
        else:
            self.failed.emit(task.error)

    def _forget(self, task: Task) -> None:
        for key in [key for key, latest in self._latest.items() if latest is task]:
            del self._latest[key]


class _Lane:
    """Daemon threads that take the most urgent task first. They start with the first task."""

    def __init__(self, name: str, threads: int, on_finished: Callable[[Task], None]) -> None:
        self._name = name
        self._size = threads
        self._on_finished = on_finished
        self._waiting: list[Task] = []
        self._condition = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._is_stopped = False

    def put(self, task: Task) -> None:
        with self._condition:
            if self._is_stopped:
                return
            heapq.heappush(self._waiting, task)
            if len(self._threads) < self._size:
                self._start_thread()
            self._condition.notify()

    def stop(self) -> None:
        with self._condition:
            self._is_stopped = True
            self._waiting.clear()
            self._condition.notify_all()

    def join(self, deadline: float) -> bool:
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _start_thread(self) -> None:
        name = f"{self._name}-{len(self._threads) + 1}"
        thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self) -> None:
        while (task := self._take()) is not None:
            if not task.is_cancelled:
                _perform(task, partial(self._is_given_up, task))
            if not self._is_stopped:
                self._on_finished(task)

    def _is_given_up(self, task: Task) -> bool:
        return task.is_cancelled or self._is_stopped

    def _take(self) -> Task | None:
        with self._condition:
            while not self._waiting and not self._is_stopped:
                self._condition.wait()
            return None if self._is_stopped else heapq.heappop(self._waiting)


def _perform(task: Task, is_given_up: IsGivenUp) -> None:
    try:
        task.result = task.work(is_given_up)
    except BaseException as error:  # noqa: BLE001 - every failure belongs to the one who asked
        task.error = error
