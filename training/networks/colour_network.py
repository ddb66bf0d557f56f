"""A tagging network that looks at shapes and at colours, each with a half of the embedding."""

from collections.abc import Sequence

import torch
from torch import nn

from anitag_desktop.domain.error import AnitagError
from training.config import NetworkConfig
from training.networks.backbones import RESIDUAL, make_backbone
from training.networks.colour_words import SIDE, PlacedColours
from training.networks.residual import Residual

POWER = 3.0
"""Of the generalised mean over places (Radenović et al. 2018), beside the plain one."""


class ColourNetwork(nn.Module):
    """Maps normalised pictures (B x 3 x S x S) to logits (B x labels) and features (B x E)."""

    def __init__(
        self, config: NetworkConfig, labels: int, *, pretrained: bool | None = None
    ) -> None:
        """Raise ``bad_config`` for another backbone than ``residual``, and for other sides."""
        super().__init__()
        if config.backbone != RESIDUAL:
            reason = f"the head colours reads the stages of the backbone {RESIDUAL}"
            raise AnitagError("bad_config", path="the config", reason=reason)
        if config.size % SIDE:
            reason = f"the head colours takes sides that are multiples of {SIDE} pixels"
            raise AnitagError("bad_config", path="network.size", reason=reason)
        backbone = make_backbone(config, pretrained=pretrained)
        assert isinstance(backbone, Residual)
        self.backbone = backbone
        self.neck = ColourNeck(config, self.backbone.widths)
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(config.embedding, labels)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return logits and features; S is a multiple of 32."""
        features = self.neck(images, self.backbone.observe(images))
        return self.head(self.dropout(features)), features

    @torch.no_grad()
    def start_at(self, prior: torch.Tensor) -> None:
        """Set the biases so that the untrained network predicts each label's share."""
        self.head.bias.copy_(torch.logit(prior.clamp(1e-4, 1 - 1e-4)))


class ColourNeck(nn.Module):
    """What the network sees is one half of the features, which colours are where the other.

    Shapes are drawn differently by everybody, colours are not.
    """

    def __init__(self, config: NetworkConfig, widths: Sequence[int]) -> None:
        """``widths`` are the channels of the backbone's stages."""
        super().__init__()
        width = config.embedding // 2
        self.shapes = nn.Sequential(
            nn.Linear(2 * widths[-1], width, bias=False), nn.BatchNorm1d(width)
        )
        self.placed = PlacedColours(
            config.colour_words, config.colour_grid, config.colour_maps, widths
        )
        self.colours = nn.Sequential(
            nn.BatchNorm1d(self.placed.width),
            nn.Linear(self.placed.width, config.embedding - width, bias=False),
            nn.BatchNorm1d(config.embedding - width),
        )

    def forward(self, images: torch.Tensor, stages: Sequence[torch.Tensor]) -> torch.Tensor:
        """Return features (B x E) of pictures and the maps of the stages."""
        shapes = self.shapes(_pooled(stages[-1]))
        return torch.cat([shapes, self.colours(self.placed(images, stages))], 1)


def _pooled(seen: torch.Tensor) -> torch.Tensor:
    """Return the mean and the generalised mean over places of a map that is not negative."""
    powers = seen.clamp(min=1e-6).pow(POWER).mean((2, 3)).pow(1 / POWER)
    return torch.cat([seen.mean((2, 3)), powers], 1)
