"""Pictures that a command line names by their files."""

from argparse import ArgumentParser
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.options import absolute_path
from anitag_desktop.cli.printing import counted, say
from anitag_desktop.domain.error import AnitagError

if TYPE_CHECKING:
    from anitag_desktop.services.showing import Chosen

_MOST_LISTED = 10
"""Files that wait to be read; beside a running ``tag`` there may be many."""


def add_files(parser: ArgumentParser) -> None:
    """Declare the files, or folders of them, that a command works on."""
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        type=absolute_path,
        help="a picture, or a folder of pictures",
    )


def say_left_out(chosen: "Chosen", err: TextIO) -> bool:
    """Write which files the library does not know, or has not read yet; return if there are any."""
    for path in chosen.unknown:
        say(err, f"anitag: {AnitagError('unknown_picture', path=path)}")
    for path in chosen.unread[:_MOST_LISTED]:
        say(err, f"anitag: {AnitagError('not_read_yet', path=path)}")
    more = len(chosen.unread) - _MOST_LISTED
    if more > 0:
        say(err, f"anitag: {counted(more, 'more file')} there wait to be read, too.")
    return bool(chosen.unknown or chosen.unread)
