"""How far scores are from what they promise."""

import numpy as np

from anitag_desktop.learning.calibration_error import calibration_error, compare_calibrations


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


def test_a_difference_has_an_interval_that_look_alikes_do_not_narrow() -> None:
    dice = np.random.default_rng(1)
    groups = np.repeat(np.arange(150), 4)
    scores = dice.uniform(0, 1, len(groups))
    has = dice.uniform(0, 1, len(groups)) < scores
    found = compare_calibrations(groups, scores, np.sqrt(scores), has)
    assert found.old == calibration_error(scores, has)
    assert np.isclose(found.difference.value, found.new - found.old)
    assert 0 < found.difference.low < found.difference.value < found.difference.high
    copied = compare_calibrations(*(np.tile(part, 9) for part in (groups, scores, scores**2, has)))
    alone = compare_calibrations(groups, scores, scores**2, has)
    assert np.allclose(copied.difference, alone.difference)
    none = compare_calibrations(groups[:0], scores[:0], scores[:0], has[:0])
    assert np.isnan([none.old, none.new, *none.difference]).all()
