"""The shallow network of animesion, for any picture size."""

import torch
from torch import nn

WIDTH = 512


class Shallow(nn.Module):
    """Two convolutions of 5 x 5 with batch norm and pooling, then one layer of 512 features."""

    num_features = WIDTH

    def __init__(self, size: int) -> None:
        super().__init__()
        self.convolutions = nn.Sequential(*_stage(3, 16), *_stage(16, 32))
        side = ((size - 4) // 2 - 4) // 2
        self.features = nn.Sequential(nn.Flatten(), nn.Linear(32 * side * side, WIDTH), nn.ReLU())

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return features (B x 512) of pictures (B x 3 x S x S)."""
        return self.features(self.convolutions(images))


def _stage(before: int, after: int) -> list[nn.Module]:
    return [nn.Conv2d(before, after, 5), nn.BatchNorm2d(after), nn.ReLU(), nn.MaxPool2d(2)]
