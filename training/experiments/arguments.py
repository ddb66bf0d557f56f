"""The normal command that trains a cell: settings as the arguments of ``training train``."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from training.experiments.study import Cell


def train_command(cell: Cell, seed: int) -> list[str]:
    """Return the arguments of ``python -m training`` that train a cell, without its folder."""
    settings = {**cell.settings, "run.seed": seed, "run.threads": 1}
    return ["train", cell.preset, *as_arguments(settings)]


def command_line(cell: Cell, seed: int) -> str:
    """Return the command that trains a cell as a shell takes it.

    A record tells it, so that one of other settings is never taken for the cell's.
    """
    return f"python -m training {shlex.join(train_command(cell, seed))}"


def as_arguments(settings: Mapping[str, Any]) -> list[str]:
    """Return ``--set NAME=VALUE`` for each setting, values as TOML writes them in a line."""
    pairs = ((name, as_toml(value)) for name, value in settings.items())
    return [part for name, value in pairs for part in ("--set", f"{name}={value}")]


def as_toml(value: Any) -> str:
    """Return a plain value as TOML in one line; JSON and TOML write the simple ones alike."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{json.dumps(name)} = {as_toml(v)}" for name, v in value.items())
        return f"{{{inner}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(as_toml(v) for v in value)}]"
    return json.dumps(value, ensure_ascii=False)
