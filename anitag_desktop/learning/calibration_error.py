"""The calibration error: how far scores are from the shares of pictures that they promise."""

import numpy as np
from numpy.typing import NDArray

BINS = 10


def calibration_error(scores: NDArray[np.float64], has: NDArray[np.bool_]) -> float:
    """Return the expected calibration error (0 to 1) of answers; NaN without any.

    ``scores`` are 0 to 1, ``has`` what is right. In tenths of the scale the mean score is held
    against the share of what is right, weighed by how many answers lie there (Guo et al. 2017,
    "On Calibration of Modern Neural Networks", equation 3).
    """
    if not len(scores):
        return float("nan")
    places = np.minimum((scores * BINS).astype(np.intp), BINS - 1)
    promised = np.bincount(places, scores, BINS)
    right = np.bincount(places, has.astype(np.float64), BINS)
    return float(np.abs(promised - right).sum() / len(scores))
