"""A network that torch runs: safetensors, and whatever says of what architecture they are.

Standard library only; ``torch_session`` runs it where torch is. Three things say it: a config of
timm's, a config of transformers', and a file's name that ends with an architecture of timm.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CONFIG = "config.json"
PIXELS, LOGITS, EMBEDDING = "pixels", "logits", "embedding"
"""What the input and the outputs are called here; a checkpoint has no names for them."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What timm has to build: ``size`` is (width, height) of the input in pixels.

    With ``is_gated`` the last layer gives two numbers for each class, whose sigmoids are
    multiplied. With ``is_transformers`` the tensors have the names of that library. ``epsilon`` is
    what its normalisations add, None for what timm takes.
    """

    architecture: str
    classes: int
    size: tuple[int, int]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    is_gated: bool = False
    is_transformers: bool = False
    epsilon: float | None = None


def config_of(weights: Path) -> Path | None:
    """Return the config beside a checkpoint's weights, if there is one."""
    path = weights.parent / CONFIG
    return path if path.exists() else None
