"""``anitag check``: the integrity of everything."""

from argparse import Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE, PROBLEMS, no_arguments
from anitag_desktop.cli.printing import print_json, say

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

NAME = "check"
HELP = "check the integrity of databases, journal and backups"
WRITES = False


add_arguments = no_arguments


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Check and print what was found."""
    report = library.keeping.check()
    if args.json:
        print_json(out, {"ok": report.ok, "findings": list(report.findings)})
        return DONE if report.ok else PROBLEMS
    for finding in report.findings:
        say(out, finding)
    say(out, "everything is sound" if report.ok else "something is wrong")
    return DONE if report.ok else PROBLEMS
