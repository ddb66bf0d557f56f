"""One timm backbone with a normalised embedding and a sigmoid for each label."""

import torch
from torch import nn

from training.config import NetworkConfig
from training.networks.backbones import make_backbone

MEAN = STD = (0.5, 0.5, 0.5)
"""Pixels of 0 to 1 become -1 to 1: a network trained from scratch needs no other numbers."""


class TaggingNetwork(nn.Module):
    """Maps normalised pictures (B x 3 x S x S) to logits (B x labels) and features (B x E).

    Ratings, tags and characters are rows of one linear layer on features whose mean and variance
    a batch norm keeps steady: centred features make cosines between embeddings tell more.
    """

    def __init__(
        self, config: NetworkConfig, labels: int, *, pretrained: bool | None = None
    ) -> None:
        super().__init__()
        self.backbone = make_backbone(config, pretrained=pretrained)
        with torch.no_grad():
            width = self.backbone.eval()(torch.zeros(1, 3, config.size, config.size)).shape[1]
        self.train()
        self.neck = nn.Sequential(
            nn.Linear(width, config.embedding, bias=False), nn.BatchNorm1d(config.embedding)
        )
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(config.embedding, labels)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return logits and features; ``images`` are normalised with ``MEAN`` and ``STD``."""
        features = self.neck(self.backbone(images))
        return self.head(self.dropout(features)), features

    @torch.no_grad()
    def start_at(self, prior: torch.Tensor) -> None:
        """Set the biases so that the untrained network predicts each label's share."""
        self.head.bias.copy_(torch.logit(prior.clamp(1e-4, 1 - 1e-4)))


def normalise(images: torch.Tensor) -> torch.Tensor:
    """Return pictures of 0 to 1 as the network wants them."""
    return images.sub(MEAN[0]).div(STD[0])
