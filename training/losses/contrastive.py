"""The loss of SimCLR: two views of a picture are nearer to each other than to any other picture."""

import torch
from torch.nn import functional


def contrastive_sum(one: torch.Tensor, other: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return NT-Xent summed over B pictures (Chen et al. 2020, equation 1).

    ``one`` and ``other`` are the projections (B x E) of two views of each picture. For a view i
    with partner j, over all other views k of the batch: -log(exp(s_ij / T) / sum_k exp(s_ik / T))
    with cosines s, in float32. A picture counts the mean of its two views.
    """
    count = len(one)
    unit = functional.normalize(torch.cat([one, other]).float(), dim=1)
    alike = unit @ unit.T / temperature
    alike = alike.masked_fill(torch.eye(2 * count, dtype=torch.bool, device=one.device), -torch.inf)
    partner = torch.arange(2 * count, device=one.device).roll(count)
    return functional.cross_entropy(alike, partner, reduction="sum") / 2


def matched(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Return how many of B pictures find their own other view nearest, among all of the batch."""
    alike = functional.normalize(one.float(), dim=1) @ functional.normalize(other.float(), dim=1).T
    return (alike.argmax(1) == torch.arange(len(one), device=one.device)).sum()
