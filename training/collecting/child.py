"""A process for what strangers' bytes may fell or hold up: asked with bytes, it answers in JSON.

One that was taken over may lie about what it was asked and do nothing else.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any

from anitag_desktop.recognition.decoding import harden

Said = dict[str, Any]
Answer = Callable[[bytes], Said]
"""A function of a module, for it is found by its name in the other process."""

STARTING = 600.0
"""Seconds in which a child has to be ready for its first question, also on a busy machine."""


class Loss(StrEnum):
    """Why there is no answer."""

    CRASHED = "crashed"
    LATE = "late"


class ChildFailedError(Exception):
    """The program itself failed in a child, whatever it was asked; it says with what."""


class Child:
    """A process that answers one question after the other, begun with the first one.

    ``until`` is when its answer is late, by ``monotonic``: ``patience`` seconds after it began.
    """

    def __init__(self, answer: Answer, patience: float) -> None:
        self.until = 0.0
        self._answer, self._patience = answer, patience
        self._make()

    def _make(self) -> None:
        # Spawned everywhere, so that it has nothing of its parent's threads and locks.
        context = get_context("spawn")
        self.pipe, self._theirs = context.Pipe()
        arguments = (self._answer, self._theirs)
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._is_ready = False

    def ask(self, question: bytes) -> Said | Loss:
        """Return the answer, or why there is none; then the next question meets a new process.

        Raises:
            ChildFailedError: the function raised something.
        """
        self.give(question)
        while self.pipe.poll(max(0.0, self.until - monotonic())):
            said = self.take()
            if said is not None:
                return said
        return self.give_up()

    def give(self, question: bytes) -> None:
        """Ask something; ``pipe`` is ready when it says something."""
        if not self._theirs.closed:
            self._process.start()
            self._theirs.close()
        self.until = monotonic() + (self._patience if self._is_ready else STARTING)
        # One that died while it had nothing to do is told from its pipe in a moment.
        with suppress(OSError):
            self.pipe.send_bytes(question)

    def take(self) -> Said | Loss | None:
        """Return what it says; None when that is only that it is ready to begin.

        Raises:
            ChildFailedError: the function raised something.
        """
        try:
            said = json.loads(self.pipe.recv_bytes())
        except (EOFError, OSError, ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            self.replace()
            return Loss.CRASHED
        if "raised" in said:
            raise ChildFailedError(str(said["raised"]))
        if "ready" not in said:
            return said
        self._is_ready, self.until = True, monotonic() + self._patience
        return None

    def give_up(self) -> Loss:
        """Return that the answer is late, and let another process take the next question.

        Raises:
            ChildFailedError: it never began, which is no fault of what it was asked.
        """
        if not self._is_ready:
            raise ChildFailedError(f"a process did not begin within {STARTING:g} seconds")
        self.replace()
        return Loss.LATE

    def replace(self) -> None:
        """End the process; the next question begins another one."""
        self.end()
        self._make()

    def end(self) -> None:
        """End the process, if it ever began, and close its pipe."""
        if self._theirs.closed:
            self._process.kill()
            self._process.join()
        self._theirs.close()
        self._process.close()
        self.pipe.close()


def _serve(answer: Answer, pipe: Connection) -> None:
    """Answer one question after the other until nobody asks any more."""
    harden()
    pipe.send_bytes(b'{"ready":true}')
    while True:
        try:
            question = pipe.recv_bytes()
        except EOFError:
            return
        try:
            said = answer(question)
        except Exception as error:  # noqa: BLE001 (its words are raised where it was asked)
            said = {"raised": f"{type(error).__name__}: {error}"}
        pipe.send_bytes(json.dumps(said).encode())
