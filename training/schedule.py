"""Learning rate by step, and the running average of the weights."""

import math

import torch
from torch import nn


def rate_at(step: int, steps: int, warm_up: int, rate: float) -> float:
    """Return the learning rate: linear up to ``rate``, then half a cosine down to 0."""
    if step < warm_up:
        return rate * step / warm_up
    share = (step - warm_up) / max(1, steps - warm_up)
    return rate * max(0.0, 0.5 * (1 + math.cos(math.pi * share)))


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
