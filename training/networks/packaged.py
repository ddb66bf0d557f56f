"""What is exported of a network: probabilities and the embedding."""

import torch
from torch import nn


class PackagedNetwork(nn.Module):
    """Gives probabilities (each label's own, or shares of the classes) and the embedding."""

    def __init__(self, network: nn.Module, *, shares: bool = False) -> None:
        super().__init__()
        self.network = network
        self._shares = shares

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return probabilities (B x labels) and unit vectors (B x E)."""
        logits, features = self.network(images)
        answers = logits.softmax(1) if self._shares else torch.sigmoid(logits)
        return answers, nn.functional.normalize(features, dim=1)
