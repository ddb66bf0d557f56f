"""Backbones by name: timm's, the shallow network of animesion, and a small residual one."""

from typing import Any

import timm
from torch import nn

from anitag_desktop.domain.error import AnitagError
from training.config import NetworkConfig
from training.networks.lora import add_lora
from training.networks.pretrained import with_published_weights
from training.networks.residual import Residual
from training.networks.shallow import Shallow

SHALLOW, RESIDUAL = "shallow", "residual"


def make_backbone(config: NetworkConfig, *, pretrained: bool | None = None) -> nn.Module:
    """Return a backbone without head, with its published weights where the config asks for them.

    With ``lora_rank`` its attention, or without one its convolutions, have low-rank parts beside.

    Raises:
        AnitagError: ``bad_config`` for a name that is not known, ``weights_absent`` where published
            weights are not on this machine. Random weights never take their place.
    """
    backbone = _make(config, pretrained=pretrained)
    adapt(backbone, config)
    return backbone


def adapt(backbone: nn.Module, config: NetworkConfig) -> None:
    """Give a backbone its low-rank parts, if the config wants them.

    Raises:
        AnitagError: ``bad_config`` for one that has nothing to adapt.
    """
    if config.lora_rank:
        try:
            add_lora(backbone, config.lora_rank, config.lora_alpha)
        except ValueError as error:
            raise AnitagError("bad_config", path="the config", reason=str(error)) from error


def _make(config: NetworkConfig, *, pretrained: bool | None) -> nn.Module:
    if config.backbone == SHALLOW:
        return Shallow(config.size)
    if config.backbone == RESIDUAL:
        return Residual(config.width)
    if not timm.is_model(config.backbone):
        reason = f"network.backbone {config.backbone!r} is not a network that timm knows"
        raise AnitagError("bad_config", path="the config", reason=reason)
    if config.pretrained if pretrained is None else pretrained:
        return with_published_weights(config.backbone, _options(config))
    return timm.create_model(config.backbone, pretrained=False, num_classes=0, **_options(config))


def is_transformer(backbone: nn.Module) -> bool:
    """Tell whether a backbone is a sequence of blocks on tokens with a class token."""
    return hasattr(backbone, "blocks") and getattr(backbone, "cls_token", None) is not None


def _options(config: NetworkConfig) -> dict[str, Any]:
    """Return timm's arguments; a transformer has to know the picture's size."""
    options: dict[str, Any] = {}
    if config.drop_path:
        options["drop_path_rate"] = config.drop_path
    if "vit" in config.backbone or "beit" in config.backbone:
        options["img_size"] = config.size
        sizes = {"depth": config.depth, "embed_dim": config.width, "num_heads": config.heads}
        options |= {name: value for name, value in sizes.items() if value}
        if config.block_dropout:
            options["proj_drop_rate"] = config.block_dropout
    return options
