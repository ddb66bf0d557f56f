"""Thresholds and shares from fair evidence: answers, or pictures that were looked through."""

import numpy as np
import pytest

from anitag_desktop.learning import calibration, rows
from anitag_desktop.learning.rows import Evidence

DIM, PICTURES = 16, 600


@pytest.fixture
def vectors():
    found = np.random.default_rng(0).standard_normal((PICTURES, DIM)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def evidence(vectors, share, kept=None, answers=0.0):
    """A tag that a share of the pictures has, more or less by their first number.

    Every other picture stands for those of which nobody spoke; ``answers`` is how much of the rest
    was asked.
    """
    noise = 0.3 * np.random.default_rng(1).standard_normal(PICTURES)
    found = vectors[:, 0] + noise
    wanted = (found > np.quantile(found, 1 - share)).astype(np.float32)
    is_heard = np.arange(PICTURES) % 2 == 0
    heard = np.flatnonzero(is_heard if kept is None else is_heard & kept(wanted))
    others = np.flatnonzero(~is_heard)
    ones = np.ones(len(heard) + len(others), np.float32)
    ones[len(heard) :] = 5 / len(others)
    stays = np.full(len(others), 0.02, np.float32)
    told = np.concatenate((wanted[heard], stays))
    places = np.concatenate((heard, others))
    return Evidence(
        places, told, ones, -4 * (0 * ones + 1), len(heard), round(answers * len(heard))
    )


def fit(vectors, every):
    return calibration.fit(vectors, every, rows.learn(vectors, every))


def of_nobody(vectors, one, fitted):
    """Return the shares of the pictures that nobody spoke of."""
    answers = rows.answers(rows.learn(vectors, [one]), vectors, np.full((PICTURES, 1), -4.0))
    return 1 / (1 + np.exp(-fitted.logits(answers)[one.places[one.heard :], 0]))


def test_scores_become_shares_and_keep_their_order(vectors) -> None:
    one = evidence(vectors, 0.1)
    fitted = fit(vectors, [one])
    answers = rows.answers(rows.learn(vectors, [one]), vectors, np.full((PICTURES, 1), -4.0))
    shares = 1 / (1 + np.exp(-fitted.logits(answers)[:, 0]))
    assert abs(shares.mean() - 0.1) < 0.05
    assert fitted.slopes[0] > 0
    assert (np.argsort(shares) == np.argsort(answers[:, 0])).all()


def test_the_threshold_is_the_best_to_be_expected_of_pictures_nobody_spoke_of(vectors) -> None:
    one = evidence(vectors, 0.3, answers=1)
    fitted = fit(vectors, [one])
    shares = of_nobody(vectors, one, fitted)

    def expected(threshold):
        given = shares >= threshold
        return 2 * shares[given].sum() / (given.sum() + shares.sum())

    best = max(expected(share) for share in shares)
    assert expected(fitted.thresholds[0]) == pytest.approx(best, abs=1e-3)
    assert 0.2 <= fitted.thresholds[0] < 0.5
    assert (fitted.slopes[0], fitted.offsets[0]) == (1, 0)


def test_nothing_is_fitted_where_only_what_is_there_was_said(vectors) -> None:
    positives = evidence(vectors, 0.1, lambda wanted: wanted > 0)
    mostly = evidence(vectors, 0.5, answers=0.4)
    few = evidence(vectors, 0.005)
    fitted = fit(vectors, [positives, mostly, few])
    assert fitted.thresholds.tolist() == [0.5] * 3
    assert fitted.slopes.tolist() == [1] * 3
    assert fitted.offsets.tolist() == [0] * 3


def test_answers_are_fair_as_soon_as_they_are_half_of_what_was_said(vectors) -> None:
    fitted = fit(vectors, [evidence(vectors, 0.5, answers=share) for share in (0.45, 0.5, 1)])
    assert fitted.thresholds[0] == 0.5
    assert fitted.thresholds[1] == fitted.thresholds[2] < 0.5


def test_what_was_imported_tells_nothing_of_pictures_nobody_spoke_of(vectors) -> None:
    one = evidence(vectors, 0.3, answers=1)
    told = one.wanted.copy()
    told[one.heard : one.heard + 100] = 1
    imported = one._replace(wanted=told)
    learnt = rows.learn(vectors, [one])
    kept = np.r_[: one.heard, one.heard + 100 : len(one.places)]
    alone = one.some(kept, one.heard)._replace(answers=one.answers)
    assert np.array_equal(
        calibration.fit(vectors, [imported], learnt).thresholds,
        calibration.fit(vectors, [alone], learnt).thresholds,
    )


def test_where_everything_was_said_one_half_stays(vectors) -> None:
    one = evidence(vectors, 0.3, answers=1)
    everything = one.some(np.arange(one.heard), one.heard)._replace(answers=one.answers)
    assert fit(vectors, [everything]).thresholds.tolist() == [0.5]


def test_one_tag_is_fitted_as_it_would_be_alone(vectors) -> None:
    both = [evidence(vectors, 0.1), evidence(vectors, 0.3, answers=1)]
    together = fit(vectors, both)
    alone = [fit(vectors, [one]) for one in both]
    assert np.allclose(together.thresholds, [one.thresholds[0] for one in alone], atol=0.02)


def test_rows_are_taken_and_joined() -> None:
    fitted = calibration.plain(2)._replace(thresholds=np.array([0.2, 0.3], np.float32))
    again = fitted.of([1]).joined(fitted.of([0]))
    assert np.allclose(again.thresholds, [0.3, 0.2])
    assert len(fit(np.zeros((0, 3), np.float32), []).slopes) == 0


def test_a_threshold_leaves_the_model_s_slowly_and_never_by_plain_words_against_a_tag() -> None:
    assert calibration.anchored(0.5, 1.0, 0, 1) == 1.0
    assert calibration.anchored(0.5, 0.9, 0, 20) == 0.9
    for own in (0.05, 0.35, 0.9, 1.0):
        drawn = [calibration.anchored(0.5, own, count, 0) for count in (1, 5, 20, 10_000)]
        apart = [abs(one - 0.5) for one in drawn]
        assert apart == sorted(apart, reverse=True)
        assert apart[-1] < 0.01
        assert all((one - 0.5) * (own - 0.5) > 0 for one in drawn)


def test_what_was_fitted_holds_from_two_pictures_with_a_tag_on() -> None:
    assert calibration.anchored(0.3, 0.9, 2, 0) == 0.3
    drawn = [calibration.anchored(0.3, 0.9, 1, count) for count in (0, 2, 10, 1_000)]
    assert drawn == sorted(drawn, reverse=True)
    assert drawn[0] > 0.4
    assert 0.3 < drawn[-1] < 0.301


def test_words_against_a_tag_never_make_its_threshold_higher() -> None:
    assert calibration.anchored(0.8, 1.0, 0, 1) == 0.8
    assert calibration.anchored(0.8, 0.6, 0, 1) == 0.6


def test_answers_that_are_all_no_discredit_what_is_scored_as_high(vectors) -> None:
    one = evidence(vectors, 0.3, answers=1)
    thresholds = []
    for count, score in ((1, 0.3), (1, 0.9), (2, 0.9), (10, 0.9)):
        kept = np.r_[:count, one.heard : len(one.places)]
        few = one.some(kept, count)._replace(answers=count)
        few.wanted[:count] = 0
        few.logits[:count] = np.log(score / (1 - score))
        thresholds += fit(vectors, [few]).thresholds.tolist()
    assert thresholds == sorted(thresholds)
    assert 0.5 < thresholds[0] < 0.8
    assert thresholds[2] > 0.9, "two were wrong that seemed as sure"
    assert thresholds[-1] < 1
