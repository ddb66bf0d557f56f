"""Kinds of arguments that several commands take."""

import os
from argparse import ArgumentParser, ArgumentTypeError


def absolute_path(text: str) -> str:
    """Return the absolute form of a path; another process may run the command."""
    if not text or "\0" in text:
        raise ArgumentTypeError(f"{text!r} is not a path")
    return os.path.abspath(os.path.expanduser(text))  # noqa: PTH100, PTH111 - bytes stay as they are


def count(text: str) -> int:
    """Return a whole number that is not negative."""
    return _whole_number(text, 0)


def positive_count(text: str) -> int:
    """Return a whole number over zero."""
    return _whole_number(text, 1)


def add_folders(parser: ArgumentParser, nargs: str) -> None:
    """Declare the folders a command works on."""
    parser.add_argument(
        "folders", metavar="FOLDER", nargs=nargs, type=absolute_path, help="a folder with pictures"
    )


def _whole_number(text: str, least: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18) or int(text) < least:
        raise ArgumentTypeError(f"{text.strip()!r} is not a whole number of at least {least}")
    return int(text)
