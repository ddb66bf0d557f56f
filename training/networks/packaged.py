"""What is exported of a network: probabilities and the embedding."""

import torch
from torch import nn


class HiddenTagsNetwork(nn.Module):
    """A network of vision and tags that looks at pictures alone: every tag is hidden."""

    def __init__(self, network: nn.Module, prompt: torch.Tensor) -> None:
        """``prompt`` are the tokens (1 x T) of a text of which everything is hidden."""
        super().__init__()
        self.network = network
        self.register_buffer("prompt", prompt)

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return logits (B x C) and features (B x D)."""
        reading = self.network(images, self.prompt.expand(images.shape[0], -1))
        return reading.logits, reading.features


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
