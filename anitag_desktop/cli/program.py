"""Parses a command line and runs the command on the library it names."""

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from anitag_desktop import __version__
from anitag_desktop.cli import (
    add,
    backup,
    characters,
    check,
    correct,
    doctor,
    duplicates,
    exporting,
    folders,
    importing,
    models,
    regions,
    restore,
    retrain,
    review,
    search,
    settings,
    show,
    similar,
    tag,
    tags,
    train,
    undo,
)
from anitag_desktop.cli.command import DONE, PROBLEMS, WRONG_USE, Command, add_command
from anitag_desktop.cli.options import absolute_path
from anitag_desktop.cli.printing import say
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths, default_library

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

COMMANDS: tuple[Command, ...] = (
    add,
    tag,
    search,
    show,
    similar,
    duplicates,
    correct,
    undo,
    tags,
    characters,
    regions,
    models,
    folders,
    settings,
    importing,
    exporting,
    train,
    retrain,
    review,
    backup,
    restore,
    check,
    doctor,
)

_WRONG_USE_CODES = frozenset(
    {
        "no_such_folder",
        "not_a_folder",
        "no_such_file",
        "no_such_model",
        "unknown_character",
        "no_such_cluster",
        "unknown_picture",
        "bad_tag_name",
        "bad_format",
        "bad_value",
        "bad_tag_relation",
        "implication_cycle",
        "tag_exists",
        "unknown_tag",
        "not_a_model",
        "not_watched",
        "model_refused",
        "nothing_to_keep",
    }
)
"""Errors that come from what was asked, not from the state of the library or the disk."""


_OPTIONS_WITH_VALUE = ("--library", "--watch")


def build_parser() -> ArgumentParser:
    """Return the parser of the whole command line."""
    parser = ArgumentParser(
        prog="anitag",
        description="Tags a personal folder of anime-style art, makes it searchable, and learns "
        "from every correction. Without a command it opens the window.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"anitag {__version__}")
    parser.add_argument(
        "--library",
        metavar="DIR",
        type=absolute_path,
        help="the folder of the library (default: the data folder of this platform)",
    )
    parser.add_argument(
        "--watch",
        metavar="FOLDER",
        type=absolute_path,
        help="without a command: open the window and watch this folder, too",
    )
    parser.set_defaults(json=False, writes=False, subcommand=None)
    parsers = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for command in COMMANDS:
        add_command(parsers, command, "command")
    return parser


def parse(argv: Sequence[str]) -> Namespace:
    """Parse a command line; ``command`` is None where none was given. Paths become absolute.

    Raises:
        SystemExit: it was wrong, or asked for help or the version; what to say was printed.
    """
    split = _command_position(argv)
    if split is not None and argv[split] == search.NAME:
        argv = [*argv[: split + 1], *map(search.as_word, argv[split + 1 :])]
    if split is None or argv[split] != train.NAME:
        return build_parser().parse_args(argv)
    # What follows `train`, its --help included, is the training package's to parse.
    args = build_parser().parse_args(argv[: split + 1])
    args.words = list(argv[split + 1 :])
    return args


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Run a parsed command on an open library and return its exit code."""
    return _guarded(lambda: _command(args).run(library, args, out, err), err)


def run_words(library: "Library", words: Sequence[str], out: TextIO, err: TextIO) -> int:
    """Run a command that another process parsed and handed over."""
    (packed,) = words
    return run(library, Namespace(**json.loads(packed)), out, err)


def main(
    argv: Sequence[str] | None = None, out: TextIO | None = None, err: TextIO | None = None
) -> int:
    """Parse and run one command line on the library it names, and return the exit code."""
    out, err = out or _standard(sys.stdout), err or _standard(sys.stderr)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            args = parse(sys.argv[1:] if argv is None else argv)
    except SystemExit as stop:
        return int(stop.code or DONE)
    try:
        code = _guarded(lambda: _start(args, out, err), err)
        out.flush()
    except BrokenPipeError:
        # Who read the output has seen enough. The interpreter must not fail at its last flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PROBLEMS
    return code


def _command_position(argv: Sequence[str]) -> int | None:
    """Return where the command stands, behind the options that may come before it."""
    position = 0
    while position < len(argv) and argv[position].startswith("-"):
        position += 2 if argv[position] in _OPTIONS_WITH_VALUE else 1
    return position if position < len(argv) else None


def _start(args: Namespace, out: TextIO, err: TextIO) -> int:
    paths = LibraryPaths(Path(args.library) if args.library else default_library())
    if args.command is None:
        from anitag_desktop.cli.window import open_window

        return open_window(paths, [args.watch] if args.watch else [])
    alone = getattr(_command(args), "run_alone", None)
    if alone is not None:
        return int(alone(paths, args, out, err))
    from anitag_desktop.cli.opening import run_on_library

    return run_on_library(paths, args, out, err)


def _command(args: Namespace) -> Command:
    return next(command for command in COMMANDS if args.command == command.NAME)


def _guarded(action: Callable[[], int], err: TextIO) -> int:
    """Run an action; say in words what went wrong and return the exit code for it."""
    try:
        return action()
    except AnitagError as error:
        say(err, f"anitag: {error}")
        is_wrong_use = error.code in _WRONG_USE_CODES or error.code.startswith("query_")
        return WRONG_USE if is_wrong_use else PROBLEMS
    except KeyboardInterrupt:
        say(err, "anitag: stopped. What was done stays done.")
        return PROBLEMS


def _standard(stream: TextIO) -> TextIO:
    """Let a standard stream write every text, whatever the encoding of the terminal."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream
