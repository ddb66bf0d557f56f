"""Puts a trainer's tensors into checkpoints and back."""

from dataclasses import dataclass
from pathlib import Path

import torch

from anitag_desktop.domain.error import AnitagError
from training.checkpoint import Checkpoint, Tensors, load_checkpoint, write_checkpoint
from training.run_state import RunState
from training.tasks.task import Task
from training.weight_average import WeightAverage

EXTRA = "extra."


@dataclass(frozen=True, slots=True)
class Trained:
    """Everything with tensors that a run trains."""

    task: Task
    average: WeightAverage

    def checkpoint(self, optimiser: torch.optim.Optimizer, state: RunState) -> Checkpoint:
        """Return all of it."""
        network = self.task.network.state_dict()
        extra = {EXTRA + name: v for name, v in self.task.extra.state_dict().items()}
        moments = {
            f"{index}.{name}": value
            for index, values in optimiser.state_dict()["state"].items()
            for name, value in values.items()
            if isinstance(value, torch.Tensor)
        }
        return Checkpoint(
            state.step, {**network, **extra}, self.average.values, moments, state.as_plain()
        )

    def restore(self, found: Checkpoint, optimiser: torch.optim.Optimizer | None) -> None:
        """Take all of it back; without an optimiser only the weights.

        Raises:
            AnitagError: ``bad_checkpoint`` for one of another network, or of other labels.
        """
        weights = dict(found.weights)
        extra = {n[len(EXTRA) :]: weights.pop(n) for n in list(weights) if n.startswith(EXTRA)}
        try:
            self.task.network.load_state_dict(weights)
            self.task.extra.load_state_dict(extra)
        except RuntimeError as error:
            raise _misfit(found.step, str(error)) from error
        self.average.restore(found.average)
        if optimiser is not None:
            _restore_moments(optimiser, found.moments)


def save_named(
    folder: Path, trained: Trained, optimiser: torch.optim.Optimizer, state: RunState
) -> None:
    """Write a checkpoint under a name of its own, which no other one drives out."""
    write_checkpoint(folder, trained.checkpoint(optimiser, state))


def restore_named(folder: Path, trained: Trained) -> None:
    """Take the weights of a named checkpoint back."""
    trained.restore(load_checkpoint(folder), None)


def _misfit(step: int, words: str) -> AnitagError:
    """Return why a checkpoint does not fit: torch tells each tensor in a line of its own."""
    first = next((line.strip() for line in words.splitlines()[1:] if line.strip()), words)
    reason = f"it does not fit the network, as if labels, classes or settings had changed ({first})"
    return AnitagError("bad_checkpoint", path=f"The checkpoint of step {step}", reason=reason)


def _restore_moments(optimiser: torch.optim.Optimizer, moments: Tensors) -> None:
    state: dict[int, dict[str, torch.Tensor]] = {}
    for key, value in moments.items():
        index, _, name = key.partition(".")
        state.setdefault(int(index), {})[name] = value
    groups = optimiser.state_dict()["param_groups"]
    optimiser.load_state_dict({"state": state, "param_groups": groups})
