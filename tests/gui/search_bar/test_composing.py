import pytest

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.gui.search_bar.composing import search_for, with_term, without_term
from anitag_desktop.search.parser import parse


@pytest.mark.parametrize(
    ("name", "text"),
    [("long_hair", "long_hair"), ("rating:safe_thing", '"rating:safe_thing"'), ("or", '"or"')],
)
def test_a_tag_is_quoted_where_it_must_be(name, text):
    assert parse(search_for(name)) == parse(text)


def test_a_rating_is_its_metatag():
    assert search_for("rating:general", TagCategory.RATING) == "rating:general"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", "hat"), ("a b", "a b hat"), ("a or b", "(a or b) hat"), ("( a", "( a hat")],
)
def test_a_tag_narrows_the_whole_search(text, expected):
    assert with_term(text, "hat") == expected


def test_a_tag_can_be_excluded():
    assert without_term("a or b", "hat") == "(a or b) -hat"
