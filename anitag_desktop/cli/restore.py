"""``anitag restore``: go back to a backup; what was there is kept."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE
from anitag_desktop.cli.options import absolute_path

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

NAME = "restore"
HELP = "go back to the newest (or the given) backup; what is there now is kept"
WRITES = True


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the backup."""
    parser.add_argument("backup", metavar="BACKUP", nargs="?", type=absolute_path)


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Restore and say where from."""
    library.keeping.restore(Path(args.backup) if args.backup else None)
    return DONE
