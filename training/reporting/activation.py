"""Where a network looks when it says a class: Grad-CAM (Selvaraju et al. 2017)."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from training.networks.backbones import is_transformer
from training.networks.layers import as_map


def activation_maps(
    network: nn.Module, images: torch.Tensor, classes: torch.Tensor
) -> torch.Tensor:
    """Return how much each place (B x h x w, 0 to 1) speaks for a class of each picture.

    ``images`` are normalised (B x 3 x S x S), ``classes`` ids (B). The map is the one of the last
    block: relu(sum over channels of map * mean gradient), divided by its largest value.

    Raises:
        ValueError: the backbone has no last map of a kind that is known.
    """
    backbone = network.backbone
    with torch.enable_grad(), _kept(_last_block(backbone)) as kept:  # type: ignore[arg-type]
        logits = network(images.detach().requires_grad_())[0]
        (found,) = kept
        (gradient,) = torch.autograd.grad(logits.gather(1, classes[:, None]).sum(), found)
    found, gradient = (as_map(t.detach(), backbone) for t in (found, gradient))  # type: ignore[arg-type]
    weights = gradient.mean((2, 3), keepdim=True)
    maps = (weights * found).sum(1).relu()
    return maps / maps.amax((1, 2), keepdim=True).clamp(min=1e-12)


def _last_block(backbone: nn.Module) -> nn.Module:
    if is_transformer(backbone):
        # What the patches say after the last block reaches no class token: look before it.
        return backbone.blocks[-1].norm1  # type: ignore[index, union-attr]
    stages = getattr(backbone, "feature_info", None)
    if not stages:
        raise ValueError(f"{type(backbone).__name__} does not tell where its last map is")
    return backbone.get_submodule(stages[-1]["module"])


@contextmanager
def _kept(block: nn.Module) -> Iterator[list[torch.Tensor]]:
    """Keep what a block returns while it runs."""
    kept: list[torch.Tensor] = []
    hook = block.register_forward_hook(lambda _block, _given, found: kept.append(found))
    try:
        yield kept
    finally:
        hook.remove()
