"""What each block of a backbone says: a vector per block, before the final norm."""

import torch
from torch import nn

from anitag_desktop.domain.error import AnitagError
from training.networks.backbones import is_transformer


def block_vectors(
    backbone: nn.Module, images: torch.Tensor, tokens: str = "cls"
) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Return the last tokens (B x N x D, before the final norm) and a vector (B x D) per block.

    ``tokens`` is ``cls`` for the class token or ``avgpool`` for the mean of the patches.
    """
    final, found = backbone.forward_intermediates(  # type: ignore[operator]
        images, return_prefix_tokens=True, norm=False, output_fmt="NLC"
    )
    if tokens == "cls":
        return final, [prefix[:, 0] for _, prefix in found]
    return final, [patches.mean(1) for patches, _ in found]


def stage_vectors(backbone: nn.Module, images: torch.Tensor) -> list[torch.Tensor]:
    """Return the mean (B x C) of each stage's map; stages have different widths."""
    _, found = backbone.forward_intermediates(images)  # type: ignore[operator]
    return [stage.mean((2, 3)) for stage in found]


def as_map(found: torch.Tensor, backbone: nn.Module) -> torch.Tensor:
    """Return what a backbone found as a map (B x D x h x w); of tokens the patches as a square.

    Some of timm's networks, Swin for example, keep the channels last.
    """
    if found.ndim == 4:
        is_last = getattr(backbone, "output_fmt", "NCHW") == "NHWC"
        return found.permute(0, 3, 1, 2) if is_last else found
    patches = found[:, int(backbone.num_prefix_tokens) :]  # type: ignore[arg-type]
    side = int(patches.shape[1] ** 0.5)
    return patches.transpose(1, 2).reshape(len(found), -1, side, side)


def block_count(backbone: nn.Module) -> int:
    """Return the number of blocks, or of stages where there are none.

    Raises:
        AnitagError: ``bad_config`` for a network that has neither.
    """
    if is_transformer(backbone):
        return len(backbone.blocks)  # type: ignore[arg-type]
    stages = getattr(backbone, "feature_info", None)
    if not stages:
        reason = "the head ifa looks at blocks or stages; this backbone has neither"
        raise AnitagError("bad_config", path="network.head", reason=reason)
    return len(stages)
