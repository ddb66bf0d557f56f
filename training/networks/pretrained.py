"""Published weights of a backbone: from this machine or the hub, never random ones instead."""

import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import timm
from torch import nn

from anitag_desktop.domain.error import AnitagError

WEIGHTS = "ANITAG_WEIGHTS"
"""The environment variable that names the folder of imported weights."""

BYTES_OF_A_WEIGHT = 4

_DIGEST = re.compile(r"-([0-9a-f]{8,64})\.pth$")
"""Files of PyTorch's hub have the beginning of their sha256 in their name."""


@dataclass(frozen=True, slots=True)
class Published:
    """Where a backbone's published weights lie on the hub, and how they want their pictures.

    ``link`` is where the same weights lie as a pickle whose sha256 begins with ``digest`` ("": no
    such file is known).
    """

    repository: str
    file: str
    link: str
    digest: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str
    crop: float
    squish: bool


def published(backbone: str) -> Published:
    """Return what timm knows of a backbone's published weights.

    Raises:
        AnitagError: ``bad_config`` when none were published.
    """
    known = timm.get_pretrained_cfg(backbone)
    if known is None or not known.has_weights:
        reason = f"{backbone} has no published weights"
        raise AnitagError("bad_config", path="network.pretrained", reason=reason)
    named = _DIGEST.search(known.url or "")
    return Published(
        str(known.hf_hub_id or known.url or ""),
        known.hf_hub_filename or "model.safetensors",
        str(known.url) if named else "",
        named[1] if named else "",
        tuple(known.mean),
        tuple(known.std),
        known.interpolation,
        float(known.crop_pct),
        known.crop_mode == "squash",
    )


def imported_file(backbone: str) -> Path:
    """Return where the imported weights of a backbone lie, or would lie."""
    folder = Path(os.environ.get(WEIGHTS, "runs/weights"))
    return folder / f"{backbone}.safetensors"


def with_published_weights(backbone: str, options: dict[str, Any]) -> nn.Module:
    """Return a backbone with its published weights; position grids are resampled by timm.

    Raises:
        AnitagError: ``weights_absent`` with the file's place and how to bring it here.
    """
    known, local = published(backbone), imported_file(backbone)
    # What was imported is safetensors, whatever else timm would have to take apart by itself.
    overlay = {"file": str(local), "custom_load": False} if local.is_file() else None
    if overlay is None and not _is_reachable(known):
        raise _absent(backbone, known, "no connection to the hub")
    try:
        return timm.create_model(
            backbone,
            pretrained=True,
            num_classes=0,
            pretrained_cfg_overlay=overlay,
            **options,
        )
    except (OSError, RuntimeError) as error:
        raise _absent(backbone, known, type(error).__name__) from error


def _is_reachable(known: Published) -> bool:
    """Tell whether the hub's cache has the file, or the hub answers at all.

    The hub's own client retries for half a minute before it says no.
    """
    from huggingface_hub import constants, try_to_load_from_cache

    if isinstance(try_to_load_from_cache(known.repository, known.file), str):
        return True
    if constants.HF_HUB_OFFLINE:
        return False
    try:
        socket.getaddrinfo(urlsplit(constants.ENDPOINT).hostname, 443)
    except OSError:
        return False
    return True


def _absent(backbone: str, known: Published, reason: str) -> AnitagError:
    import torch

    with torch.device("meta"):
        network = timm.create_model(backbone, pretrained=False)
    size = BYTES_OF_A_WEIGHT * sum(parameter.numel() for parameter in network.parameters())
    return AnitagError(
        "weights_absent",
        backbone=backbone,
        repository=known.repository,
        file=known.file,
        megabytes=round(size / 2**20),
        digest=_digest(known),
        reason=reason,
    )


def _digest(known: Published) -> str:
    """Say by what a file is known to be the right one."""
    page = "the page shows its sha256"
    if not known.digest:
        return page
    return f"{page}), or {known.link} (its sha256 begins with {known.digest}, which is checked"
