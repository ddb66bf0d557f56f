"""Heads: what turns a backbone's features into logits."""

import torch
from torch import nn
from torch.nn import functional

from training.networks.ifa import Aggregation
from training.networks.ml_decoder import MlDecoderHead

LEGACY_BOUND = 10.0


class LinearHead(nn.Module):
    """Dropout and one linear layer on pooled features (B x D)."""

    def __init__(self, width: int, classes: int, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.logits = nn.Linear(width, classes)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return logits (B x C)."""
        return self.logits(self.dropout(features))


class IfaHead(nn.Module):
    """Aggregation of all blocks, layer norm, linear layer (L + 1 parameters over a plain head)."""

    def __init__(self, blocks: int, width: int, classes: int, kind: str) -> None:
        super().__init__()
        self.aggregation = Aggregation(blocks, width, kind)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.logits = nn.Linear(width, classes)

    def forward(self, layers: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return logits (B x C) and features (B x D) of the blocks' vectors (B x L x D)."""
        features = self.norm(self.aggregation(layers))
        return self.logits(features), features


class StageProjection(nn.Module):
    """Brings stages of different widths to one (IFA for networks without blocks)."""

    def __init__(self, widths: list[int], width: int) -> None:
        super().__init__()
        self.projections = nn.ModuleList(nn.Linear(before, width) for before in widths)

    def forward(self, stages: list[torch.Tensor]) -> torch.Tensor:
        """Return the stages' vectors as B x L x D."""
        pairs = zip(self.projections, stages, strict=True)
        return torch.stack([project(stage) for project, stage in pairs], 1)


class ConcatPoolHead(nn.Module):
    """fastai's head: maximum and mean of the map, then two layers with norms and dropout."""

    def __init__(self, width: int, classes: int, hidden: int = 512) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *(nn.BatchNorm1d(2 * width), nn.Dropout(0.25), nn.Linear(2 * width, hidden)),
            *(nn.ReLU(), nn.BatchNorm1d(hidden), nn.Dropout(0.5), nn.Linear(hidden, classes)),
        )
        for layer in self.layers:
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight)
                nn.init.zeros_(layer.bias)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return logits (B x C) of a map (B x D x H x W)."""
        return self.layers(torch.cat([features.amax((2, 3)), features.mean((2, 3))], 1))


class LeakyHead(nn.Module):
    """The head of anime-art-tagger: leaky ReLU, batch norm, dropout, linear layer.

    ``legacy`` keeps its faults: another leaky ReLU on the logits and a clamp to 10, so that no
    probability falls below 0.475 unless the logit is under -10.
    """

    def __init__(self, width: int, classes: int, *, legacy: bool) -> None:
        super().__init__()
        self.legacy = legacy
        self.layers = nn.Sequential(
            nn.LeakyReLU(), nn.BatchNorm1d(width), nn.Dropout(0.25), nn.Linear(width, classes)
        )

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return logits (B x C) of pooled features (B x D)."""
        logits = self.layers(features)
        return legacy_logits(logits) if self.legacy else logits


def final_bias(head: nn.Module) -> nn.Parameter | None:
    """Return the bias of a head's logits; None for ``leaky_legacy``, which bends them."""
    if isinstance(head, MlDecoderHead):
        return head.bias
    if isinstance(head, LeakyHead) and head.legacy:
        return None
    found = head.layers[-1] if isinstance(head, (ConcatPoolHead, LeakyHead)) else head.logits
    assert isinstance(found, nn.Linear)
    return found.bias


def legacy_logits(logits: torch.Tensor) -> torch.Tensor:
    """Return what anime-art-tagger makes of its last layer before the sigmoid."""
    return functional.leaky_relu(logits).clamp(-LEGACY_BOUND, LEGACY_BOUND)
