"""How far a fast copy agrees."""

import pytest

from anitag_desktop.domain.agreement import compare
from anitag_desktop.domain.prediction import Label, Thresholds
from anitag_desktop.domain.tag import TagCategory

HAT, CAT = (Label(name, TagCategory.GENERAL) for name in ("hat", "cat"))
SAFE, SPICY = (Label(f"rating:{name}", TagCategory.RATING) for name in ("general", "sensitive"))


def test_tags_and_scores_are_compared():
    found = compare(
        [
            ({HAT: 0.9, CAT: 0.6, SAFE: 0.5, SPICY: 0.4}, {HAT: 0.8, SAFE: 0.4, SPICY: 0.5}),
            ({CAT: 0.2}, {HAT: 0.55}),
        ],
        Thresholds(),
    )
    # Of the first picture hat stays, cat goes, the rating changes; of the second hat comes.
    assert (found.pictures, found.same, found.lost, found.gained) == (2, 1, 2, 2)
    assert found.part == pytest.approx(0.2)
    assert found.largest_gap == pytest.approx(0.55)
    assert found.mean_gap == pytest.approx((0.1 + 0.55 + 0.1 + 0.1 + 0.15 + 0.5) / 6)


def test_nothing_is_the_same_as_nothing():
    found = compare([({}, {})], Thresholds())
    assert (found.part, found.mean_gap, found.largest_gap) == (1.0, 0.0, 0.0)


def test_thresholds_that_are_set_decide():
    found = compare([({HAT: 0.9}, {HAT: 0.7})], Thresholds({TagCategory.GENERAL: 0.8}))
    assert (found.same, found.lost) == (0, 1)
