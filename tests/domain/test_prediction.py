"""Thresholds: a tag's own, its category's, and what holds under them."""

from anitag_desktop.domain.prediction import Thresholds
from anitag_desktop.domain.tag import TagCategory

GENERAL, META = TagCategory.GENERAL, TagCategory.META
MODEL = Thresholds({META: 0.3}, {"hat": 0.9}, default=0.4)


def test_a_tag_beats_its_category_and_that_the_default():
    assert MODEL.of("hat", META) == 0.9
    assert MODEL.of("cat", META) == 0.3
    assert MODEL.of("cat", GENERAL) == 0.4
    assert MODEL.lowest == 0.3


def test_what_is_said_above_beats_all_below_and_leaves_the_rest():
    over = Thresholds({META: 0.6}, {"cat": 0.2}, under=MODEL)
    assert over.of("hat", META) == 0.6
    assert over.of("hat", GENERAL) == 0.9
    assert over.of("cat", META) == 0.2
    assert over.of("dog", GENERAL) == 0.4
    assert over.lowest == 0.2
    assert Thresholds(under=MODEL).lowest == MODEL.lowest
