"""The calibration error: how far scores are from the shares of pictures that they promise."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.learning.resampling import Interval, draws_of, interval_of

BINS = 10


class Calibrations(NamedTuple):
    """The calibration errors of two models on the same answers; NaN without any."""

    old: float
    new: float
    difference: Interval


def calibration_error(scores: NDArray[np.float64], has: NDArray[np.bool_]) -> float:
    """Return the expected calibration error (0 to 1) of answers; NaN without any.

    ``scores`` are 0 to 1, ``has`` what is right. In tenths of the scale the mean score is held
    against the share of what is right, weighed by how many answers lie there (Guo et al. 2017,
    "On Calibration of Modern Neural Networks", equation 3).
    """
    if not len(scores):
        return float("nan")
    gaps = _gaps(np.zeros(len(scores), np.intp), scores, has)
    return float(np.abs(gaps).sum() / len(scores))


def compare_calibrations(
    groups: NDArray[np.intp],
    old: NDArray[np.float64],
    new: NDArray[np.float64],
    has: NDArray[np.bool_],
) -> Calibrations:
    """Return the errors of the scores of two models, and how sure their difference is.

    ``groups`` tells which pictures are alike, by numbers from 0 on; whole groups are drawn. An
    error is never under 0, so that each draw makes it somewhat larger, of both models alike.
    """
    before, after = (calibration_error(one, has) for one in (old, new))
    if not len(has):
        return Calibrations(before, after, Interval(np.nan, np.nan, np.nan))
    draws = draws_of(int(groups.max()) + 1)
    answers = draws @ np.bincount(groups)
    drawn = [np.abs(draws @ _gaps(groups, one, has)).sum(1) / answers for one in (old, new)]
    return Calibrations(before, after, interval_of(after - before, drawn[1] - drawn[0]))


def _gaps(
    groups: NDArray[np.intp], scores: NDArray[np.float64], has: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return by group (row) and tenth of the scale (column) what is promised beyond what is."""
    places = groups * BINS + np.minimum((scores * BINS).astype(np.intp), BINS - 1)
    size = (int(groups.max()) + 1) * BINS
    return np.asarray(np.bincount(places, scores - has, size), np.float64).reshape(-1, BINS)
