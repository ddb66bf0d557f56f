"""Whose word counts where several models tag the same pictures."""

import pytest

from anitag_desktop.domain.correction import EffectiveTag, Prediction, Source, effective_tags
from anitag_desktop.domain.merging import AGREEMENT, HIGHEST, cap, merge
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.tag import Tag, TagCategory

ONE, TWO, THREE = (ModelKey(name, "1") for name in ("one", "two", "three"))
HAT = Tag("1", "hat", TagCategory.GENERAL)
MIKU = Tag("2", "hatsune_miku", TagCategory.CHARACTER)
SAFE = Tag("3", "rating:general", TagCategory.RATING)
SPICY = Tag("4", "rating:sensitive", TagCategory.RATING)


def found(said, rules):
    return {t.tag.name: t.score for t in effective_tags(merge(said, rules), ())}


def sure(tag, score):
    return Prediction(tag, score, 0.5)


@pytest.mark.parametrize("rules", [{}, {TagCategory.GENERAL: HIGHEST}])
def test_the_highest_counts_by_itself(rules):
    said = {ONE: [sure(HAT, 0.9)], TWO: [sure(HAT, 0.7)], THREE: []}
    assert found(said, rules) == {"hat": 0.9}


def test_agreement_needs_two():
    rules = {TagCategory.GENERAL: AGREEMENT}
    assert found({ONE: [sure(HAT, 0.9)], TWO: [sure(HAT, 0.4)]}, rules) == {}
    assert found({ONE: [sure(HAT, 0.9)], TWO: [sure(HAT, 0.6)]}, rules) == {"hat": 0.9}
    assert found({ONE: [sure(HAT, 0.9)], TWO: []}, rules) == {}
    assert found({ONE: [sure(HAT, 0.9)]}, rules) == {"hat": 0.9}, "alone, it decides"


def test_one_model_decides_a_category():
    said = {ONE: [sure(HAT, 0.6), sure(MIKU, 0.9)], TWO: [sure(HAT, 0.9), sure(MIKU, 0.6)]}
    assert found(said, {TagCategory.CHARACTER: "two"}) == {"hat": 0.9, "hatsune_miku": 0.6}
    assert found({ONE: [sure(MIKU, 0.9)], TWO: []}, {TagCategory.CHARACTER: "two"}) == {}


def test_a_model_that_is_not_in_use_decides_nothing():
    assert found({ONE: [sure(HAT, 0.9)]}, {TagCategory.GENERAL: "gone"}) == {"hat": 0.9}


def test_one_model_decides_the_rating():
    said = {ONE: [sure(SAFE, 0.9)], TWO: [sure(SPICY, 0.6)]}
    assert found(said, {}) == {"rating:general": 0.9}
    assert found(said, {TagCategory.RATING: "two"}) == {"rating:sensitive": 0.6}


def test_only_so_many_of_what_models_say_stay():
    tags = [Tag(str(n), f"tag{n}", TagCategory.GENERAL) for n in range(5)]
    found = [EffectiveTag(tag, Source.MODEL, 0.5 + n / 10) for n, tag in enumerate(tags)]
    found[4] = EffectiveTag(tags[4], Source.USER, None)
    found.append(EffectiveTag(MIKU, Source.MODEL, 0.6))
    kept = cap(found, {TagCategory.GENERAL: 2})
    assert [tag.tag.name for tag in kept] == ["tag2", "tag3", "tag4", "hatsune_miku"]
    assert cap(found, {}) == tuple(found)
