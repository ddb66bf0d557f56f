"""Knowing characters by a few pictures: a better model's gain is sure, no model gains on itself."""

import numpy as np

from anitag_desktop.learning.few_shots import (
    LEAST_PICTURES,
    SHOTS,
    compare_vectors,
    draw_examples,
)

WIDTH, CHARACTERS, EACH = 16, 5, 20
WHO = np.repeat(np.arange(CHARACTERS), EACH)


def vectors(noise: float, seed: int = 0) -> np.ndarray:
    """Pictures around a middle for each character."""
    dice = np.random.default_rng(seed)
    middles = np.random.default_rng(7).standard_normal((CHARACTERS, WIDTH))
    return (middles[WHO] + noise * dice.standard_normal((len(WHO), WIDTH))).astype(np.float32)


def test_vectors_that_lie_nearer_are_better_and_the_others_are_worse() -> None:
    near, far = vectors(0.7), vectors(2.5)
    groups = np.arange(len(WHO))
    found = compare_vectors(WHO, groups, far, near)
    assert (found.characters, found.pictures) == (CHARACTERS, len(WHO))
    assert found.old.value < found.new.value - 0.1
    assert 0 < found.difference.low < found.difference.value < found.difference.high
    assert compare_vectors(WHO, groups, near, far).difference.high < 0
    same = compare_vectors(WHO, groups, near, near)
    assert same.difference == (0, 0, 0)


def test_look_alikes_are_one_picture_to_the_interval() -> None:
    groups = np.arange(len(WHO)) // 4 * 4
    near, far = vectors(2.0)[groups], vectors(2.5)[groups]
    single = compare_vectors(WHO, np.arange(len(WHO)), far, near).difference
    alike = compare_vectors(WHO, groups, far, near).difference
    assert alike.value == single.value
    assert alike.high - alike.low > single.high - single.low


def test_characters_of_few_pictures_are_left_out_and_one_alone_says_nothing() -> None:
    counts = [LEAST_PICTURES - 1, LEAST_PICTURES, 30]
    who = np.repeat(np.arange(3), counts)
    some = vectors(0.7)[: len(who)]
    found = compare_vectors(who, np.arange(len(who)), some, some)
    assert (found.characters, found.pictures) == (2, sum(counts[1:]))
    few = who < 2
    alone = compare_vectors(who[few], np.arange(few.sum()), some[few], some[few])
    assert alone.characters == 1
    assert np.isnan(alone.difference.value)
    none = compare_vectors(who[:0], who[:0], some[:0], some[:0])
    assert none.pictures == 0


def test_examples_are_five_or_half() -> None:
    who = np.repeat(np.arange(2), [4, 30])
    small, large = draw_examples(who, np.random.default_rng(0))
    assert (len(small), len(large)) == (2, SHOTS)
    assert set(who[small]) | set(who[large]) == {0, 1}
