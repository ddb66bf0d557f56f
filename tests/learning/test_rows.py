"""Logistic rows on top of what a model says."""

import numpy as np
import pytest

from anitag_desktop.learning.rows import Evidence, balanced, learn, logit, scores
from anitag_desktop.learning.space import middle_of

DIM = 16


@pytest.fixture
def vectors():
    some = np.random.default_rng(0).standard_normal((400, DIM)).astype(np.float32)
    return middle_of(some).place(some)


def evidence(places, wanted, logits=None):
    wanted = np.asarray(wanted, np.float32)
    said = np.zeros(len(wanted), np.float32) if logits is None else logits
    return Evidence(np.asarray(places), wanted, balanced(wanted), said)


def test_a_tag_that_no_model_knows_is_learnt_from_examples(vectors) -> None:
    has = vectors[:, 0] > 0.1
    rows = learn(vectors, [evidence(range(200), has[:200])])
    found = scores(rows, vectors[200:], np.zeros((200, 1), np.float32))[:, 0]
    assert ((found >= 0.5) == has[200:]).mean() > 0.9


def test_what_a_model_says_stays_where_the_user_agrees(vectors) -> None:
    said = logit(np.full(10, 0.9), 0.01)
    rows = learn(vectors, [evidence(range(10), np.full(10, 0.9), said)])
    assert np.abs(rows.weights).max() < 1e-3
    assert abs(rows.biases[0]) < 1e-3


def test_a_model_that_is_always_wrong_is_turned_round(vectors) -> None:
    has = vectors[:, 1] > 0
    said = logit(np.where(has, 0.2, 0.8), 0.01)
    rows = learn(vectors, [evidence(range(200), has[:200], said[:200])])
    after = scores(rows, vectors[200:], said[200:, None])[:, 0]
    assert ((after >= 0.5) == has[200:]).mean() > 0.75  # of none before


def test_rows_do_not_depend_on_those_that_are_learnt_beside_them(vectors) -> None:
    every = [evidence(range(n, n + 90), vectors[n : n + 90, n] > 0) for n in range(5)]
    together = learn(vectors, every)
    for place, one in enumerate(every):
        alone = learn(vectors, [one])
        asked = np.zeros((400, 1), np.float32)
        own = together._replace(
            weights=together.weights[place : place + 1], biases=together.biases[place : place + 1]
        )
        assert np.abs(scores(alone, vectors, asked) - scores(own, vectors, asked)).max() < 0.02


def test_the_gradient_is_nought_where_the_loss_is_least(vectors) -> None:
    has = (vectors[:60, 2] > 0).astype(np.float32)
    one = evidence(range(60), has)._replace(pull=0.2)
    rows = learn(vectors, [one], bias_pull=0.3)
    p = scores(rows, vectors[:60], np.zeros((60, 1), np.float32))[:, 0]
    slopes = one.weights * (p - has)
    assert np.abs(slopes @ vectors[:60] + 0.2 * rows.weights[0]).max() < 0.01
    assert abs(slopes.sum() + 0.3 * rows.biases[0]) < 0.01


def test_many_tags_are_learnt_in_several_blocks(vectors) -> None:
    every = [evidence(range(50), vectors[:50, n % DIM] > 0) for n in range(130)]
    rows = learn(vectors, every)
    assert rows.weights.shape == (130, DIM)
    assert np.abs(rows.weights[0] - rows.weights[128]).max() < 0.2  # 128 is 0 again


def test_nothing_said_nothing_learnt(vectors) -> None:
    rows = learn(vectors, [])
    assert rows.weights.shape == (0, DIM)
    assert scores(rows, vectors, np.empty((400, 0), np.float32)).shape == (400, 0)


def test_rare_tags_weigh_more_common_ones_do_not() -> None:
    assert balanced(np.array([1, 0, 0, 0, 0], np.float32)).tolist() == [2, 1, 1, 1, 1]
    assert balanced(np.array([1, 1, 1, 0], np.float32)).tolist() == [1, 1, 1, 1]
    assert balanced(np.zeros(3, np.float32)).tolist() == [1, 1, 1]


def test_a_score_becomes_a_logit_and_back() -> None:
    found = logit(np.array([0.0, 0.02, 0.5, 0.9, 1.0]), 0.02)
    assert 1 / (1 + np.exp(-found)) == pytest.approx([0.02, 0.02, 0.5, 0.9, 0.98], abs=1e-5)
