"""``anitag import``: take in the tags of sidecars, or of another library's export."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE, PROBLEMS
from anitag_desktop.cli.options import absolute_path
from anitag_desktop.cli.printing import counted, print_json, say

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

NAME = "import"
HELP = "take in tags from sidecars (name.txt, name.png.txt, JSON) or from an export"
WRITES = True


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the file or folder."""
    parser.add_argument("path", metavar="PATH", type=absolute_path, help="a file, or a folder")


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Import in one action that can be undone; list what could not be read."""
    report = library.importing.import_path(args.path)
    for problem in report.problems:
        say(err, f"problem: {problem}")
    counts = {
        "read": report.read,
        "applied": report.applied,
        "unmatched": report.unmatched,
        "problems": len(report.problems),
    }
    if args.json:
        print_json(out, counts)
    else:
        say(
            out,
            f"{counted(report.read, 'sidecar')} read, {report.applied} of them matched, "
            f"{report.unmatched} match no picture, {len(report.problems)} are broken",
        )
    return PROBLEMS if report.problems else DONE
