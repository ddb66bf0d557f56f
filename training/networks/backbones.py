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
        AnitagError: ``bad_config`` for a name that is not known and for settings that it does not
            take, ``weights_absent`` where published weights are not on this machine. Random weights
            never take their place.
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
    is_published = config.pretrained if pretrained is None else pretrained
    if config.backbone in {SHALLOW, RESIDUAL}:
        if is_published:
            reason = f"{config.backbone} has no published weights"
            raise AnitagError("bad_config", path="network.pretrained", reason=reason)
        return Shallow(config.size) if config.backbone == SHALLOW else Residual(config.width)
    if not timm.is_model(config.backbone):
        reason = f"network.backbone {config.backbone!r} is not a network that timm knows"
        raise AnitagError("bad_config", path="the config", reason=reason)
    try:
        if is_published:
            return with_published_weights(config.backbone, _options(config))
        return timm.create_model(
            config.backbone, pretrained=False, num_classes=0, **_options(config)
        )
    except TypeError as error:
        # What timm's networks say of an argument that they do not have.
        reason = f"{config.backbone} cannot be made with these settings ({error})"
        raise AnitagError("bad_config", path="network", reason=reason) from error


def is_transformer(backbone: nn.Module) -> bool:
    """Tell whether a backbone is a sequence of blocks on tokens with a class token."""
    return hasattr(backbone, "blocks") and getattr(backbone, "cls_token", None) is not None


def _options(config: NetworkConfig) -> dict[str, Any]:
    """Return timm's arguments; a network with a place for each patch has to know the size."""
    wanted = {
        "drop_path_rate": config.drop_path,
        "depth": config.depth,
        "embed_dim": config.width,
        "num_heads": config.heads,
        "proj_drop_rate": config.block_dropout,
    }
    options: dict[str, Any] = {name: value for name, value in wanted.items() if value}
    known = timm.get_pretrained_cfg(config.backbone)
    if known and known.fixed_input_size and known.input_size[-1] != config.size:
        options["img_size"] = config.size
    return options
