"""How far scores are from what they promise."""

import numpy as np

from anitag_desktop.learning.calibration_error import calibration_error


def test_scores_that_keep_their_promises_have_no_error() -> None:
    dice = np.random.default_rng(0)
    scores = dice.uniform(0, 1, 50_000)
    has = dice.uniform(0, 1, 50_000) < scores
    assert calibration_error(scores, has) < 0.02
    assert calibration_error(np.sqrt(scores), has) > 0.1


def test_the_error_is_the_mean_distance_weighed_by_answers() -> None:
    scores, has = np.array([0.9, 0.9, 0.9, 1.0, 0.2]), np.array([1, 1, 0, 1, 0], np.bool_)
    assert np.isclose(calibration_error(scores, has), (abs(3.7 - 3) + 0.2) / 5)
    assert np.isnan(calibration_error(scores[:0], has[:0]))
