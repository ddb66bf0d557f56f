"""``anitag check``: the integrity of everything."""

from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE, PROBLEMS, no_arguments
from anitag_desktop.cli.printing import print_json, say
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths

if TYPE_CHECKING:
    from anitag_desktop.services.keeping import CheckReport
    from anitag_desktop.services.library import Library

NAME = "check"
HELP = "check the integrity of databases, journal and backups"
WRITES = False

add_arguments = no_arguments


def run_alone(paths: LibraryPaths, args: Namespace, out: TextIO, err: TextIO) -> int:
    """Check a library, also one that is gone or too damaged to be opened."""
    from anitag_desktop.cli.opening import is_openable, run_on_library
    from anitag_desktop.services.keeping import check_library

    try:
        if paths.library_db.exists():
            return run_on_library(paths, args, out, err)
    except AnitagError as error:
        if is_openable(error):
            raise
    return _print_report(check_library(paths), args, out)


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Check an open library."""
    damaged = [str(damage) for damage in library.modelling.damages()]
    return _print_report(library.keeping.check(), args, out, damaged)


def _print_report(
    report: "CheckReport", args: Namespace, out: TextIO, damaged: Sequence[str] = ()
) -> int:
    """Print what was found; models can be got again, so that damaged ones fail nothing."""
    findings = [*report.findings, *damaged]
    if args.json:
        print_json(out, {"ok": report.ok, "findings": findings})
    else:
        for finding in findings:
            say(out, finding)
        sound = "databases, journal and backups are sound" if damaged else "everything is sound"
        say(out, sound if report.ok else "something is wrong")
    return DONE if report.ok else PROBLEMS
