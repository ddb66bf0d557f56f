"""The stretches of a run, each with its own optimiser."""

import math
from dataclasses import dataclass

from training.config import Config, OptimiserConfig


@dataclass(frozen=True, slots=True)
class Phase:
    """Steps ``first`` to ``first + steps``; see ``PhaseConfig``."""

    name: str
    first: int
    steps: int
    optimiser: OptimiserConfig
    freeze: tuple[str, ...] = ()
    frozen_norm: str = "eval"
    revert: bool = False

    @property
    def end(self) -> int:
        """The step after its last."""
        return self.first + self.steps


def plan_phases(config: Config, samples_per_epoch: int) -> tuple[Phase, ...]:
    """Return the phases of a run, of which there is one when the config names none."""

    def length(epochs: float, steps: int) -> int:
        return max(1, math.ceil(epochs * samples_per_epoch / config.run.batch)) if epochs else steps

    if not config.phases:
        steps = length(config.run.epochs, config.run.steps)
        return (Phase("all", 0, steps, config.optimiser),)
    phases: list[Phase] = []
    for wanted in config.phases:
        first = phases[-1].end if phases else 0
        steps = length(wanted.epochs, wanted.steps)
        extras = (wanted.freeze, wanted.frozen_norm, wanted.revert)
        phases.append(Phase(wanted.name, first, steps, wanted.optimiser, *extras))
    return tuple(phases)


def phase_at(phases: tuple[Phase, ...], step: int) -> Phase:
    """Return the phase that a step belongs to (after the end: the last)."""
    return next((phase for phase in phases if step < phase.end), phases[-1])
