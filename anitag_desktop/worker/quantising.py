"""The app's side of writing a network in whole numbers: a process that ends with its one order."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.worker import codec
from anitag_desktop.worker.process import ChildProcess

PROGRAM = "anitag_desktop.worker.quantising_child"
_LOOK = 0.2
_PATIENCE = 1800.0


@dataclass(frozen=True, slots=True)
class Quantise:
    """Write the network in ``source``, whose scores are ``output``, to ``target`` (paths)."""

    source: bytes
    target: bytes
    output: str


@dataclass(frozen=True, slots=True)
class Quantised:
    """It is done; so many products are in whole numbers."""

    products: int


@dataclass(frozen=True, slots=True)
class NotQuantised:
    """It cannot be done, and why."""

    reason: str


_UNDERSTOOD = codec.by_name(Quantised, NotQuantised)


def quantise_in_child(
    source: Path, target: Path, output: str, is_given_up: Callable[[], bool]
) -> int:
    """Write a network in whole numbers; return how many products are.

    Raises:
        AnitagError: ``fast_needs_onnx``, ``not_made_fast`` with the reason, or ``fast_stopped``.
    """
    if find_spec("onnx") is None:
        raise AnitagError("fast_needs_onnx")
    child = ChildProcess(
        Quantise(os.fsencode(source), os.fsencode(target), output), PROGRAM, understood=_UNDERSTOOD
    )
    try:
        return _follow(child, is_given_up)
    except (EOFError, codec.ProtocolError):
        raise AnitagError("not_made_fast", reason=f"its process ended: {child.end()}") from None
    finally:
        child.end()


def _follow(child: ChildProcess, is_given_up: Callable[[], bool]) -> int:
    deadline = time.monotonic() + _PATIENCE
    while not is_given_up():
        if child.connection.poll(_LOOK):
            match child.receive():
                case Quantised(products=products):
                    return products
                case NotQuantised(reason=reason):
                    raise AnitagError("not_made_fast", reason=reason)
        if time.monotonic() > deadline:
            raise AnitagError("not_made_fast", reason="it took too long")
    raise AnitagError("fast_stopped")
