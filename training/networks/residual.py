"""A small residual network for small pictures, which shows its stages (He et al. 2016)."""

import torch
from torch import nn

WIDTH = 16


class Residual(nn.Module):
    """Five blocks on a stem; the stages have a quarter, an eighth and a sixteenth of the side.

    ``width`` is the number of channels of the first convolution (0: 16); the stages have two,
    four and eight times as many.
    """

    def __init__(self, width: int = 0) -> None:
        super().__init__()
        first = width or WIDTH
        self.widths = (2 * first, 4 * first, 8 * first)
        self.num_features = self.widths[-1]
        near, middle, far = self.widths
        self.stem = nn.Sequential(_convolution(3, first, 2), _convolution(first, near, 2))
        self.stages = nn.ModuleList(
            [
                nn.Sequential(_Block(near, near, 1)),
                nn.Sequential(_Block(near, middle, 2), _Block(middle, middle, 1)),
                nn.Sequential(_Block(middle, far, 2), _Block(far, far, 1)),
            ]
        )

    def observe(self, images: torch.Tensor) -> list[torch.Tensor]:
        """Return the maps of the stages of pictures (B x 3 x S x S, S a multiple of 16)."""
        seen = self.stem(images)
        maps = []
        for stage in self.stages:
            seen = stage(seen)
            maps.append(seen)
        return maps

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return the means of the last stage (B x ``num_features``)."""
        return self.observe(images)[-1].mean((2, 3))


class _Block(nn.Module):
    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.first = _convolution(before, after, stride)
        self.second = nn.Sequential(
            nn.Conv2d(after, after, 3, padding=1, bias=False), nn.BatchNorm2d(after)
        )
        self.short: nn.Module = nn.Identity()
        if before != after or stride > 1:
            self.short = nn.Sequential(
                nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after)
            )

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.short(seen) + self.second(self.first(seen)))


def _convolution(before: int, after: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, stride, 1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )
