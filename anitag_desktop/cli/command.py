"""What the program asks of a command, and how a command with sub-commands is put together."""

from argparse import SUPPRESS, ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

DONE = 0
PROBLEMS = 1
WRONG_USE = 2


class Command(Protocol):
    """A command; modules of this package are commands, and so are ``Subcommand`` values."""

    @property
    def NAME(self) -> str:  # noqa: N802 - modules spell constants so
        """The word that picks the command."""

    @property
    def HELP(self) -> str:  # noqa: N802
        """One line that says what it does."""

    @property
    def WRITES(self) -> bool:  # noqa: N802
        """Whether it must run in the process that writes the library."""

    @property
    def add_arguments(self) -> Callable[[ArgumentParser], None]:
        """Declare the arguments."""

    @property
    def run(self) -> "Callable[[Library, Namespace, TextIO, TextIO], int]":
        """Run the command and return the exit code."""


@dataclass(frozen=True, slots=True)
class Subcommand:
    """A command that is not a module."""

    NAME: str
    HELP: str
    WRITES: bool
    add_arguments: Callable[[ArgumentParser], None]
    run: "Callable[[Library, Namespace, TextIO, TextIO], int]"


if TYPE_CHECKING:
    Parsers = _SubParsersAction[ArgumentParser]


def no_arguments(parser: ArgumentParser) -> None:
    """Declare nothing: the command takes no arguments."""


def add_command(parsers: "Parsers", command: Command, level: str) -> ArgumentParser:
    """Declare a command with its arguments; ``level`` names what its word is stored as."""
    parser = parsers.add_parser(
        command.NAME,
        help=command.HELP,
        description=command.HELP,
        allow_abbrev=False,
    )
    parser.set_defaults(writes=command.WRITES, **{level: command.NAME})
    _add_json(parser)
    command.add_arguments(parser)
    return parser


def _add_json(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--json",
        action="store_true",
        default=SUPPRESS,
        help="print one JSON object per line and nothing else on stdout",
    )


def add_subcommands(
    parser: ArgumentParser, commands: Sequence[Command], default: str | None = None
) -> None:
    """Declare sub-commands; ``default`` runs when none is given (all must be given without)."""
    parsers = parser.add_subparsers(
        dest="subcommand", metavar="COMMAND", title="commands", required=default is None
    )
    parser.set_defaults(subcommand=default)
    for command in commands:
        add_command(parsers, command, "subcommand")


def run_subcommand(
    commands: Sequence[Command], library: "Library", args: Namespace, out: TextIO, err: TextIO
) -> int:
    """Run the sub-command that was picked."""
    chosen = next(command for command in commands if args.subcommand == command.NAME)
    return chosen.run(library, args, out, err)
