"""Suspicion: labels that were turned over are found, and no label judges itself."""

import numpy as np
import pytest

from anitag_desktop.learning import suspicion
from anitag_desktop.learning.rows import Evidence
from anitag_desktop.learning.space import middle_of

_DIM = 16


def test_self_confidence_and_loss_are_those_of_the_published_formula() -> None:
    labels = np.array([1, 1, 0, 0, 1, 0], np.float32)
    likely = np.array([0.9, 0.8, 0.1, 0.2, 0.1, 0.9], np.float32)
    judged = suspicion.judge(labels, likely)
    assert judged.confidence == pytest.approx([0.9, 0.8, 0.9, 0.8, 0.1, 0.1])
    assert judged.is_issue.tolist() == [False, False, False, False, True, True]
    assert suspicion.loss(judged.confidence) == pytest.approx(-np.log(judged.confidence))


def test_with_one_kind_of_label_nothing_is_an_issue() -> None:
    judged = suspicion.judge(np.ones(3, np.float32), np.array([0.1, 0.5, 0.9], np.float32))
    assert not judged.is_issue.any()


def noisy(count: int = 200, wrong: int = 16):
    draw = np.random.default_rng(1)
    vectors = draw.standard_normal((count, _DIM)).astype(np.float32)
    truth = (vectors[:, 0] > 0).astype(np.float32)
    labels, turned = truth.copy(), np.zeros(count, np.bool_)
    turned[draw.permutation(count)[:wrong]] = True
    labels[turned] = 1 - labels[turned]
    placed = middle_of(vectors).place(vectors)
    ones, nothing = np.ones(count, np.float32), np.zeros(count, np.float32)
    return placed, Evidence(np.arange(count), labels, ones, nothing, count), labels, turned


def test_planted_label_noise_is_found() -> None:
    vectors, evidence, labels, turned = noisy()
    likely = suspicion.out_of_fold(vectors, evidence, np.arange(len(labels)) % 5)
    judged = suspicion.judge(labels, likely)
    order = np.argsort(judged.confidence)
    ranks = np.empty(len(order))
    ranks[order] = np.arange(len(order))
    wrong, right = ranks[turned], ranks[~turned]
    assert (wrong[:, None] < right[None]).mean() > 0.9
    assert judged.is_issue.any()
    assert judged.is_issue[turned].mean() > 5 * judged.is_issue[~turned].mean()


def test_a_label_does_not_judge_itself_nor_its_twins() -> None:
    draw = np.random.default_rng(2)
    vectors = draw.standard_normal((40, _DIM)).astype(np.float32)
    vectors[1] = vectors[0]
    labels = (np.arange(40) % 2).astype(np.float32)
    labels[:2] = 1
    placed, folds = middle_of(vectors).place(vectors), np.arange(40) % 4
    folds[1] = folds[0]
    ones, nothing = np.ones(40, np.float32), np.zeros(40, np.float32)
    before = suspicion.out_of_fold(
        placed, Evidence(np.arange(40), labels, ones, nothing, 40), folds
    )
    turned = labels.copy()
    turned[:2] = 0
    after = suspicion.out_of_fold(placed, Evidence(np.arange(40), turned, ones, nothing, 40), folds)
    assert after[:2] == pytest.approx(before[:2], abs=1e-4)
    assert not np.allclose(after[2:], before[2:], atol=1e-4)
