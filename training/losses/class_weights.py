"""Weights that make up for rare classes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

WARN_RATIO = 20.0
"""Above this ratio of the largest to the smallest weight, the root is the wiser choice."""


def class_weights(counts: Sequence[int], kind: str, beta: float = 0.999) -> NDArray[np.float64]:
    """Return a weight per class with the mean 1 over the classes that have pictures.

    ``counts`` are pictures of the training part. ``inverse``: proportional to 1/n (the One Piece
    report); ``sqrt``: to n^-1/2; ``effective``: to (1 - beta) / (1 - beta^n) (Cui et al. 2019);
    ``none``: all 1. A class without pictures gets 0: it can never be a target.
    """
    numbers = np.asarray(counts, np.float64)
    known = np.maximum(numbers, 1)
    raw = {
        "none": np.ones_like(known),
        "inverse": 1 / known,
        "sqrt": known**-0.5,
        "effective": (1 - beta) / (1 - beta**known),
    }[kind]
    raw = np.where(numbers > 0, raw, 0.0)
    return raw / raw[numbers > 0].mean()


def weight_ratio(weights: NDArray[np.float64]) -> float:
    """Return the ratio of the largest to the smallest weight of classes that have pictures."""
    used = weights[weights > 0]
    return float(used.max() / used.min())
