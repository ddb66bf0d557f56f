"""Losses over many labels of which some are unknown."""

from collections.abc import Callable

import torch
from torch.nn import functional

from training.config import LossConfig

Each = Callable[[torch.Tensor, torch.Tensor, LossConfig], torch.Tensor]

HILL_HEIGHT = 1.5
"""The lambda of the Hill loss: negatives that score over 2/3 of it lose weight again."""


def multilabel_loss(
    logits: torch.Tensor,
    targets: torch.Tensor,
    mask: torch.Tensor,
    config: LossConfig,
    pos_weight: torch.Tensor | None = None,
) -> torch.Tensor:
    """Return the mean loss over what is known, in float32.

    ``logits``, ``targets`` (0 to 1) and ``mask`` (1 known, 0 unknown) are B x labels;
    ``pos_weight`` has a weight per label. The sum over known labels is divided by their number, so
    that a picture with unknown labels neither shrinks nor swells the step.
    """
    total = multilabel_sum(logits, targets, mask, config, pos_weight)
    return total / multilabel_count(mask, "known").clamp(min=1)


def multilabel_sum(
    logits: torch.Tensor,
    targets: torch.Tensor,
    mask: torch.Tensor,
    config: LossConfig,
    pos_weight: torch.Tensor | None = None,
) -> torch.Tensor:
    """Return the loss summed over what is known, in float32 (see ``multilabel_loss``)."""
    logits, targets, mask = logits.float(), targets.float(), mask.float()
    smooth = targets + config.smoothing * (0.5 - targets)
    each = LOSSES[config.name](logits, smooth, config)
    if pos_weight is not None:
        each = each * (1 + targets * (pos_weight - 1))
    return (each * mask).sum()


def multilabel_count(mask: torch.Tensor, reduction: str) -> torch.Tensor:
    """Return what the sum is divided by: the number of ``known`` labels, or of ``pictures``."""
    return mask.float().sum() if reduction == "known" else torch.tensor(float(len(mask)))


def positive_weights(
    positives: torch.Tensor, negatives: torch.Tensor, config: LossConfig
) -> torch.Tensor | None:
    """Return (negatives / positives)^power per label, at most the cap; None when switched off."""
    if config.pos_weight_power == 0:
        return None
    ratio = negatives.clamp(min=1) / positives.clamp(min=1)
    return ratio.pow(config.pos_weight_power).clamp(1.0, config.pos_weight_cap)


def _cross(logits: torch.Tensor, targets: torch.Tensor, _config: LossConfig) -> torch.Tensor:
    return functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")


def _square(logits: torch.Tensor, targets: torch.Tensor, _config: LossConfig) -> torch.Tensor:
    """The squared difference of probabilities, which anime-art-tagger was trained with."""
    return (torch.sigmoid(logits) - targets) ** 2


def _asymmetric(logits: torch.Tensor, targets: torch.Tensor, config: LossConfig) -> torch.Tensor:
    """Ridnik et al. 2021: easy negatives count less, certain ones (under ``clip``) nothing."""
    present = torch.sigmoid(logits)
    absent = (1 - present + config.clip).clamp(max=1)
    positive = targets * torch.log(present.clamp(min=1e-8)) * (1 - present) ** config.gamma_positive
    negative = (
        (1 - targets) * torch.log(absent.clamp(min=1e-8)) * (1 - absent) ** (config.gamma_negative)
    )
    return -(positive + negative)


def _focal(logits: torch.Tensor, targets: torch.Tensor, config: LossConfig) -> torch.Tensor:
    """Lin et al. 2017: what is nearly right counts less, by the power ``gamma_negative``."""
    present = torch.sigmoid(logits)
    missed = (1 - present) * targets + present * (1 - targets)
    return _cross(logits, targets, config) * missed**config.gamma_negative


def _hill(logits: torch.Tensor, targets: torch.Tensor, config: LossConfig) -> torch.Tensor:
    """Zhang et al. 2021: negatives that score very high are taken for missing labels.

    A negative costs (1.5 - p) * p^2; a positive the focal loss of its logit minus ``margin``.
    """
    shifted, present = logits - config.margin, torch.sigmoid(logits)
    focus = (1 - torch.sigmoid(shifted)) ** config.gamma_negative
    positive = -focus * functional.logsigmoid(shifted)
    negative = (HILL_HEIGHT - present) * present**2
    return targets * positive + (1 - targets) * negative


def _self_paced(logits: torch.Tensor, targets: torch.Tensor, config: LossConfig) -> torch.Tensor:
    """Zhang et al. 2021 (SPLC) before it corrects labels: the focal loss with a margin."""
    shifted = torch.where(targets > 0.5, logits - config.margin, logits)
    return _focal(shifted, targets, config)


def with_missing_found(
    logits: torch.Tensor, targets: torch.Tensor, config: LossConfig
) -> torch.Tensor:
    """Return the targets with what scores over ``relabel_over`` taken for present (SPLC)."""
    sure = torch.sigmoid(logits.detach().float()) > config.relabel_over
    return torch.where(sure, torch.ones_like(targets), targets)


LOSSES: dict[str, Each] = {
    "bce": _cross,
    "asl": _asymmetric,
    "focal": _focal,
    "hill": _hill,
    "splc": _self_paced,
    "mse": _square,
}
