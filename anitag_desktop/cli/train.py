"""``anitag train``: hand over to the training package, in the environment that has torch."""

import os
import subprocess
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE, PROBLEMS, WRONG_USE
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.privacy import QUIET
from anitag_desktop.paths import LibraryPaths, training_python, training_search_path

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

NAME = "train"
HELP = "hand over to `python -m training ...` in the training environment"
WRITES = False


def add_arguments(parser: ArgumentParser) -> None:
    """Take everything that follows, ``--help`` included, as words of the training package."""
    parser.set_defaults(words=[])


def run_alone(paths: LibraryPaths, args: Namespace, out: TextIO, err: TextIO) -> int:
    """Run the training package and return its exit code; no library is opened."""
    python = training_python()
    environment = {**os.environ, **QUIET}
    if (folder := training_search_path()) is not None:
        environment["PYTHONPATH"] = str(folder)
    try:
        return _call([str(python), "-m", "training", *args.words], environment, out, err)
    except OSError as error:
        raise AnitagError(
            "no_training_python", path=str(python), reason=error.strerror or str(error)
        ) from error


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Run the training package beside an open library."""
    return run_alone(library.paths, args, out, err)


def _call(command: Sequence[str], environment: Mapping[str, str], out: TextIO, err: TextIO) -> int:
    """Run a program on our own terminal, or on the streams that were given instead."""
    if _has_descriptor(out) and _has_descriptor(err):
        out.flush()
        err.flush()
        done = subprocess.run(command, env=environment, stdout=out, stderr=err, check=False)
        return _exit_code(done.returncode)
    heard = subprocess.run(
        command,
        env=environment,
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="backslashreplace",
    )
    out.write(heard.stdout)
    err.write(heard.stderr)
    return _exit_code(heard.returncode)


def _has_descriptor(stream: TextIO) -> bool:
    try:
        stream.fileno()
    except (OSError, AttributeError):
        return False
    return True


def _exit_code(code: int) -> int:
    """Return 0, 1 or 2; a training that was ended by a signal did not get done."""
    return code if code in (DONE, PROBLEMS, WRONG_USE) else PROBLEMS
