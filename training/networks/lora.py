"""Low-rank adaptation (Hu et al. 2021, arXiv 2106.09685): few weights learn, the others stay.

Each linear layer of a transformer's attention answers W x + (alpha / rank) * U D x, where only
U (out x rank, 0 at first) and D (rank x in) are trained. In a network without attention each of its
convolutions does so: D then looks at the same places as W, and U at each place by itself.
"""

import math
from collections.abc import Iterator

import torch
from torch import nn
from torch.nn import functional

DOWN, UP, SCALE = "lora_down", "lora_up", "lora_scale"
ATTENTION = "attn"
BY_HAND = "qkv_bias_separate"
"""timm's BEiT takes the weight of query, key and value by hand unless this is set; the sum is the
same, but only a layer that is called can be adapted."""


def add_lora(backbone: nn.Module, rank: int, alpha: float) -> None:
    """Give every linear layer of the attention its low-rank part, without one the convolutions.

    Raises:
        ValueError: the backbone has neither.
    """
    layers = list(_of_attention(backbone)) or list(_convolutions(backbone))
    if not layers:
        name = type(backbone).__name__
        raise ValueError(f"{name} has neither attention nor convolutions that LoRA could adapt")
    for layer in layers:
        width, *seen = layer.weight.shape
        down = nn.Parameter(torch.empty(rank, *seen))
        nn.init.kaiming_uniform_(down, a=math.sqrt(5))
        layer.register_parameter(DOWN, down)
        layer.register_parameter(UP, nn.Parameter(torch.zeros(width, rank)))
        setattr(layer, SCALE, alpha / rank)
        layer.register_forward_hook(_add)
    for module in backbone.modules():
        if hasattr(module, BY_HAND):
            setattr(module, BY_HAND, True)


def _of_attention(backbone: nn.Module) -> Iterator[nn.Linear]:
    for name, layer in backbone.named_modules():
        if isinstance(layer, nn.Linear) and ATTENTION in name.split("."):
            yield layer


def _convolutions(backbone: nn.Module) -> Iterator[nn.Conv2d]:
    """Yield the plain ones that see all channels: the others have few weights."""
    for layer in backbone.modules():
        if type(layer) is nn.Conv2d and layer.groups == 1 and layer.padding_mode == "zeros":
            yield layer


def is_lora(name: str) -> bool:
    """Tell whether a tensor of this name is part of an adaptation."""
    return name.endswith((f".{DOWN}", f".{UP}"))


def stays(network: nn.Module) -> frozenset[str]:
    """Return the names of the parameters that LoRA leaves as they are: none without it."""
    names = [name for name, _ in network.named_parameters()]
    if not any(is_lora(name) for name in names):
        return frozenset()
    return frozenset(n for n in names if n.startswith("backbone.") and not is_lora(n))


@torch.no_grad()
def merge_lora(network: nn.Module) -> None:
    """Add the low-rank parts to the weights and drop them: the same answers, no slower."""
    for layer in list(_adapted(network)):
        product = getattr(layer, UP) @ getattr(layer, DOWN).flatten(1)
        layer.weight += getattr(layer, SCALE) * product.view_as(layer.weight)
        for name in (DOWN, UP, SCALE):
            delattr(layer, name)
        layer._forward_hooks.clear()  # noqa: SLF001


def _adapted(network: nn.Module) -> Iterator[nn.Linear | nn.Conv2d]:
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d) and hasattr(layer, DOWN):
            yield layer


def _add(layer: nn.Module, given: tuple[torch.Tensor, ...], answer: torch.Tensor) -> torch.Tensor:
    down, up = getattr(layer, DOWN), getattr(layer, UP)
    scale: float = getattr(layer, SCALE)
    if not isinstance(layer, nn.Conv2d):
        return answer + scale * functional.linear(functional.linear(given[0], down), up)
    where = layer.stride, layer.padding, layer.dilation
    narrow = functional.conv2d(given[0], down, None, *where)
    return answer + scale * functional.conv2d(narrow, up[:, :, None, None])
