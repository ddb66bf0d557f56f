"""``anitag export``: write tags for other programs."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE, PROBLEMS
from anitag_desktop.cli.options import absolute_path
from anitag_desktop.cli.printing import counted, print_json, say

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

NAME = "export"
HELP = "write tags for other programs: a text file for each picture, or JSON lines"
WRITES = False


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the format, the place and which pictures."""
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        required=True,
        help="txt: a caption for each picture in the folder OUT; json: JSON lines in the file OUT",
    )
    parser.add_argument("--underscores", action="store_true", help="txt: keep the underscores")
    parser.add_argument(
        "--escape", action="store_true", help="txt: write parentheses as \\( and \\)"
    )
    parser.add_argument(
        "--drop-broader",
        action="store_true",
        help="txt: leave out what a more exact tag says, too: long hair beside very long hair",
    )
    parser.add_argument("target", metavar="OUT", type=absolute_path, help="a folder, or a file")
    parser.add_argument("query", metavar="QUERY", nargs="*", help="only these pictures")


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Export and print how many pictures were written where."""
    from anitag_desktop.services.exporting import CaptionStyle

    style = CaptionStyle(args.underscores, args.escape, args.drop_broader)
    report = library.exporting.export(args.format, args.target, " ".join(args.query), style)
    for problem in report.problems:
        say(err, f"problem: {problem}")
    if args.json:
        print_json(
            out, {"written": report.written, "path": report.path, "problems": len(report.problems)}
        )
    else:
        say(out, f"{counted(report.written, 'picture')} written to {report.path}")
    return PROBLEMS if report.problems else DONE
