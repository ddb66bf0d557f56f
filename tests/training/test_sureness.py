"""A tag is applied by itself only where real pictures show it to be right."""

import numpy as np
import pytest

pytest.importorskip("torch")

from anitag_desktop.domain.tag import TagCategory
from training.datasets.vocabulary import Vocabulary, VocabularyLabel
from training.sureness import NEVER, sure_thresholds, surest


def column(right, wrong):
    """Scores that fall from 1 and what is present: first ``right``, then ``wrong``."""
    count = right + wrong
    return np.linspace(0.99, 0.5, count, dtype=np.float32), np.arange(count) < right


def test_it_is_the_lowest_threshold_that_is_sure():
    scores, present = column(90, 90)
    found = surest(scores, present)
    kept = scores >= found
    assert kept.sum() == 100
    assert present[kept].mean() == pytest.approx(0.9)


def test_a_few_right_ones_are_not_sure():
    assert surest(*column(12, 0)) == NEVER
    assert surest(*column(16, 0)) < 1


def test_ties_are_kept_or_left_together():
    scores = np.repeat(np.float32([0.9, 0.6]), [30, 30])
    present = np.arange(60) < 45
    assert surest(scores, present) == pytest.approx(0.9, abs=1e-4)


def test_scores_that_the_app_cannot_tell_apart_are_a_tie():
    scores = np.repeat(np.float32([0.9, 0.60008, 0.60002]), [40, 30, 40])
    present = np.arange(110) < 70
    assert surest(scores, present) == pytest.approx(0.9, abs=1e-4)


def test_what_no_real_picture_tells_is_never_applied_and_none_is_below_balanced():
    labels = [("smile", TagCategory.GENERAL), ("hat", TagCategory.GENERAL)]
    labels += [("reimu", TagCategory.CHARACTER), ("marisa", TagCategory.CHARACTER)]
    vocabulary = Vocabulary(tuple(VocabularyLabel(n, c, 9) for n, c in labels))
    scores, present = column(40, 0)
    real = np.full((40, 4), 0.5, np.float32), np.full((40, 4), -1, np.int8)
    for told in (0, 2):
        real[0][:, told], real[1][:, told] = scores, present
    smile, hat, reimu, marisa = sure_thresholds(vocabulary, real, np.array([0.1, 0.1, 0.8, 0.1]))
    assert smile == pytest.approx(0.5, abs=1e-4)
    assert hat == NEVER
    assert reimu == 0.8
    assert marisa == NEVER
