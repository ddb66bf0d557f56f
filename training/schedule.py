"""Learning rate by step, and the running average of the weights."""

import math

import torch
from torch import nn

from training.config import OptimiserConfig


def rate_at(step: int, steps: int, config: OptimiserConfig) -> float:
    """Return the learning rate: linear up, level, then half a cosine down to 0.

    The fall takes the last ``decay`` share of what follows the warm-up (1.0: all of it).
    """
    if step < config.warm_up:
        return config.rate * step / config.warm_up
    fall = max(1.0, config.decay * (steps - config.warm_up))
    share = min(1.0, max(0.0, 1 - (steps - step) / fall))
    return config.rate * 0.5 * (1 + math.cos(math.pi * share))


class WeightAverage:
    """An exponential moving average of all weights and buffers (batch norm's included)."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self._decay = decay
        self.values = {name: v.detach().clone() for name, v in network.state_dict().items()}

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """Move towards the present weights; early on faster, so that the start is forgotten."""
        decay = min(self._decay, (1 + step) / (10 + step))
        for name, value in network.state_dict().items():
            if value.is_floating_point():
                self.values[name].lerp_(value, 1 - decay)
            else:
                self.values[name].copy_(value)
