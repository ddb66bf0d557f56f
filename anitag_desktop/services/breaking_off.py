"""Breaking off: what is given up on the way leaves nothing behind, and says so."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.interruptions import GivenUpError, interruptible

Asked = Callable[[], bool]
"""Tells whether somebody asked to give it up."""


@contextmanager
def stopping(is_given_up: Asked, code: str) -> Iterator[None]:
    """Let reading and copying in this block end when it is given up.

    Raises:
        AnitagError: ``code``: it was.
    """
    try:
        with interruptible(is_given_up):
            yield
    except GivenUpError:
        raise AnitagError(code) from None


@contextmanager
def as_import() -> Iterator[None]:
    """Say of what is stopped in this block that nothing of it is kept.

    Raises:
        AnitagError: ``import_stopped`` in place of ``retraining_stopped``.
    """
    try:
        yield
    except AnitagError as error:
        if error.code != "retraining_stopped":
            raise
        raise AnitagError("import_stopped") from None


@contextmanager
def beside(out: Path) -> Iterator[Path]:
    """Lend the place of a folder beside ``out`` that becomes it; on failure none is left.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    around = out.with_name(f".{out.name}.part")  # of one that was killed there may be some
    with failures_of(out):
        shutil.rmtree(around, ignore_errors=True)
    try:
        yield around / out.name
        with failures_of(out):
            if out.exists():
                out.rmdir()
            (around / out.name).rename(out)
    finally:
        shutil.rmtree(around, ignore_errors=True)
