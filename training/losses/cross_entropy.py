"""The cross entropy of one class each, weighted, smoothed and mixed."""

from dataclasses import dataclass

import torch
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Classes:
    """Class ids (B) and, for mixed pictures, the other picture's (B); ``share`` is the first's."""

    first: torch.Tensor
    second: torch.Tensor
    share: torch.Tensor

    @staticmethod
    def of(ids: torch.Tensor) -> "Classes":
        """Return the classes of pictures that are not mixed."""
        return Classes(ids, ids, torch.ones(len(ids), device=ids.device))


def cross_entropy_sum(
    logits: torch.Tensor, classes: Classes, weights: torch.Tensor, smoothing: float = 0.0
) -> torch.Tensor:
    """Return the summed, weighted cross entropy in float32, as PyTorch's before it divides.

    ``logits`` are B x C, ``weights`` C. With ``smoothing`` e each target is (1 - e) of its class
    and e / C of every class, each part weighted by its class.
    """
    logs = functional.log_softmax(logits.float(), 1)
    first = _parts(logs, classes.first, weights, smoothing)
    second = _parts(logs, classes.second, weights, smoothing)
    return (classes.share * first + (1 - classes.share) * second).sum()


def cross_entropy_count(classes: Classes, weights: torch.Tensor) -> torch.Tensor:
    """Return what the sum is divided by: the weights of the targets (PyTorch's rule)."""
    first, second = weights[classes.first], weights[classes.second]
    return (classes.share * first + (1 - classes.share) * second).sum()


def _parts(
    logs: torch.Tensor, ids: torch.Tensor, weights: torch.Tensor, smoothing: float
) -> torch.Tensor:
    own = -logs.gather(1, ids[:, None]).squeeze(1) * weights[ids]
    if smoothing == 0:
        return own
    spread = -(logs * weights).mean(1)
    return (1 - smoothing) * own + smoothing * spread
