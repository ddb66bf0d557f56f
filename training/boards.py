"""Where a run's numbers are shown beside its own files: TensorBoard, Weights & Biases."""

import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Protocol

from anitag_desktop.domain.error import AnitagError
from training.config import Config

Values = Mapping[str, float | int | str]
PROJECT = "anitag"


class Board(Protocol):
    """Takes numbers by their names."""

    def add(self, kind: str, values: Values) -> None:
        """Show the numbers among the values (``step`` says when) under ``kind/NAME``."""

    def cut(self, step: int) -> None:
        """Take back what was shown after a step, which a resumed run shows again."""

    def close(self) -> None:
        """Write what is not yet written."""


class TensorBoard:
    """Event files in the folder tensorboard of a run."""

    def __init__(self, run: Path) -> None:
        _needed("tensorboard", "tensorboard")
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(run / "tensorboard"))

    def add(self, kind: str, values: Values) -> None:
        """Write the numbers as scalars, at once: a kill loses none that the log has."""
        for name, value in _numbers(values).items():
            self._writer.add_scalar(f"{kind}/{name}", value, int(values["step"]))
        self._writer.flush()

    def cut(self, step: int) -> None:
        """Let the board forget what earlier calls wrote after a step.

        Event files only grow: the start of a session is what TensorBoard takes for "from here on
        anew" (SummaryWriter's ``purge_step``, which it knows of a file only as it opens it).
        """
        from tensorboard.compat.proto.event_pb2 import Event, SessionLog

        begins = Event(session_log=SessionLog(status=SessionLog.START))
        self._writer.file_writer.add_event(begins, step + 1)
        self._writer.flush()

    def close(self) -> None:
        """Close the event file."""
        self._writer.close()


class WeightsAndBiases:
    """A run of W&B in the folder wandb of a run; it stays on this machine.

    Only ``WANDB_MODE=online``, set by who wants it, sends anything anywhere.
    """

    def __init__(self, run: Path, config: Config) -> None:
        wandb = _needed("wandb", "wandb")
        self._run = wandb.init(
            project=PROJECT,
            name=config.run.name,
            dir=str(run),
            config=config.as_plain(),
            mode=os.environ.get("WANDB_MODE", "offline"),
        )

    def add(self, kind: str, values: Values) -> None:
        """Log the numbers of a step."""
        named = {f"{kind}/{name}": value for name, value in _numbers(values).items()}
        self._run.log(named, step=int(values["step"]))

    def cut(self, step: int) -> None:
        """Leave it as it is: each call of ``train`` is a run of its own there."""

    def close(self) -> None:
        """End the run."""
        self._run.finish()


def open_boards(run: Path, config: Config) -> list[Board]:
    """Return the boards that a config asks for.

    Raises:
        AnitagError: ``package_missing`` where a board's package is not installed.
    """
    boards: list[Board] = []
    if config.run.tensorboard:
        boards.append(TensorBoard(run))
    if config.run.wandb:
        boards.append(WeightsAndBiases(run, config))
    return boards


def _needed(package: str, setting: str) -> ModuleType:
    try:
        return import_module(package)
    except ImportError as error:
        raise AnitagError("package_missing", setting=f"run.{setting}", package=package) from error


def _numbers(values: Values) -> dict[str, float | int]:
    return {n: v for n, v in values.items() if isinstance(v, (int, float)) and n != "step"}
