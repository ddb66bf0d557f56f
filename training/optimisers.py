"""Optimisers with a rate for each group of layers; biases and norms are not decayed."""

from collections import defaultdict
from typing import Any

import torch
from torch import nn

from anitag_desktop.domain.error import AnitagError
from training.config import OptimiserConfig
from training.tasks.task import Task

BACKBONE = "backbone."
GROUPS = 3
"""Discriminative rates: first half of the backbone, second half, head (as in fastai)."""


def make_optimiser(task: Task, config: OptimiserConfig) -> torch.optim.Optimizer:
    """Return the optimiser of everything that is not frozen."""
    scales = _scales(task.network, config)
    found: dict[tuple[float, bool], list[nn.Parameter]] = defaultdict(list)
    named = [*task.network.named_parameters(), *task.extra.named_parameters(prefix="extra")]
    for name, parameter in named:
        if parameter.requires_grad:
            found[(scales.get(name, 1.0), parameter.ndim > 1)].append(parameter)
    groups = [
        {
            "params": parameters,
            "scale": scale,
            "weight_decay": config.weight_decay if is_matrix else 0.0,
        }
        for (scale, is_matrix), parameters in found.items()
    ]
    return _make(groups, config)


def demand_layers(network: nn.Module, config: OptimiserConfig) -> None:
    """Refuse rates by layer for a backbone whose layers nobody told.

    Raises:
        AnitagError: ``bad_config``.
    """
    if _has_layer_rates(config) and not _depths(network):
        name = type(getattr(network, "backbone", network)).__name__
        reason = f"layer_decay and rate_low need a backbone with known layers, which {name} is not"
        raise AnitagError("bad_config", path="optimiser", reason=reason)


def set_pace(optimiser: torch.optim.Optimizer, rate: float, momentum: float) -> None:
    """Give every group its share of a rate, and the momentum."""
    for group in optimiser.param_groups:
        group["lr"] = rate * group["scale"]
        if "betas" in group:
            group["betas"] = (momentum, group["betas"][1])
        else:
            group["momentum"] = momentum


def _make(groups: list[dict[str, Any]], config: OptimiserConfig) -> torch.optim.Optimizer:
    if config.name == "sgd":
        return torch.optim.SGD(groups, lr=config.rate, momentum=config.momentum)
    betas = (config.momentum, config.beta)
    if config.name == "adam":
        return torch.optim.Adam(groups, lr=config.rate, betas=betas)
    if config.name == "lamb":
        from timm.optim import Lamb

        lamb: torch.optim.Optimizer = Lamb(groups, lr=config.rate, betas=betas)
        return lamb
    return torch.optim.AdamW(groups, lr=config.rate, betas=betas)


def _scales(network: nn.Module, config: OptimiserConfig) -> dict[str, float]:
    """Return the share of the rate for each parameter of the backbone; others have all of it."""
    share = config.backbone_share
    by_layer = _layer_scales(network, config)
    names = (name for name, _ in network.named_parameters() if name.startswith(BACKBONE))
    return {name: share * by_layer.get(name, 1.0) for name in names}


def _has_layer_rates(config: OptimiserConfig) -> bool:
    return config.layer_decay != 1 or config.rate_low > 0


def _layer_scales(network: nn.Module, config: OptimiserConfig) -> dict[str, float]:
    depths = _depths(network) if _has_layer_rates(config) else {}
    if not depths:
        return {}
    top = max(depths.values()) + 1
    if config.rate_low:
        ratio = config.rate / config.rate_low
        steps = GROUPS - 1
        return {
            name: ratio ** ((0 if depth < top / 2 else 1) / steps - 1)
            for name, depth in depths.items()
        }
    return {name: config.layer_decay ** (top - depth) for name, depth in depths.items()}


def _depths(network: nn.Module) -> dict[str, int]:
    """Return how deep each parameter of the backbone lies, from 0, as timm groups them."""
    backbone = getattr(network, "backbone", None)
    if backbone is None or not hasattr(backbone, "group_matcher"):
        return {}
    from timm.models import group_parameters

    found = group_parameters(backbone, backbone.group_matcher(coarse=False), reverse=True)
    return {BACKBONE + name: int(depth) for name, depth in found.items()}
