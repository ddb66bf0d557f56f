"""A backbone with the projection that SimCLR learns with and throws away afterwards."""

import torch
from torch import nn

from training.config import NetworkConfig
from training.networks.backbones import make_backbone


class ContrastiveNetwork(nn.Module):
    """Maps normalised pictures (B x 3 x S x S) to projections (B x E) and features (B x D).

    E is ``network.embedding``. Another network takes the backbone with ``load = "transfer"``.
    """

    def __init__(self, config: NetworkConfig, *, pretrained: bool | None = None) -> None:
        super().__init__()
        self.backbone = make_backbone(config, pretrained=pretrained)
        width = int(getattr(self.backbone, "head_hidden_size", self.backbone.num_features))  # type: ignore[arg-type]
        self.head = nn.Sequential(
            nn.Linear(width, width), nn.ReLU(), nn.Linear(width, config.embedding)
        )

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return projections and features."""
        features = self.backbone(images)
        return self.head(features), features
