"""The one spelling of a tag's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anitag_desktop.domain.tag import Rating, normalize_tag_name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Long Hair", "long_hair"),
        ("  long\thair \n", "long_hair"),
        ("long\u3000hair\u00a0band", "long_hair_band"),
        ("SABER_(Fate)", "saber_(fate)"),
        (":D", ":d"),
        ("cafe\u0301", "caf\u00e9"),
        ("初音ミク", "初音ミク"),
        ("", ""),
    ],
)
def test_spelling(typed, name):
    assert normalize_tag_name(typed) == name


@given(st.text())
def test_the_spelling_is_stable(text):
    once = normalize_tag_name(text)
    assert normalize_tag_name(once) == once


def test_a_rating_is_a_tag_of_its_own_name():
    assert Rating.SENSITIVE.tag_name == "rating:sensitive"
