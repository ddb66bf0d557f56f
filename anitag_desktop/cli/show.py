"""``anitag show``: what is known of each picture."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.choosing import add_files, say_left_out
from anitag_desktop.cli.command import DONE, PROBLEMS
from anitag_desktop.cli.printing import print_json

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

NAME = "show"
HELP = "what is known of each picture: tags, scores, sources, corrections"
WRITES = False


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the pictures."""
    add_files(parser)
    parser.add_argument(
        "--brief", action="store_true", help="a table with one line for each picture"
    )


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Print each picture; say which files are not known, or not read yet."""
    from anitag_desktop.cli.picture_text import print_brief, print_picture
    from anitag_desktop.domain.picture_record import full_record

    chosen = library.showing.ids_of(args.files)
    pictures = library.showing.chosen(chosen)
    if args.json:
        for details in pictures:
            print_json(out, full_record(details))
    elif args.brief:
        print_brief(pictures, out)
    else:
        for details in pictures:
            print_picture(details, out)
    return PROBLEMS if say_left_out(chosen, err) else DONE
