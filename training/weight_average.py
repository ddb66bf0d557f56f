"""The running average of the weights, which is what is measured and exported."""

import torch
from torch import nn


class WeightAverage:
    """An exponential moving average of all weights and buffers (batch norm's included)."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self.values = {name: v.detach().clone() for name, v in network.state_dict().items()}

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """Move towards the present weights; early on faster, so that the start is forgotten."""
        decay = min(self.decay, (1 + step) / (10 + step))
        for name, value in network.state_dict().items():
            if value.is_floating_point():
                self.values[name].lerp_(value, 1 - decay)
            else:
                self.values[name].copy_(value)

    def restore(self, values: dict[str, torch.Tensor]) -> None:
        """Go on from saved values, on the device where the present ones lie."""
        for name, value in values.items():
            self.values[name].copy_(value)
