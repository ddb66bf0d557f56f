"""Commands: changes to the library that are logged, journalled and can be taken back.

A command is a JSON object: ``op`` names the operation, the rest are its plain parameters. Tags
stand in it as ``{"uid", "name", "category"}``, pictures by sha256, so that it means the same in a
library that was rebuilt. Applying one returns the commands that take it back; none if it changed
nothing. Verdicts are logged row by row instead (``verdicts``), and taken back by ``log.revert``.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from anitag_desktop.storage import log, verdicts
from anitag_desktop.storage.library_commands import OPERATIONS as LIBRARY_OPERATIONS
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.name_commands import OPERATIONS as NAME_OPERATIONS
from anitag_desktop.storage.tag_commands import OPERATIONS as TAG_OPERATIONS
from anitag_desktop.storage.verdicts import LogRange

Command = dict[str, Any]
Operation = Callable[[Connection, Mapping[str, Any]], list[Command]]

REVERT = "log.revert"
"""Takes back a range of verdicts; logged as verdicts, never as a command."""

OPERATIONS: dict[str, Operation] = {
    **TAG_OPERATIONS,
    **NAME_OPERATIONS,
    **LIBRARY_OPERATIONS,
}
"""What each ``op`` does: change the library, note what was touched, return the inverse."""


def apply(doing: Doing, commands: Iterable[Command]) -> list[Command]:
    """Do and log commands one after another; return those that take them all back, in order."""
    inverse: list[Command] = []
    for command in commands:
        inverse = _apply_one(doing, command) + inverse
    return inverse


def revert_command(done: LogRange) -> list[Command]:
    """Return the commands that take a range of verdicts back."""
    return [{"op": REVERT, "first": done.first, "last": done.last}] if done else []


def _apply_one(doing: Doing, command: Command) -> list[Command]:
    if command["op"] == REVERT:
        return revert_command(verdicts.revert(doing, LogRange(command["first"], command["last"])))
    inverse = OPERATIONS[command["op"]](doing.conn, command)
    if inverse:
        log.append_command(doing, command)
    return inverse
