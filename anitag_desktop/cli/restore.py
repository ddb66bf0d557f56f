"""``anitag restore``: go back to a backup; what was there is kept."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.backup import print_backup
from anitag_desktop.cli.command import DONE
from anitag_desktop.cli.options import absolute_path
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

NAME = "restore"
HELP = "go back to the newest (or the given) backup; what is there now is kept"
WRITES = True


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the backup."""
    parser.add_argument(
        "backup", metavar="BACKUP", nargs="?", type=absolute_path, help="a file of `anitag backup`"
    )


def run_alone(paths: LibraryPaths, args: Namespace, out: TextIO, err: TextIO) -> int:
    """Restore a library, also one that is gone or too damaged to be opened."""
    from anitag_desktop.cli.opening import is_openable, run_on_library

    try:
        if paths.library_db.exists():
            return run_on_library(paths, args, out, err)
    except AnitagError as error:
        if is_openable(error):
            raise
    return _restore_unopened(paths, args, out)


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Restore an open library."""
    print_backup(library.keeping.restore(_chosen(args)), "went back to", args, out)
    return DONE


def _restore_unopened(paths: LibraryPaths, args: Namespace, out: TextIO) -> int:
    from anitag_desktop.app import hold, open_library
    from anitag_desktop.services.keeping import restore_library

    with hold(paths):
        backup = restore_library(paths, _chosen(args))
    with open_library(paths.root, writable=True):
        print_backup(backup, "went back to", args, out)
    return DONE


def _chosen(args: Namespace) -> Path | None:
    return Path(args.backup) if args.backup else None
