"""``anitag folders``: list the watched folders, and stop watching some."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import (
    DONE,
    Subcommand,
    add_subcommands,
    no_arguments,
    run_subcommand,
)
from anitag_desktop.cli.options import add_folders
from anitag_desktop.cli.printing import print_json, print_table, say
from anitag_desktop.domain.error import AnitagError

if TYPE_CHECKING:
    from anitag_desktop.services.indexing import FolderView
    from anitag_desktop.services.library import Library

NAME = "folders"
HELP = "list the watched folders, and stop watching some"
WRITES = False


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the sub-commands."""
    add_subcommands(parser, _COMMANDS, default="list")


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Run the sub-command."""
    return run_subcommand(_COMMANDS, library, args, out, err)


def _list(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    views = library.indexing.folders()
    if args.json:
        for view in views:
            print_json(out, _record(view))
        return DONE
    rows = [(v.path, v.status, v.images, _day(v)) for v in views]
    print_table(out, rows, ("folder", "status", "pictures", "last looked at"))
    return DONE


def _remove_arguments(parser: ArgumentParser) -> None:
    add_folders(parser, "+")


def _remove(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    watched = {view.path: view for view in library.indexing.folders()}
    for path in args.folders:
        if path not in watched:
            raise AnitagError("not_watched", path=path)
    for path in dict.fromkeys(args.folders):
        library.indexing.remove_folder(watched[path].id)
        if args.json:
            print_json(out, {"path": path})
        else:
            say(out, f"{path} is no longer watched; what is known of its pictures is kept")
    return DONE


def _record(view: "FolderView") -> dict[str, object]:
    looked_at = None if view.last_scan is None else view.last_scan.isoformat()
    return {
        "path": view.path,
        "status": view.status,
        "images": view.images,
        "last_scan": looked_at,
    }


def _day(view: "FolderView") -> str | None:
    return None if view.last_scan is None else f"{view.last_scan.astimezone():%Y-%m-%d %H:%M}"


_COMMANDS = (
    Subcommand("list", "list the watched folders", False, no_arguments, _list),
    Subcommand(
        "remove",
        "stop watching folders; their pictures become missing, nothing is deleted",
        True,
        _remove_arguments,
        _remove,
    ),
)
