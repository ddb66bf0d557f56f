"""ML-Decoder (Ridnik et al. 2021): fixed queries ask the patches, each answers for some classes.

timm's own layer does not run with present versions of torch.
"""

import math

import torch
from torch import nn
from torch.nn import functional

WIDTH = 768
HEADS = 8
QUERIES = 100
DROPOUT = 0.1


class MlDecoderHead(nn.Module):
    """At most 100 group queries, one decoder layer without self-attention, a small layer each."""

    queries: torch.Tensor

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self._classes = classes
        groups = min(QUERIES, classes)
        self.embed = nn.Linear(width, WIDTH)
        self.register_buffer("queries", torch.randn(groups, WIDTH))
        self.attention = nn.MultiheadAttention(WIDTH, HEADS, DROPOUT, batch_first=True)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(3))
        self.feed = nn.Sequential(
            nn.Linear(WIDTH, 2048), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(2048, WIDTH)
        )
        self.answers = nn.Parameter(torch.empty(groups, WIDTH, math.ceil(classes / groups)))
        self.bias = nn.Parameter(torch.zeros(classes))
        nn.init.xavier_normal_(self.answers)

    def forward(self, patches: torch.Tensor) -> torch.Tensor:
        """Return logits (B x C) of a map (B x D x H x W)."""
        memory = functional.relu(self.embed(patches.flatten(2).transpose(1, 2)))
        asked = self.norms[0](2 * self.queries).expand(len(memory), -1, -1)
        found = self.norms[1](asked + self.attention(asked, memory, memory)[0])
        found = self.norms[2](found + self.feed(found))
        logits = torch.einsum("bgd,gdk->bgk", found, self.answers).flatten(1)
        return logits[:, : self._classes] + self.bias
