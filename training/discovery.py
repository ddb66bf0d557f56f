"""Finds the commands of ``python -m training``."""

import argparse
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Protocol

import training
from training import commands


class Command(Protocol):
    """What a module has to offer to be a command."""

    NAME: str
    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; return the exit code."""


def find_commands() -> list[Command]:
    """Return every command, sorted by name."""
    found = [module for module in _modules() if hasattr(module, "NAME")]
    return sorted(found, key=lambda module: module.NAME)


def _modules() -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(commands.__path__, "training.commands."):
        yield import_module(module.name)
    for package in pkgutil.iter_modules(training.__path__, "training."):
        if package.ispkg and find_spec(f"{package.name}.command") is not None:
            yield import_module(f"{package.name}.command")
