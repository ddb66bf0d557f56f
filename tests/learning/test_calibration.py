"""Thresholds and shares from held-out answers: fitted where there is enough to go by."""

import numpy as np
import pytest

from anitag_desktop.learning import calibration, rows
from anitag_desktop.learning.rows import Evidence

DIM, PICTURES = 16, 600


@pytest.fixture
def vectors():
    found = np.random.default_rng(0).standard_normal((PICTURES, DIM)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def evidence(vectors, share, kept=None):
    """A tag that a share of the pictures has, more or less by their first number."""
    noise = 0.3 * np.random.default_rng(1).standard_normal(PICTURES)
    found = vectors[:, 0] + noise
    wanted = (found > np.quantile(found, 1 - share)).astype(np.float32)
    places = np.arange(PICTURES) if kept is None else np.flatnonzero(kept(wanted))
    ones = np.ones(len(places), np.float32)
    return Evidence(places, wanted[places], ones, -4 * ones, len(places))


def test_scores_become_shares_and_keep_their_order(vectors) -> None:
    one = evidence(vectors, 0.1)
    fitted = calibration.fit(vectors, [one])
    answers = rows.answers(rows.learn(vectors, [one]), vectors, one.logits[:, None])
    shares = 1 / (1 + np.exp(-fitted.logits(answers)[:, 0]))
    assert abs(shares.mean() - 0.1) < 0.05
    assert fitted.slopes[0] > 0
    assert 0.06 <= fitted.thresholds[0] <= 0.95
    assert (np.argsort(shares) == np.argsort(answers[:, 0])).all()


def test_nothing_is_fitted_where_only_what_is_there_was_said(vectors) -> None:
    positives = evidence(vectors, 0.1, lambda wanted: wanted > 0)
    mostly = evidence(vectors, 0.5)
    few = evidence(vectors, 0.005)
    fitted = calibration.fit(vectors, [positives, mostly, few])
    assert fitted.thresholds.tolist() == [0.5] * 3
    assert fitted.slopes.tolist() == [1] * 3
    assert fitted.offsets.tolist() == [0] * 3


def test_one_tag_is_fitted_as_it_would_be_alone(vectors) -> None:
    both = [evidence(vectors, 0.1), evidence(vectors, 0.3)]
    together = calibration.fit(vectors, both)
    alone = [calibration.fit(vectors, [one]) for one in both]
    assert np.allclose(together.thresholds, [one.thresholds[0] for one in alone], atol=0.02)


def test_rows_are_taken_and_joined() -> None:
    fitted = calibration.plain(2)._replace(thresholds=np.array([0.2, 0.3], np.float32))
    again = fitted.of([1]).joined(fitted.of([0]))
    assert np.allclose(again.thresholds, [0.3, 0.2])
    assert len(calibration.fit(np.zeros((0, 3), np.float32), []).slopes) == 0
