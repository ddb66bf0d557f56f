"""Intervals by drawing again: the value is the definition's, the interval holds it."""

from collections import Counter

import numpy as np
import pytest

from training.measures.resampling import (
    class_measures,
    macro_f1,
    mean_average_precision,
    mean_interval,
    tag_measures,
)
from training.metrics import ScoreHistogram


def test_class_measures_are_the_definitions_and_lie_in_their_intervals():
    rng = np.random.default_rng(0)
    true = rng.choice(4, 300, p=[0.6, 0.2, 0.15, 0.05])
    said = np.where(rng.random(300) < 0.7, true, rng.integers(0, 4, 300))
    confusion = Counter(zip(true.tolist(), said.tolist(), strict=True))
    found = class_measures(confusion, 5)
    f1, shares = [], []
    for label in range(4):
        hits = np.sum((true == label) & (said == label))
        f1.append(2 * hits / (np.sum(true == label) + np.sum(said == label)))
        shares.append(np.mean(true == label))
    assert found["f1_macro"][0] == pytest.approx(np.mean(f1))
    assert found["f1_weighted"][0] == pytest.approx(np.dot(f1, shares))
    assert found == class_measures(confusion, 5)
    for value, low, high in found.values():
        assert low < value < high
        assert high - low < 0.25


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    rng, held = np.random.default_rng(1), 0
    for _ in range(60):
        right = rng.random(150) < 0.8
        confusion = {(0, 0): int(right.sum()), (0, 1): int((~right).sum())}
        _, low, high = class_measures(confusion, 2)["accuracy_macro"]
        held += low <= 0.8 <= high
    assert 52 <= held <= 60


def test_tag_measures_are_the_definitions():
    sizes = [(2, 1, 0), (0, 0, 0), (1, 0, 3)] * 20
    found = tag_measures([tuple(np.arange(n) for n in groups) for groups in sizes])
    assert found["f1_micro"][0] == pytest.approx(6 / 10)
    assert found["f1_samples"][0] == pytest.approx((4 / 5 + 0 + 2 / 5) / 3)
    assert all(low < value < high for value, low, high in found.values())


def decided(present, said):
    return [
        tuple(np.flatnonzero(group) for group in (p & s, ~p & s, p & ~s))
        for p, s in zip(present, said, strict=True)
    ]


def macro_of(present, said):
    hits, seen = (present & said).sum(0), present.any(0)
    return (2 * hits / np.maximum(present.sum(0) + said.sum(0), 1))[seen].mean()


def test_the_mean_over_tags_has_the_interval_that_drawing_again_gives():
    rng = np.random.default_rng(3)
    present = rng.random((400, 6)) < [0.5, 0.4, 0.3, 0.2, 0.1, 0.0]
    present[:, 1] |= present[:, 0]  # tags come together
    said = present ^ (rng.random((400, 6)) < 0.1)
    value, low, high = macro_f1(decided(present, said), 6)
    assert value == pytest.approx(macro_of(present, said))
    drawn = []
    for _ in range(600):
        chosen = rng.integers(0, 400, 400)
        drawn.append(macro_of(present[chosen], said[chosen]))
    assert high - low == pytest.approx(2 * 1.96 * np.std(drawn), rel=0.15)
    assert low < value < high


def counted(scores, targets):
    histogram = ScoreHistogram(scores.shape[1])
    histogram.add(scores, targets)
    return histogram


def tags_that_come_together():
    """Return scores and targets (400 x 4) of pictures, some of them unknown, one never there."""
    rng = np.random.default_rng(5)
    present = rng.random((400, 4)) < [0.5, 0.3, 0.1, 0.0]
    present[:, 1] |= present[:, 0]
    noise = rng.normal(0, 1, (400, 1)) + rng.normal(0, 1, (400, 4))
    scores = 1 / (1 + np.exp(-(2 * present - 1 + noise)))
    unknown = rng.random((400, 4)) < 0.1
    return scores.astype(np.float32), np.where(unknown, -1, present).astype(np.int8)


def test_the_mean_average_precision_has_the_interval_that_drawing_again_gives():
    scores, targets = tags_that_come_together()
    slots, rng, drawn = np.array([0, 1, 2]), np.random.default_rng(6), []
    value, low, high = mean_average_precision(counted(scores, targets), scores, targets, slots)
    assert value == pytest.approx(counted(scores, targets).average_precision()[slots].mean())
    for _ in range(300):
        chosen = rng.integers(0, 400, 400)
        again = counted(scores[chosen], targets[chosen])
        drawn.append(again.average_precision()[slots].mean())
    assert high - low == pytest.approx(2 * 1.96 * np.std(drawn), rel=0.2)
    assert low < value < high


def test_what_a_picture_moves_is_what_average_precision_does_when_it_comes_again():
    scores, targets = tags_that_come_together()
    many = [np.tile(one, (50, 1)) for one in (scores, targets)]
    before, moves = counted(*many), counted(*many).average_precision_moves()
    for row in range(6):
        after = counted(*many)
        after.add(scores[[row]], targets[[row]])
        moved = np.nan_to_num(after.average_precision() - before.average_precision())
        bins = np.minimum((scores[row] * 400).astype(int), 399)
        told = np.where(targets[row] < 0, 0, moves[targets[row], np.arange(4), bins])
        assert moved == pytest.approx(told, rel=0.01, abs=1e-9)
        assert np.abs(moved).max() > 0


def test_without_any_tag_there_is_no_mean():
    nothing = np.zeros((3, 2), bool)
    assert np.isnan(macro_f1(decided(nothing, nothing), 2)).all()


def test_one_picture_has_a_mean_and_no_interval():
    assert mean_interval(np.array([2.0])) == (2.0, -np.inf, np.inf)
    value, low, high = mean_interval(np.array([1.0, 3.0] * 50))
    assert (value, high - value) == pytest.approx((2.0, 1.96 * np.sqrt(100 / 99) / 10))
    assert low < value
