"""Lowers the rate when nothing gets better: ReduceLROnPlateau, as plain state."""

from dataclasses import dataclass

from training.config import OptimiserConfig

LEAST_GAIN = 1e-4
"""A measure is better when it is so much better, relative to the best (PyTorch's rule)."""


@dataclass(slots=True)
class Plateau:
    """The present rate, the best value so far (small is good) and how long ago it was."""

    rate: float
    best: float | None = None
    waited: int = 0

    def note(self, value: float, config: OptimiserConfig) -> None:
        """Take a validation's value; lower the rate when patience is at its end."""
        if self.best is None or value < self.best - LEAST_GAIN * abs(self.best):
            self.best, self.waited = value, 0
            return
        self.waited += 1
        if self.waited > config.patience:
            self.rate, self.waited = max(config.floor, self.rate * config.factor), 0
