"""Low-rank adaptation (Hu et al. 2021, arXiv 2106.09685): few weights learn, the others stay.

Each linear layer of a transformer's attention answers W x + (alpha / rank) * U D x, where only
U (out x rank, 0 at first) and D (rank x in) are trained.
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
    """Give every linear layer of the attention its low-rank part.

    Raises:
        ValueError: the backbone has no attention.
    """
    layers = [
        layer
        for name, layer in backbone.named_modules()
        if isinstance(layer, nn.Linear) and ATTENTION in name.split(".")
    ]
    if not layers:
        raise ValueError(f"{type(backbone).__name__} has no attention that LoRA could adapt")
    for layer in layers:
        down = nn.Parameter(torch.empty(rank, layer.in_features))
        nn.init.kaiming_uniform_(down, a=math.sqrt(5))
        layer.register_parameter(DOWN, down)
        layer.register_parameter(UP, nn.Parameter(torch.zeros(layer.out_features, rank)))
        setattr(layer, SCALE, alpha / rank)
        layer.register_forward_hook(_add)
    for module in backbone.modules():
        if hasattr(module, BY_HAND):
            setattr(module, BY_HAND, True)


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
        layer.weight += getattr(layer, SCALE) * getattr(layer, UP) @ getattr(layer, DOWN)
        for name in (DOWN, UP, SCALE):
            delattr(layer, name)
        layer._forward_hooks.clear()  # noqa: SLF001


def _adapted(network: nn.Module) -> Iterator[nn.Linear]:
    for layer in network.modules():
        if isinstance(layer, nn.Linear) and hasattr(layer, DOWN):
            yield layer


def _add(layer: nn.Module, given: tuple[torch.Tensor, ...], answer: torch.Tensor) -> torch.Tensor:
    narrow = functional.linear(given[0], getattr(layer, DOWN))
    scale: float = getattr(layer, SCALE)
    return answer + scale * functional.linear(narrow, getattr(layer, UP))
