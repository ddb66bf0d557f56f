"""``python -m training COMMAND``: finds the commands and runs one of them.

Commands are modules that offer ``NAME``, ``HELP``, ``add_arguments(parser)`` and ``run(args)``:
every module of ``training.commands``, and the module ``command`` of each sub-package. They import
torch only inside ``run``, so that help works without it.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.privacy import QUIET
from training.discovery import Command, find_commands

# Dependencies that would phone home are silenced before a command can import them; the discovery
# of commands imports none.
os.environ.update(QUIET)


def build_parser(commands: Sequence[Command]) -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description="Draw pictures, train, measure, calibrate, export and package anitag's models.",
    )
    choices = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in commands:
        sub = choices.add_parser(command.NAME, help=command.HELP, description=command.HELP)
        command.add_arguments(sub)
        sub.set_defaults(perform=command.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (0 done, 1 failed, 2 wrong use, 130 Ctrl+C)."""
    args = build_parser(find_commands()).parse_args(arguments)
    try:
        return int(args.perform(args) or 0)
    except AnitagError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in {"training", "anitag_desktop"}:
            raise
        missing = AnitagError("no_training_environment", command=args.command, missing=error.name)
        print(f"error: {missing}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # of commands that have nothing to do before they end
        print("stopped", file=sys.stderr)
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
