"""Formatting and parsing are each other's inverse."""

import pytest
from hypothesis import given, settings

from anitag_desktop.search.formatter import format_query
from anitag_desktop.search.parser import parse
from anitag_desktop.search.query import Metatag, Query, TagName, all_of, any_of, negate
from tests.search.strategies import leaves, trees


@settings(max_examples=400, deadline=None)
@given(trees(leaves))
def test_parsing_what_was_formatted_gives_the_tree_again(query: Query) -> None:
    assert parse(format_query(query)) == query


@pytest.mark.parametrize(
    ("typed", "normalised"),
    [
        ("", ""),
        ("  Long_Hair   AND  Smile ", "long_hair smile"),
        ("a or b and c", "a or (b c)"),
        ("~a b ~c", "(a or c) b"),
        ("not (a | b)", "-(a or b)"),
        ("not not a", "a"),
        ('"long hair"', "long_hair"),
        ('"or"', '"or"'),
        ('"rating:g"', '"rating:g"'),
        ("RATING:g CHAR:saber", "rating:g character:saber"),
        ("((saber_(fate)))", "saber_(fate)"),
        ('"a*\\*b"', '"a*\\*b"'),
        ("a**b", "a*b"),
        ("folder:'a b'", 'folder:"a b"'),
        ('a or (b (c or rating:"("))', 'a or (b (c or rating:"("))'),
        ('a or (b (c or "d(("))', 'a or (b (c or "d(("))'),
        ("rating:\"'\" '", "rating:\"'\" '"),
        ('score:"long hair">0.8', 'score:"long hair>0.8"'),
    ],
)
def test_form(typed: str, normalised: str) -> None:
    assert format_query(parse(typed)) == normalised


def test_what_would_make_a_kaomoji_of_the_end_of_two_groups_is_quoted():
    inner = any_of([TagName("0"), Metatag("rating", ":")])
    query = negate(all_of([TagName("0"), inner]))
    assert parse(format_query(query)) == query
