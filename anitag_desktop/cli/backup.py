"""``anitag backup``: write a verified backup of the library."""

from argparse import Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE, no_arguments
from anitag_desktop.cli.printing import print_json, say

if TYPE_CHECKING:
    from anitag_desktop.services.keeping import BackupView
    from anitag_desktop.services.library import Library

NAME = "backup"
HELP = "write a verified backup of the library"
WRITES = True

add_arguments = no_arguments


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Back up and print where the backup lies."""
    print_backup(library.keeping.backup(), "backed up (and read back) to", args, out)
    return DONE


def print_backup(backup: "BackupView", words: str, args: Namespace, out: TextIO) -> None:
    """Print a backup as JSON, or after some words."""
    if args.json:
        record = {"path": str(backup.path), "at": backup.at.isoformat(), "bytes": backup.bytes}
        print_json(out, record)
    else:
        say(out, f"{words} {backup.path}")
