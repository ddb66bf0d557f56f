"""Intermediate features aggregation: a head that looks at every block (Rios et al., ISCAS 2022)."""

import torch
from torch import nn
from torch.nn import functional

from anitag_desktop.domain.error import AnitagError


class Aggregation(nn.Module):
    """Weighs what L blocks say: ReLU(Z w + b), one weight a block, shared by all D features.

    With PyTorch's own start the ReLU sometimes leaves no feature alive; Xavier weights and b = 0
    leave about half. ``kind`` is ``scalar`` (the paper's), ``softmax`` (weights add up to 1) or
    ``per_feature`` (a weight for each block and feature).
    """

    def __init__(self, blocks: int, width: int, kind: str = "scalar") -> None:
        super().__init__()
        self._kind = kind
        columns = width if kind == "per_feature" else 1
        self.weight = nn.Parameter(torch.empty(blocks, columns))
        self.bias = nn.Parameter(torch.zeros(columns))
        nn.init.xavier_uniform_(self.weight)

    def forward(self, layers: torch.Tensor) -> torch.Tensor:
        """Return one vector (B x D) from the blocks' (B x L x D)."""
        weight = self.weight.softmax(0) if self._kind == "softmax" else self.weight
        return functional.relu((layers * weight).sum(1) + self.bias)


def chosen_blocks(text: str, count: int) -> list[int]:
    """Return the numbers of the blocks that ``all``, ``last:k`` or ``0,3,7`` mean.

    Raises:
        AnitagError: ``bad_config`` when the network has no such blocks.
    """
    try:
        if text == "all":
            return list(range(count))
        if text.startswith("last:"):
            chosen = list(range(count - int(text[5:]), count))
        else:
            chosen = [int(part) for part in text.split(",")]
        if not chosen or min(chosen) < 0 or max(chosen) >= count:
            raise ValueError
    except ValueError:
        reason = f"network.ifa_layers {text!r} names blocks that a network of {count} has not"
        raise AnitagError("bad_config", path="the config", reason=reason) from None
    return chosen
