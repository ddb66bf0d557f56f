"""Opens the library a command works on, or finds the process that already writes it."""

import time
from argparse import Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.handoff import HandoffServer, hand_over
from anitag_desktop.cli.printing import say
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

_PATIENCE = 10.0
"""Seconds in which a writer that starts or ends must have begun to listen or let go."""


def run_on_library(paths: LibraryPaths, args: Namespace, out: TextIO, err: TextIO) -> int:
    """Run a parsed command on the library; writing commands run in the process that writes it."""
    if not args.writes and paths.library_db.exists():
        try:
            return _run_beside(paths, args, out, err)
        except AnitagError as error:
            # The writer migrates an old library, and makes an index that is gone anew.
            if error.code != "library_older":
                raise
    return _run_where_it_is_written(paths, args, out, err)


def _run_where_it_is_written(paths: LibraryPaths, args: Namespace, out: TextIO, err: TextIO) -> int:
    """Become the writing process, or hand the command to the one that is."""
    give_up = time.monotonic() + _PATIENCE
    while True:
        try:
            return _run_as_writer(paths, args, out, err)
        except AnitagError as error:
            if error.code != "library_in_use":
                raise
            code = _handed_over(paths, args, out, err)
            if code is not None:
                return code
            if time.monotonic() > give_up:
                raise
        time.sleep(0.1)


def is_openable(error: AnitagError) -> bool:
    """Tell whether an error leaves the library open to other commands than repair."""
    return error.code not in ("library_damaged", "library_gone", "not_a_library")


def pack(args: Namespace) -> list[str]:
    """Return a parsed command line as the words that another process is given."""
    import json

    return [json.dumps(vars(args))]


def _run_beside(paths: LibraryPaths, args: Namespace, out: TextIO, err: TextIO) -> int:
    from anitag_desktop.app import open_library
    from anitag_desktop.cli.program import run

    with open_library(paths.root, writable=False) as library:
        return run(library, args, out, err)


def _run_as_writer(paths: LibraryPaths, args: Namespace, out: TextIO, err: TextIO) -> int:
    from anitag_desktop.app import open_library
    from anitag_desktop.cli.program import run, run_words

    with open_library(paths.root, writable=True) as library:
        server = HandoffServer(paths, lambda words, o, e: run_words(library, words, o, e))
        try:
            code = run(library, args, out, err)
            _keep_daily_backup(library, err)
            return code
        finally:
            server.close()


def _keep_daily_backup(library: "Library", err: TextIO) -> None:
    """Back up once a day; that it failed is said, but does not fail the command that was asked."""
    try:
        library.keeping.backup_if_due()
    except AnitagError as error:
        say(err, f"anitag: the daily backup was not made. {error}")


def _handed_over(paths: LibraryPaths, args: Namespace, out: TextIO, err: TextIO) -> int | None:
    """Return the exit code of the command in the writing process; None where none listens."""
    try:
        return hand_over(paths, pack(args), out, err)
    except ConnectionError:
        return None
