"""Measures by the histogram, against the definitions worked out by brute force."""

import tracemalloc

import numpy as np
import pytest

from anitag_desktop.domain.tag import TagCategory
from training.calibration import LEAST_POSITIVES, SHRINKAGE, calibrate
from training.datasets.vocabulary import Vocabulary, VocabularyLabel
from training.metrics import BINS, ScoreHistogram, macro


def on_bins(values):
    """Return scores in the middle of their bins, so that binning changes no comparison."""
    return ((np.floor(np.asarray(values) * BINS) + 0.5) / BINS).astype(np.float32)


def sample(rng, pictures=200, labels=5):
    targets = rng.integers(-1, 2, (pictures, labels)).astype(np.int8)
    scores = on_bins(np.clip(rng.normal(0.4 + 0.2 * targets, 0.2), 0, 0.999))
    return scores, targets


def filled(scores, targets):
    histogram = ScoreHistogram(scores.shape[1])
    half = len(scores) // 2
    histogram.add(scores[:half], targets[:half])
    histogram.add(scores[half:], targets[half:])
    return histogram


def brute_force(scores, targets, threshold):
    known = targets >= 0
    chosen, wanted = scores[known] >= threshold, targets[known] == 1
    hits = (chosen & wanted).sum()
    precision = hits / chosen.sum() if chosen.sum() else 0.0
    recall = hits / wanted.sum()
    f1 = 2 * hits / (chosen.sum() + wanted.sum())
    return precision, recall, f1


def average_precision(scores, targets):
    """Sum of precision times gained recall over the distinct scores, from the highest down."""
    known = targets >= 0
    scores, wanted = scores[known], targets[known] == 1
    area, last = 0.0, 0.0
    for threshold in sorted(set(scores.tolist()), reverse=True):
        chosen = scores >= threshold
        recall = (chosen & wanted).sum() / wanted.sum()
        area += (chosen & wanted).sum() / chosen.sum() * (recall - last)
        last = recall
    return area


@pytest.mark.parametrize("seed", range(4))
def test_rates_agree_with_brute_force(seed):
    scores, targets = sample(np.random.default_rng(seed))
    histogram = filled(scores, targets)
    for threshold in (0.05, 0.35, 0.5, 0.9):
        reached = histogram.measures(np.full(5, threshold))
        for label in range(5):
            expected = brute_force(scores[:, label], targets[:, label], threshold)
            got = reached.precision[label], reached.recall[label], reached.f1[label]
            assert got == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(4))
def test_average_precision_agrees_with_brute_force(seed):
    scores, targets = sample(np.random.default_rng(seed))
    got = filled(scores, targets).average_precision()
    expected = [average_precision(scores[:, i], targets[:, i]) for i in range(5)]
    assert got == pytest.approx(expected)


def test_the_best_threshold_is_the_best_of_all():
    scores, targets = sample(np.random.default_rng(9))
    thresholds, best = filled(scores, targets).best_thresholds()
    for label in range(5):
        tried = [
            brute_force(scores[:, label], targets[:, label], edge / BINS)[2] for edge in range(BINS)
        ]
        assert best[label] == pytest.approx(max(tried))
        own = brute_force(scores[:, label], targets[:, label], thresholds[label])[2]
        assert own == pytest.approx(max(tried), abs=0.02)


def test_labels_without_examples_are_not_a_number_and_leave_the_mean_alone():
    scores = on_bins([[0.9, 0.9], [0.1, 0.1]])
    targets = np.array([[1, 0], [0, -1]], np.int8)
    histogram = filled(scores, targets)
    reached = histogram.measures(np.full(2, 0.5))
    assert np.isnan(reached.f1[1])
    assert np.isnan(histogram.average_precision()[1])
    assert macro(reached.f1, np.array([0, 1])) == 1.0
    assert np.isnan(macro(reached.f1, np.array([1])))
    assert histogram.support.tolist() == [1, 0]
    assert histogram.negatives.tolist() == [1, 1]


def test_no_picture_is_lost():
    scores, targets = sample(np.random.default_rng(3), pictures=103)
    histogram = filled(scores, targets)
    assert (histogram.support + histogram.negatives).sum() == (targets >= 0).sum()


def test_many_thousand_tags_take_no_more_memory_with_more_pictures():
    tags, rng = 10_861, np.random.default_rng(0)
    scores = rng.random((4, tags), np.float32)
    targets = (scores > 0.9).astype(np.int8)
    histogram, peaks = ScoreHistogram(tags), []
    for rounds in (2, 12):
        tracemalloc.start()
        for _ in range(rounds):
            histogram.add(scores, targets)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert histogram.counts.nbytes == 2 * tags * BINS * 8
    assert abs(peaks[1] - peaks[0]) < 100_000
    reached = histogram.measures(np.full(tags, 0.9))
    assert macro(reached.f1, np.arange(tags)) == pytest.approx(1)
    assert (histogram.support + histogram.negatives == 14 * 4).all()


def test_micro_f1_counts_decisions_together():
    scores = on_bins([[0.9, 0.2], [0.8, 0.7], [0.1, 0.6]])
    targets = np.array([[1, 1], [0, 1], [0, 0]], np.int8)
    histogram = filled(scores, targets)
    got = histogram.micro_f1(np.full(2, 0.5), np.array([0, 1]))
    assert got == pytest.approx(2 * 2 / (2 * 2 + 2 + 1))


def vocabulary(*categories):
    return Vocabulary(tuple(VocabularyLabel(f"t{i}", c, 1) for i, c in enumerate(categories)))


def test_thresholds_shrink_towards_their_category():
    rng = np.random.default_rng(5)
    many, few = LEAST_POSITIVES * 4, LEAST_POSITIVES - 1
    targets = np.zeros((400, 2), np.int8)
    targets[:many, 0] = 1
    targets[:few, 1] = 1
    low = rng.uniform(0, 0.15, (400, 2))
    high = np.stack([rng.uniform(0.2, 0.4, 400), rng.uniform(0.6, 0.9, 400)], 1)
    histogram = filled(on_bins(np.where(targets == 1, high, low)), targets)
    names = vocabulary(TagCategory.GENERAL, TagCategory.GENERAL)
    found = calibrate(histogram, names)
    shared = found.by_category[TagCategory.GENERAL]
    best, _ = histogram.best_thresholds()
    mixed = (many * best[0] + SHRINKAGE * shared) / (many + SHRINKAGE)
    assert found.by_label[0] == pytest.approx(mixed, abs=1e-3)
    assert found.by_label[1] == pytest.approx(shared, abs=1e-3)


def test_a_tag_that_is_mostly_wrong_is_hardly_given():
    rng = np.random.default_rng(7)
    targets = np.zeros((600, 1), np.int8)
    targets[: LEAST_POSITIVES * 2, 0] = 1
    histogram = filled(on_bins(rng.uniform(0, 0.3, (600, 1))), targets)
    low, _ = histogram.best_thresholds()
    assert low[0] < 0.3
    found = calibrate(histogram, vocabulary(TagCategory.GENERAL))
    reached = histogram.measures(found.by_label)
    assert found.by_label[0] > 0.3
    assert reached.recall[0] == 0


def test_names_are_given_only_with_some_certainty():
    targets = np.zeros((200, 1), np.int8)
    targets[:40, 0] = 1
    scores = on_bins(np.where(targets == 1, 0.15, 0.02))
    low = calibrate(filled(scores, targets), vocabulary(TagCategory.GENERAL))
    named = calibrate(filled(scores, targets), vocabulary(TagCategory.CHARACTER))
    assert low.by_label[0] < 0.15
    assert named.by_label[0] >= 0.3
    assert named.by_category[TagCategory.CHARACTER] >= 0.3


def test_categories_without_positives_fall_back():
    scores, targets = on_bins([[0.5], [0.6]]), np.zeros((2, 1), np.int8)
    found = calibrate(filled(scores, targets), vocabulary(TagCategory.CHARACTER))
    assert found.by_category == {TagCategory.CHARACTER: 0.5}
    assert found.by_label.tolist() == [0.5]
