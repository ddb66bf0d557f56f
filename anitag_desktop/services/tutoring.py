"""Tutoring: a training in a process of its own, in the environment that has torch.

It tells what it does as lines of JSON. Asked to stop it writes a checkpoint and ends; one that does
not within two seconds is ended, and goes on later from the checkpoint before. When this process is
killed, so is the training: the pipe that is its input ends.
"""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO, Any

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.privacy import QUIET
from anitag_desktop.paths import training_python, training_search_path

Event = Mapping[str, Any]
OnEvent = Callable[[Event], object]
"""Gets what the training says: ``event`` is ``stage``, ``start``, ``step``, ``estimate`` ..."""

_PATIENCE = 1.8
_LOOK = 0.1
_LINES = 20
_LONGEST = 100_000

_TIED = () if sys.platform == "win32" else ("--end-with-input",)
"""On Windows, where who waits for input holds up whoever starts another process, it goes on until
it says its next word."""


def tutor(
    words: Sequence[str], on_event: OnEvent, is_given_up: Callable[[], bool] = lambda: False
) -> bool:
    """Run ``python -m training`` with these words to its end; return False if it was stopped.

    Raises:
        AnitagError: ``no_training_python``, or ``training_failed`` with its last words.
    """
    child = _start(words)
    events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
    complaints: deque[str] = deque(maxlen=_LINES)
    readers = [
        threading.Thread(target=_read_events, args=(child.stdout, events), daemon=True),
        threading.Thread(target=_read_words, args=(child.stderr, complaints), daemon=True),
    ]
    for one in readers:
        one.start()
    try:
        was_stopped = _follow(child, events, on_event, is_given_up)
    finally:
        _end(child)
        for one in readers:
            one.join()
    if child.returncode and not was_stopped:
        raise AnitagError("training_failed", reason=_last_words(complaints))
    return not was_stopped


def _start(words: Sequence[str]) -> "subprocess.Popen[str]":
    python = training_python()
    environment = {**os.environ, **QUIET, "PYTHONUNBUFFERED": "1"}
    if (folder := training_search_path()) is not None:
        environment["PYTHONPATH"] = str(folder)
    try:
        return subprocess.Popen(
            [str(python), "-m", "training", *words, *_TIED],
            env=environment,
            stdin=subprocess.PIPE if _TIED else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            creationflags=_without_window(),
        )
    except OSError as error:
        reason = error.strerror or str(error)
        raise AnitagError("no_training_python", path=str(python), reason=reason) from error


def _without_window() -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW
    return 0


def _follow(
    child: "subprocess.Popen[str]",
    events: "queue.SimpleQueue[Event | None]",
    on_event: OnEvent,
    is_given_up: Callable[[], bool],
) -> bool:
    """Pass events on until the last one; return True if it was asked to stop."""
    while True:
        if is_given_up():
            return True
        with suppress(queue.Empty):
            event = events.get(timeout=_LOOK)
            if event is None:
                child.wait()
                return False
            on_event(event)


def _end(child: "subprocess.Popen[str]") -> None:
    """Ask it to end, and after a while end it."""
    if child.poll() is None:
        child.terminate()
        deadline = time.monotonic() + _PATIENCE
        while child.poll() is None and time.monotonic() < deadline:
            time.sleep(_LOOK / 2)
        child.kill()
    child.wait()
    if child.stdin is not None:
        child.stdin.close()


def _read_events(stream: IO[str] | None, events: "queue.SimpleQueue[Event | None]") -> None:
    assert stream is not None
    with stream:
        while line := stream.readline(_LONGEST):
            with suppress(ValueError, RecursionError):
                event = json.loads(line)
                if isinstance(event, dict) and isinstance(event.get("event"), str):
                    events.put(event)
    events.put(None)


def _read_words(stream: IO[str] | None, complaints: "deque[str]") -> None:
    assert stream is not None
    with stream:
        while line := stream.readline(_LONGEST):
            if line.strip():
                complaints.append(line.strip())


def _last_words(complaints: "deque[str]") -> str:
    said = complaints[-1] if complaints else "it said nothing"
    return said.removeprefix("error: ").rstrip(".")[:400]


def has_training() -> bool:
    """Tell whether the training environment is there and has what it needs."""
    return not missing_for_training()


def missing_for_training() -> tuple[str, ...]:
    """Return the packages that the training environment lacks: all of them if there is none.

    Nothing of them is loaded. An installed program has to be there as well, in this version.
    """
    own = () if training_search_path() is not None else ("training",)
    command = [str(training_python()), "-c", _ASKED, *NEEDED, *own]
    with suppress(OSError, subprocess.SubprocessError):
        said = subprocess.run(command, capture_output=True, timeout=60, check=False, text=True)
        if said.returncode == 0:
            return tuple(said.stdout.split())
    return NEEDED


NEEDED = ("torch", "torchvision", "timm", "safetensors", "onnx", "onnxscript")
"""The packages that training begins with."""

_ASKED = """
import sys
from importlib.util import find_spec
print(*(name for name in sys.argv[1:] if find_spec(name) is None))
"""
