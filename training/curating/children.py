"""Looking at files that may fell or hold up the process which opens them, in child processes.

A child has one file at a time, so that it is known whose fault its end is. It answers in JSON: one
that was taken over may lie about its own picture and do nothing else.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from time import monotonic

from anitag_desktop.recognition.decoding import harden
from training.curating.facts import Look, from_row, to_row

LookAt = Callable[[Path], Look]

STARTING = 120.0
"""Seconds in which a child has to be ready for its first file."""


class Loss(StrEnum):
    """Why there is no answer about a file."""

    CRASHED = "crashed"
    LATE = "late"


class ChildFailedError(Exception):
    """The program itself failed in a child, whatever the file; it says with what."""


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
    left, children = iter(files), [_Child(look, patience) for _ in range(workers)]
    try:
        while True:
            for child in children:
                if child.file is None and (file := next(left, None)) is not None:
                    child.give(file)
            if not (busy := [child for child in children if child.file is not None]):
                return
            rest = min(child.until for child in busy) - monotonic()
            ready = wait([child.pipe for child in busy], max(0.0, rest))
            yield from _answers(busy, ready)
    finally:
        for child in children:
            child.end()


def _answers(
    busy: Iterable["_Child"], ready: Sequence[object]
) -> Iterator[tuple[Path, Look | Loss]]:
    now = monotonic()
    for child in busy:
        if child.pipe in ready:
            if answer := child.take():
                yield answer
        elif child.until <= now:
            yield child.give_up(Loss.LATE)


class _Child:
    """A process that looks at files; it begins with its first one and is replaced when lost."""

    def __init__(self, look: LookAt, patience: float) -> None:
        self.file: Path | None = None
        self.until = 0.0
        self._look, self._patience = look, patience
        self._begin()

    def _begin(self) -> None:
        # Spawned everywhere, so that it has nothing of its parent's threads and locks.
        context = get_context("spawn")
        self.pipe, self._theirs = context.Pipe()
        arguments = (self._look, self._theirs)
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._is_ready = False

    def give(self, file: Path) -> None:
        """Let it look at a file."""
        if not self._theirs.closed:
            self._process.start()
            self._theirs.close()
        patience = self._patience if self._is_ready else STARTING
        self.file, self.until = file, monotonic() + patience
        # One that died while it had nothing to do is told from its pipe in a moment.
        with suppress(OSError):
            self.pipe.send_bytes(os.fsencode(file))

    def take(self) -> tuple[Path, Look | Loss] | None:
        """Return what it says; None when that is only that it is ready to begin."""
        try:
            said = json.loads(self.pipe.recv_bytes())
            if "ready" in said:
                self._is_ready, self.until = True, monotonic() + self._patience
                return None
            found = None if "raised" in said else from_row(said)
        except (EOFError, OSError, ValueError, KeyError, TypeError, RecursionError):
            return self.give_up(Loss.CRASHED)
        if found is None:
            raise ChildFailedError(str(said["raised"]))
        return self._done(), found

    def give_up(self, loss: Loss) -> tuple[Path, Loss]:
        """Replace it."""
        self.end()
        self._begin()
        return self._done(), loss

    def end(self) -> None:
        """End the process, if it ever began, and close its pipe."""
        if self._theirs.closed:
            self._process.kill()
            self._process.join()
        self._theirs.close()
        self._process.close()
        self.pipe.close()

    def _done(self) -> Path:
        file, self.file = self.file, None
        if file is None:
            raise AssertionError("only a child that has a file answers")
        return file


def _serve(look: LookAt, pipe: Connection) -> None:
    """Answer about one file after the other until nobody asks any more."""
    harden()
    pipe.send_bytes(b'{"ready":true}')
    while True:
        try:
            file = Path(os.fsdecode(pipe.recv_bytes()))
        except EOFError:
            return
        try:
            said = to_row(look(file))
        except Exception as error:  # noqa: BLE001 (its words are raised where it was asked)
            said = {"raised": f"{type(error).__name__}: {error}"}
        pipe.send_bytes(json.dumps(said).encode())
