"""Mixup and CutMix of a batch with itself in reverse order; odd batches work."""

from dataclasses import dataclass

import numpy as np
import torch

from training.config import ViewConfig


@dataclass(frozen=True, slots=True)
class Mix:
    """How a batch was mixed: picture i has ``share`` of itself, the rest of ``partners[i]``."""

    partners: torch.Tensor
    share: torch.Tensor


def mix(images: torch.Tensor, config: ViewConfig, seed: tuple[int, ...]) -> Mix | None:
    """Mix normalised pictures (B x 3 x S x S) in place; None when the config asks for none.

    With both alphas one of the two is drawn for each batch. The draw follows from ``seed`` alone.
    """
    if not (config.mixup or config.cutmix) or len(images) < 2:
        return None
    rng = np.random.default_rng(seed)
    cuts = bool(config.cutmix) and (not config.mixup or rng.random() < 0.5)
    alpha = config.cutmix if cuts else config.mixup
    share = float(rng.beta(alpha, alpha))
    other = images.flip(0).clone()
    if cuts:
        top, bottom, left, right = _box(images.shape[-2:], share, rng)
        images[..., top:bottom, left:right] = other[..., top:bottom, left:right]
        height, width = images.shape[-2:]
        share = 1 - (bottom - top) * (right - left) / (height * width)
    else:
        images.mul_(share).add_(other, alpha=1 - share)
    partners = torch.arange(len(images) - 1, -1, -1, device=images.device)
    return Mix(partners, torch.full((len(images),), share, device=images.device))


def _box(shape: torch.Size, share: float, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """Return a rectangle of about (1 - share) of the area, cut off at the picture's edges."""
    edges: list[int] = []
    for length in shape:
        half = length * float(np.sqrt(1 - share)) / 2
        centre = int(rng.integers(length))
        edges += [max(0, int(centre - half)), min(length, int(centre + half))]
    top, bottom, left, right = edges
    return top, bottom, left, right
