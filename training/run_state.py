"""The plain part of what a run needs to go on exactly where it was."""

import math
from dataclasses import asdict, dataclass, field
from typing import Any

SMOOTHING = 0.98


@dataclass(slots=True)
class RunState:
    """Counters of a run.

    ``smooth`` is the smoothed loss (NaN: none yet); the epoch's sums give its mean loss. ``best``
    is the best value of what is watched, small being good, with the loss and the step that it was
    reached at; ``others`` the best ones of what is kept beside it.
    """

    step: int = 0
    samples: int = 0
    smooth: float = math.nan
    epoch_loss: float = 0.0
    epoch_steps: int = 0
    clipped: int = 0
    not_finite: int = 0
    unreadable: int = 0
    best: float = math.inf
    best_loss: float = math.inf
    best_step: int = -1
    waited: int = 0
    others: dict[str, float] = field(default_factory=dict)
    micro_batch: int = 0
    pace: dict[str, Any] = field(default_factory=dict)
    scaler: dict[str, Any] = field(default_factory=dict)

    def note_measure(self, value: float, loss: float) -> bool:
        """Take what was watched and the loss beside it; tell whether it is the best so far.

        Of the same value the lower loss is better: few pictures allow few different shares.
        """
        self.waited += 1
        if (value, loss) >= (self.best, self.best_loss):
            return False
        self.best, self.best_loss, self.best_step, self.waited = value, loss, self.step, 0
        return True

    def note_loss(self, value: float) -> None:
        """Take a step's loss."""
        first = math.isnan(self.smooth)
        self.smooth = value if first else SMOOTHING * self.smooth + (1 - SMOOTHING) * value
        self.epoch_loss += value
        self.epoch_steps += 1

    def begin_epoch(self) -> None:
        """Forget the last epoch's losses."""
        self.epoch_loss, self.epoch_steps = 0.0, 0

    def as_plain(self) -> dict[str, Any]:
        """Return plain values for JSON, which knows no NaN."""
        values = asdict(self)
        return {name: None if _is_odd(value) else value for name, value in values.items()}

    @staticmethod
    def from_plain(values: dict[str, Any]) -> "RunState":
        """Read what ``as_plain`` wrote; what another version wrote beside it is left out."""
        state = RunState()
        for name in RunState.__slots__:
            if values.get(name) is not None:
                setattr(state, name, values[name])
        return state


def _is_odd(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
