"""The layer-wise exclusion loss of animesion: blocks are rewarded for saying different things."""

import torch
from torch.nn import functional

from anitag_desktop.domain.error import AnitagError


def exclusion(
    layers: torch.Tensor, distance: int, temperature: float = 1.0, cap: float = 0.0
) -> torch.Tensor:
    """Return E of each picture (B): the sum over blocks i of KL(p of block i+d, p of block i).

    ``layers`` are B x L x D, the class tokens after each block; p = softmax(z / T) over D. It is
    computed in float32, and bounded by ``cap`` where that is not 0. The loss takes
    - weight * T^2 * E.

    Raises:
        AnitagError: ``bad_config`` when no two blocks are so far apart.
    """
    if distance >= layers.shape[1] or distance < 1:
        reason = (
            f"exclusion.distance {distance} does not fit the network's {layers.shape[1]} blocks"
        )
        raise AnitagError("bad_config", path="the config", reason=reason)
    logs = functional.log_softmax(layers.float() / temperature, dim=2)
    later, earlier = logs[:, distance:], logs[:, :-distance]
    each = (later.exp() * (later - earlier)).sum(dim=(1, 2))
    return each.clamp(max=cap) if cap else each
