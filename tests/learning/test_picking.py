"""Picking questions: by worth, over tags and pictures, the same for the same seed."""

import numpy as np

from anitag_desktop.learning.picking import Offer, pick


def offer(worth, tags, vectors=None, answers=None) -> Offer:
    count = len(worth)
    placed = np.eye(count, dtype=np.float32) if vectors is None else vectors
    known = np.zeros(count, np.intp) if answers is None else np.array(answers, np.intp)
    return Offer(
        np.array(worth, np.float32), np.arange(count), np.array(tags, np.intp), placed, known
    )


def test_what_is_worth_more_is_picked_more_often_first() -> None:
    firsts = [pick(offer([3, 1], [0, 0]), 1, seed)[0] for seed in range(200)]
    assert 150 < firsts.count(0) < 200


def test_the_same_seed_picks_the_same_and_nothing_twice() -> None:
    some = offer([1.0] * 20, [0, 1] * 10)
    found = pick(some, 20, 3)
    assert found == pick(some, 20, 3) != pick(some, 20, 4)
    assert sorted(found) == list(range(20))


def test_nothing_without_worth_is_picked() -> None:
    assert pick(offer([0, 1, 0], [0, 0, 0]), 3, 0) == [1]
    assert pick(offer([], []), 3, 0) == []


def test_nearly_the_same_picture_is_not_asked_about_twice_for_one_tag() -> None:
    vectors = np.array([[1, 0], [1, 0.01], [0, 1]], np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert len(pick(offer([1, 1, 1], [0, 0, 0], vectors), 3, 0)) == 2
    assert len(pick(offer([1, 1, 1], [0, 1, 0], vectors), 3, 0)) == 3


def test_the_more_alike_a_picture_is_to_one_asked_about_the_later_it_comes_for_that_tag() -> None:
    vectors = np.array([[1, 0], [0.9, 0.19**0.5], [0, 1]], np.float32)

    def seconds(tags) -> list[int]:
        found = [pick(offer([99, 1, 1], tags, vectors), 2, seed) for seed in range(300)]
        return [second for first, second in found if first == 0]

    same_tag, others = seconds([0, 0, 0]), seconds([0, 1, 1])
    assert 0.08 < same_tag.count(1) / len(same_tag) < 0.24  # 0.19 against 1
    assert 0.4 < others.count(1) / len(others) < 0.6


def test_opposite_pictures_do_not_tell_of_each_other() -> None:
    vectors = np.array([[1, 0], [-1, 0], [0, 1]], np.float32)
    found = [pick(offer([99, 1, 1], [0, 0, 0], vectors), 2, seed) for seed in range(200)]
    seconds = [second for first, second in found if first == 0]
    assert 0.4 < seconds.count(1) / len(seconds) < 0.6


def test_pictures_without_a_vector_are_not_taken_for_each_other() -> None:
    assert len(pick(offer([1, 1], [0, 0], np.zeros((2, 4), np.float32)), 2, 0)) == 2


def test_tags_with_few_answers_come_first() -> None:
    count = 40
    tags = [0] * count + [1] * count
    known = [30] + [0] * (2 * count - 1)
    some = offer([1.0] * 2 * count, tags, answers=known)
    firsts = [pick(some, 1, seed)[0] for seed in range(100)]
    assert sum(place >= count for place in firsts) > 85
