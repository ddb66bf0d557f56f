"""The rate and momentum of each step of a phase, by the schedule that its config names."""

from dataclasses import asdict
from typing import Any

from training.config import OptimiserConfig
from training.schedules.cosine import rate_at
from training.schedules.one_cycle import one_cycle_at
from training.schedules.plateau import Plateau


class Pace:
    """Says how fast to move; of all schedules only ``plateau`` has state."""

    def __init__(self, config: OptimiserConfig, steps: int, epoch_steps: float) -> None:
        """Pace a phase of ``steps``, of which ``epoch_steps`` make an epoch."""
        self._config, self._steps, self._epoch_steps = config, steps, epoch_steps
        self._plateau = Plateau(config.rate)

    def at(self, step: int) -> tuple[float, float]:
        """Return (rate, momentum) of a step, counted from 0 at the phase's begin."""
        config = self._config
        if config.schedule == "one_cycle":
            return one_cycle_at(step, self._steps, config)
        if config.schedule == "cosine":
            return rate_at(step + 1, self._steps, config), config.momentum
        return self._level(step) * self._warmth(step), config.momentum

    def note(self, value: float) -> None:
        """Take the value of a validation, small being good."""
        self._plateau.note(value, self._config)

    def state(self) -> dict[str, Any]:
        """Return what ``restore`` needs, as plain values."""
        return asdict(self._plateau)

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a ``state``."""
        self._plateau = Plateau(**state)

    def _level(self, step: int) -> float:
        if self._config.schedule == "plateau":
            return self._plateau.rate
        if self._config.schedule == "epoch_decay":
            done = int(step / self._epoch_steps)
            return self._config.rate * self._config.factor ** (done // self._config.decay_every)
        return self._config.rate

    def _warmth(self, step: int) -> float:
        return min(1.0, (step + 1) / self._config.warm_up) if self._config.warm_up else 1.0
