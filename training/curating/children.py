"""Looking at files that may fell or hold up the process which opens them, in child processes.

A child has one file at a time, so that it is known whose fault its end is.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path
from time import monotonic

from training.collecting.child import Child, Loss, Said
from training.curating.facts import Look, from_row, to_row

LookAt = Callable[[Path], Look]


def in_children(
    look: LookAt, files: Iterable[Path], workers: int, patience: float
) -> Iterator[tuple[Path, Look | Loss]]:
    """Yield each file with what ``look`` found, as they are done.

    Who fells its process, or takes longer than ``patience`` seconds, is tried once more when all
    others are done, alone: the machine may have been busy or short of memory.

    Raises:
        ChildFailedError: ``look`` raised something.
    """
    suspects = []
    for file, found in _shared(look, files, workers, patience):
        if isinstance(found, Loss):
            suspects.append(file)
        else:
            yield file, found
    yield from _shared(look, suspects, 1, patience)


def _shared(
    look: LookAt, files: Iterable[Path], workers: int, patience: float
) -> Iterator[tuple[Path, Look | Loss]]:
    """Yield what several children found, each with one file at a time."""
    left, asked = iter(files), dict[Child, Path]()
    children = [Child(partial(_answer, look), patience) for _ in range(workers)]
    try:
        while True:
            for child in children:
                if child not in asked and (file := next(left, None)) is not None:
                    asked[child] = file
                    child.give(os.fsencode(file))
            if not asked:
                return
            rest = min(child.until for child in asked) - monotonic()
            ready = wait([child.pipe for child in asked], max(0.0, rest))
            for child in list(asked):
                if (found := _found(child, ready)) is not None:
                    yield asked.pop(child), found
    finally:
        for child in children:
            child.end()


def _found(child: Child, ready: Sequence[object]) -> Look | Loss | None:
    """Return what a child says, if it says anything."""
    if child.pipe not in ready:
        return None if child.until > monotonic() else child.give_up()
    said = child.take()
    if said is None or isinstance(said, Loss):
        return said
    try:
        return from_row(said)
    except (KeyError, TypeError, ValueError):
        child.replace()
        return Loss.CRASHED


def _answer(look: LookAt, file: bytes) -> Said:
    return to_row(look(Path(os.fsdecode(file))))
