"""What a question is worth: unsure, rare and disputed ones more, each by itself."""

import numpy as np
import pytest

from anitag_desktop.learning.worth import NEAREST, Doubts, disagreement, heard, worth


def doubts(**changes):
    values = {"margins": 0.0, "shares": 0.1, "neighbours": 0.5, "spreads": 0.0} | changes
    return Doubts(*(np.array([value], np.float32) for value in values.values()))


def of(**changes) -> float:
    return float(worth(doubts(**changes))[0])


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ({"margins": 0.1}, {"margins": 2.0}),
        ({"margins": -0.1}, {"margins": -2.0}),
        ({"shares": 0.01}, {"shares": 0.5}),
        ({"neighbours": 0.0}, {"neighbours": 0.5}),
        ({"neighbours": 1.0}, {"neighbours": 0.5}),
        ({"spreads": 0.8}, {"spreads": 0.1}),
    ],
)
def test_each_doubt_counts(more, less) -> None:
    assert of(**more) > of(**less)


def test_the_threshold_is_worth_most_and_both_sides_of_it_the_same() -> None:
    assert of() == pytest.approx((1 / 0.1) ** 0.25)
    assert of(margins=1.3) == pytest.approx(of(margins=-1.3), rel=1e-5)


def test_where_no_neighbour_is_known_none_disagrees() -> None:
    assert float(disagreement(doubts(neighbours=np.nan))[0]) == 0
    assert of(neighbours=np.nan) == pytest.approx(of(neighbours=0.5))


def test_a_tag_that_no_picture_has_is_worth_a_finite_amount() -> None:
    assert np.isfinite(of(shares=0.0))


def test_the_nearest_are_heard_and_nobody_of_himself() -> None:
    directions = np.eye(2, dtype=np.float32)
    others = np.repeat(directions, 2 * NEAREST, axis=0)
    having = np.zeros((len(others), 1), np.float32)
    having[:NEAREST] = 1  # half of those like the first direction
    having[0] = 0
    of_first, of_second = heard(directions, others, having, np.array([-1.0, -1.0]))[:, 0]
    assert of_second == 0
    assert of_first > 0
    alone = np.concatenate((directions[:1], np.repeat(directions[1:], NEAREST, axis=0)))
    only_self = np.zeros((len(alone), 1), np.float32)
    only_self[0] = 1
    assert heard(alone[:1], alone, only_self, np.array([0.0]))[0, 0] == 0
