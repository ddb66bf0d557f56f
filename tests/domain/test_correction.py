"""The one rule for what a picture has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anitag_desktop.domain.correction import (
    EffectiveTag,
    Prediction,
    Source,
    Statement,
    Verdict,
    effective_tags,
    predict,
)
from anitag_desktop.domain.prediction import Thresholds
from anitag_desktop.domain.tag import Tag, TagCategory

HAT = Tag("1", "hat", TagCategory.GENERAL)
MIKU = Tag("2", "hatsune_miku", TagCategory.CHARACTER)
SAFE = Tag("3", "rating:general", TagCategory.RATING)
SPICY = Tag("4", "rating:sensitive", TagCategory.RATING)
THRESHOLDS = Thresholds({TagCategory.GENERAL: 0.35, TagCategory.CHARACTER: 0.85}, {"hat": 0.6})


def said(tag, verdict=Verdict.CONFIRMED, source=Source.USER):
    return Statement(tag, verdict, source)


def names(tags):
    return {tag.tag.name for tag in tags}


def test_a_score_counts_from_its_threshold_on():
    assert names(effective_tags(predict({HAT: 0.6}, THRESHOLDS), ())) == {"hat"}
    assert names(effective_tags(predict({HAT: 0.59}, THRESHOLDS), ())) == set()
    assert names(effective_tags(predict({MIKU: 0.84}, THRESHOLDS), ())) == set()


def test_a_models_tag_carries_its_score_and_source():
    (tag,) = effective_tags(predict({HAT: 0.9}, THRESHOLDS), ())
    assert tag == EffectiveTag(HAT, Source.MODEL, 0.9)


def test_what_the_user_rejected_is_gone_whoever_says_otherwise():
    statements = [said(HAT, Verdict.REJECTED), said(HAT, source=Source.IMPORT)]
    assert effective_tags(predict({HAT: 1.0}, THRESHOLDS), statements) == ()


def test_a_confirmed_tag_stays_when_no_model_sees_it():
    assert effective_tags((), [said(HAT)]) == (EffectiveTag(HAT, Source.USER, None),)


def test_the_strongest_source_is_shown():
    statements = [said(HAT, source=Source.RULE), said(HAT), said(HAT, source=Source.IMPORT)]
    (tag,) = effective_tags(predict({HAT: 0.9}, THRESHOLDS), statements)
    assert (tag.source, tag.score) == (Source.USER, 0.9)


def test_an_import_cannot_reject_what_a_model_sees():
    statements = [said(HAT, Verdict.REJECTED, Source.IMPORT)]
    assert names(effective_tags(predict({HAT: 0.9}, THRESHOLDS), statements)) == {"hat"}


def test_among_several_models_the_sure_one_counts():
    unsure = Prediction(HAT, 0.7, threshold=0.9)
    sure = Prediction(HAT, 0.5, threshold=0.4)
    for order in ([unsure, sure], [sure, unsure]):
        (tag,) = effective_tags(order, ())
        assert tag.score == 0.5


@pytest.mark.parametrize(
    ("scores", "statements", "rating"),
    [
        ({SAFE: 0.3, SPICY: 0.2}, [], "rating:general"),
        ({SAFE: 0.3, SPICY: 0.2}, [said(SPICY)], "rating:sensitive"),
        ({SAFE: 0.3, SPICY: 0.2}, [said(SPICY, source=Source.IMPORT)], "rating:sensitive"),
        ({}, [], None),
    ],
)
def test_one_rating_stands(scores, statements, rating):
    found = effective_tags(predict(scores, THRESHOLDS), statements)
    assert names(found) == ({rating} if rating else set())


TAGS = st.sampled_from([HAT, MIKU, SAFE, SPICY])
PREDICTIONS = st.lists(st.builds(Prediction, TAGS, st.floats(0, 1), st.floats(0, 1)), max_size=8)
STATEMENTS = st.lists(
    st.builds(Statement, TAGS, st.sampled_from(Verdict), st.sampled_from(Source)), max_size=8
)


@given(PREDICTIONS, STATEMENTS)
def test_the_users_word_wins_always(predictions, statements):
    found = names(effective_tags(predictions, statements))
    users = [s for s in statements if s.source is Source.USER]
    rejected = {s.tag.name for s in users if s.verdict is Verdict.REJECTED}
    confirmed = {
        s.tag.name
        for s in users
        if s.verdict is Verdict.CONFIRMED and s.tag.category is not TagCategory.RATING
    }
    assert not found & rejected
    assert confirmed - rejected <= found


@given(PREDICTIONS, STATEMENTS)
def test_each_tag_once_and_one_rating_at_most(predictions, statements):
    found = effective_tags(predictions, statements)
    assert len({tag.tag for tag in found}) == len(found)
    assert sum(tag.tag.category is TagCategory.RATING for tag in found) <= 1
