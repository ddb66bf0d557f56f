"""``anitag undo``: take back what the user did, newest first."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.actions import action_record
from anitag_desktop.cli.command import DONE
from anitag_desktop.cli.options import positive_count
from anitag_desktop.cli.printing import print_json, say

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

NAME = "undo"
HELP = "take back the last actions (corrections, tag edits, imports), newest first"
WRITES = True


def add_arguments(parser: ArgumentParser) -> None:
    """Declare how many actions."""
    parser.add_argument(
        "number", metavar="N", nargs="?", type=positive_count, default=1, help="how many (1)"
    )


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Undo and print one line for each action."""
    for action in library.correcting.undo(args.number):
        if args.json:
            print_json(out, action_record(action))
        else:
            say(out, f"undone: {action.label}")
    return DONE
