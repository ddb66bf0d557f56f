"""The app's side of a download: starts the process, hears how far it is, and can stop it.

received = download(order, environment, on_progress, is_given_up)
"""

import time
from collections.abc import Callable, Mapping

from anitag_desktop.domain.error import MESSAGES, AnitagError
from anitag_desktop.downloading.messages import Order, Progress, Received, Refused
from anitag_desktop.worker import codec
from anitag_desktop.worker.process import ChildProcess

PROGRAM = "anitag_desktop.downloading.child"
OnProgress = Callable[[int, int], None]
"""Told how many bytes are here, and how many there will be."""

_UNDERSTOOD = codec.by_name(Progress, Received, Refused)
_LOOK = 0.2
_STARTING = 60.0


def download(
    order: Order,
    environment: Mapping[str, str],
    on_progress: OnProgress,
    is_given_up: Callable[[], bool],
) -> Received:
    """Carry out an order in a process of its own, and wait for it.

    ``environment`` has what the process may know beside ours: proxies, the token.

    Raises:
        AnitagError: what went wrong, or ``download_stopped``; what came is kept for the next time.
    """
    child = ChildProcess(order, PROGRAM, understood=_UNDERSTOOD, environment=environment)
    try:
        return _follow(child, order, on_progress, is_given_up)
    except (EOFError, codec.ProtocolError):
        raise AnitagError("download_died", reason=child.end()) from None
    finally:
        child.end()


def _follow(
    child: ChildProcess, order: Order, on_progress: OnProgress, is_given_up: Callable[[], bool]
) -> Received:
    silence = _STARTING + 4 * order.manners.patience
    deadline = time.monotonic() + silence
    while not is_given_up():
        if not child.connection.poll(_LOOK):
            if time.monotonic() > deadline:
                raise AnitagError("download_died", reason="it said nothing for too long")
            continue
        match child.receive():
            case Progress(done=done, total=total, waiting=waiting):
                deadline = time.monotonic() + silence + waiting
                on_progress(done, total)
            case Refused(code=code, params=params) if code in MESSAGES:
                raise AnitagError(code, **params)
            case Received() as received:
                return received
            case _:
                raise codec.ProtocolError
    raise AnitagError("download_stopped")
