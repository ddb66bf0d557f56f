"""``anitag backup``: write a verified backup of the library."""

from argparse import Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE, no_arguments
from anitag_desktop.cli.printing import print_json, say

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

NAME = "backup"
HELP = "write a verified backup of the library"
WRITES = True


add_arguments = no_arguments


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Back up and print where the backup lies."""
    backup = library.keeping.backup()
    if args.json:
        print_json(out, {"path": str(backup.path), "at": backup.at.isoformat()})
    else:
        say(out, f"backed up to {backup.path}; read back and sound")
    return DONE
