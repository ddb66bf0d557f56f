"""Losses over many labels of which some are unknown."""

import torch
from torch.nn import functional

from training.config import LossConfig


def multilabel_loss(
    logits: torch.Tensor,
    targets: torch.Tensor,
    mask: torch.Tensor,
    config: LossConfig,
    pos_weight: torch.Tensor | None = None,
) -> torch.Tensor:
    """Return the mean loss over what is known, in float32.

    ``logits``, ``targets`` (0 or 1) and ``mask`` (1 known, 0 unknown) are B x labels;
    ``pos_weight`` has a weight per label. The sum over known labels is divided by their number, so
    that a picture with unknown labels neither shrinks nor swells the step.
    """
    logits, targets, mask = logits.float(), targets.float(), mask.float()
    each = _asymmetric(logits, targets, config) if config.name == "asl" else _cross(logits, targets)
    if pos_weight is not None:
        each = each * (1 + targets * (pos_weight - 1))
    return (each * mask).sum() / mask.sum().clamp(min=1)


def positive_weights(
    positives: torch.Tensor, negatives: torch.Tensor, config: LossConfig
) -> torch.Tensor | None:
    """Return (negatives / positives)^power per label, at most the cap; None when switched off."""
    if config.pos_weight_power == 0:
        return None
    ratio = negatives.clamp(min=1) / positives.clamp(min=1)
    return ratio.pow(config.pos_weight_power).clamp(1.0, config.pos_weight_cap)


def _cross(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")


def _asymmetric(logits: torch.Tensor, targets: torch.Tensor, config: LossConfig) -> torch.Tensor:
    """Ben-Baruch et al. 2021: easy negatives count less, certain ones (under ``clip``) nothing."""
    present = torch.sigmoid(logits)
    absent = (1 - present + config.clip).clamp(max=1)
    positive = targets * torch.log(present.clamp(min=1e-8)) * (1 - present) ** config.gamma_positive
    negative = (
        (1 - targets) * torch.log(absent.clamp(min=1e-8)) * (1 - absent) ** (config.gamma_negative)
    )
    return -(positive + negative)
