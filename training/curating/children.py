"""Work on files that may fell the process which opens them, in child processes."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

from anitag_desktop.recognition.decoding import harden

Job = TypeVar("Job")
Result = TypeVar("Result")

_AHEAD = 4
"""Jobs that wait for each child, so that none is idle; so many are suspects when one dies."""


def in_children(
    function: Callable[[Job], Result], jobs: Iterable[Job], workers: int
) -> Iterator[tuple[Job, Result | None]]:
    """Yield each job with what ``function`` returned for it, as they are done.

    None is for a job that felled its process, once among others and once alone. What the function
    raises is raised here.
    """
    left = iter(jobs)
    while True:
        suspects: list[Job] = []
        with _pool(workers) as pool:
            waiting: dict[Future[Result], Job] = {}
            try:
                for future in _done(pool, function, left, waiting, _AHEAD * workers):
                    yield waiting[future], future.result()
                    del waiting[future]
            except BrokenProcessPool:
                suspects = list(waiting.values())
            finally:
                pool.shutdown(cancel_futures=True)
        if not suspects:
            return
        yield from _alone(function, suspects)


def _pool(workers: int) -> ProcessPoolExecutor:
    # Spawned everywhere, so that a child has nothing of its parent's threads and locks.
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=harden)


def _done(
    pool: ProcessPoolExecutor,
    function: Callable[[Job], Result],
    left: Iterator[Job],
    waiting: dict[Future[Result], Job],
    most: int,
) -> Iterator[Future[Result]]:
    """Yield what is done and hand out more; who is told of one takes it from ``waiting``."""
    while True:
        for job in islice(left, most - len(waiting)):
            try:
                waiting[pool.submit(function, job)] = job
            except BrokenProcessPool:
                waiting[Future()] = job
                raise
        if not waiting:
            return
        yield from wait(waiting, return_when=FIRST_COMPLETED).done


def _alone(
    function: Callable[[Job], Result], suspects: Iterable[Job]
) -> Iterator[tuple[Job, Result | None]]:
    """Yield the results of jobs that are done one at a time; None for who fells the process."""
    pool = _pool(1)
    try:
        for job in suspects:
            try:
                yield job, pool.submit(function, job).result()
            except BrokenProcessPool:
                pool.shutdown()
                pool = _pool(1)
                yield job, None
    finally:
        pool.shutdown(cancel_futures=True)
