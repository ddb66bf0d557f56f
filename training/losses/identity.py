"""The second task of the network: telling persons apart, so that the embedding knows who it is."""

import torch
from torch import nn
from torch.nn import functional

from training.config import IdentityConfig


class IdentityHead(nn.Module):
    """One direction in embedding space for each training identity; not part of the export."""

    def __init__(self, width: int, identities: int, config: IdentityConfig) -> None:
        super().__init__()
        self.directions = nn.Parameter(torch.randn(identities, width) / width**0.5)
        self._scale, self._margin = config.scale, config.margin

    def forward(self, features: torch.Tensor, identities: torch.Tensor) -> torch.Tensor:
        """Return the mean cross entropy over the pictures whose identity is known.

        ``features`` are B x E; ``identities`` B numbers, -1 where nobody is named.
        """
        return self.total(features, identities) / (identities >= 0).sum().clamp(min=1)

    def total(self, features: torch.Tensor, identities: torch.Tensor) -> torch.Tensor:
        """Return the cross entropy summed over the pictures whose identity is known."""
        known = identities >= 0
        if not known.any():
            return features.new_zeros(())
        wanted = identities[known]
        unit = functional.normalize(features[known].float(), dim=1)
        cosines = unit @ functional.normalize(self.directions, dim=1).T
        margin = self._margin * functional.one_hot(wanted, cosines.shape[1])
        return functional.cross_entropy(self._scale * (cosines - margin), wanted, reduction="sum")
