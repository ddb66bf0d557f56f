"""``anitag add``: watch folders and bring them into the library."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.options import add_folders
from anitag_desktop.cli.printing import counted, print_json, say
from anitag_desktop.cli.recognising import exit_code, list_problems, take_in, watch

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

NAME = "add"
HELP = "watch folders, and index them now"
WRITES = True


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the folders."""
    add_folders(parser, "+")


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Add the folders and return when every file in them has its outcome."""
    watched = watch(library, args.folders, err)
    taken_in = take_in(library, watched, err)
    list_problems(taken_in.problems, err)
    if args.json:
        print_json(
            out,
            {
                "folders": list(watched.paths),
                "images": taken_in.images,
                "problems": len(taken_in.problems),
            },
        )
    else:
        folders = counted(len(watched.paths), "folder")
        where = "it" if len(watched.paths) == 1 else "them"
        say(out, f"{folders} watched, {counted(taken_in.images, 'picture')} in {where}")
    return exit_code(watched, taken_in)
