"""Named places in the write paths where a test can make the process fail.

``ANITAG_FAULT=name:how`` (several separated by commas) arms a point: ``kill`` ends the process
like ``kill -9``, ``enospc`` and ``eio`` raise that ``OSError``, ``raise`` a ``FaultError``.
``name:how@3`` fails at the third passage and at every later one. Unarmed, a point costs one
look-up.
"""

import errno
import os
import signal
from collections import Counter
from collections.abc import Callable

POINTS = frozenset(
    {
        "library.before_commit",
        "library.after_commit",
        "journal.before_append",
        "journal.torn",
        "journal.after_append",
        "index.before_commit",
        "index.after_commit",
        "migration.before_swap",
        "migration.after_swap",
        "backup.before_rename",
        "backup.after_rename",
        "restore.before_swap",
        "restore.after_swap",
    }
)
"""Every point there is; a test hits each one."""


class FaultError(Exception):
    """What an armed point raises when asked for a plain exception."""


def fault_point(name: str) -> None:
    """Fail here if a test armed this point; otherwise do nothing."""
    if _observer is not None:
        _observer(name)
    armed = os.environ.get("ANITAG_FAULT")
    if armed and (how := _armed(armed).get(name)):
        kind, _, first = how.partition("@")
        _passages[name] += 1
        if _passages[name] >= int(first or 1):
            _fail(name, kind)


def observe(observer: Callable[[str], None] | None) -> None:
    """Call ``observer`` with the name of each point that is passed, until called with None."""
    global _observer
    _observer = observer


_observer: Callable[[str], None] | None = None
_passages: Counter[str] = Counter()


def _armed(text: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in text.split(","))
    return {name.strip(): how.strip() for name, _, how in pairs}


def _fail(name: str, how: str) -> None:
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how in ("enospc", "eio"):
        code = errno.ENOSPC if how == "enospc" else errno.EIO
        raise OSError(code, os.strerror(code), name)
    raise FaultError(name)
