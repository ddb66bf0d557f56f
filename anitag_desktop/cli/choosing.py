"""Pictures that a command line names by their files."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import TextIO

from anitag_desktop.cli.options import absolute_path
from anitag_desktop.cli.printing import say
from anitag_desktop.domain.error import AnitagError


def add_files(parser: ArgumentParser) -> None:
    """Declare the files, or folders of them, that a command works on."""
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        type=absolute_path,
        help="a picture, or a folder of pictures",
    )


def say_unknown(paths: Iterable[str], err: TextIO) -> None:
    """Write one line for each file that the library does not know."""
    for path in paths:
        say(err, f"anitag: {AnitagError('unknown_picture', path=path)}")
