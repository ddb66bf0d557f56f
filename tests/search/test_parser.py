"""What the parser reads, and what it says of text that is not a search."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anitag_desktop.search.errors import QueryError
from anitag_desktop.search.parser import MAX_DEPTH, MAX_STARS, MAX_TERMS, parse
from anitag_desktop.search.query import (
    Extent,
    Metatag,
    Query,
    TagName,
    TagPattern,
    all_of,
    any_of,
    leaves,
    negate,
)
from tests.search.strategies import ODD

A, B, C = TagName("a"), TagName("b"), TagName("c")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("a | b", any_of([A, B])),
        ("a|b", any_of([A, B])),
        ("(a)|(b)", any_of([A, B])),
        ("(a)(b)", all_of([A, B])),
        ("a b | c", any_of([all_of([A, B]), C])),
        ("not a", negate(A)),
        ("NOT a B", all_of([negate(A), B])),
        ("not -a", A),
        ("not (a b)", negate(all_of([A, B]))),
        ("a Or b", any_of([A, B])),
        ("|_|", TagName("|_|")),
        ("(||_||)", TagName("||_||")),
        ("<|>_<|>", TagName("<|>_<|>")),
        (":|", TagName(":|")),
        ("(o)_(o)", TagName("(o)_(o)")),
        ("((o)_(o) a)", all_of([TagName("(o)_(o)"), A])),
        ("(:) a)", all_of([TagName(":)"), A])),
        ("re:zero", TagName("re:zero")),
        ("ai2:x", TagName("ai2:x")),
        ('"Long  Hair"', TagName("long_hair")),
        ('"not"', TagName("not")),
        ('"a*b"', TagPattern(("a", "b"))),
        ('"a\\*b"', TagName("a*b")),
        ('"\\"a\\\\"', TagName('"a\\')),
        ("\\m/", TagName("\\m/")),
        ('"long *"', TagPattern(("long_", ""))),
        ("e\u0301", TagName("é")),
        ("É", TagName("é")),
        ("rating:", Metatag("rating", "")),
        ("char:Saber_(Fate)", Metatag("character", "Saber_(Fate)")),
        ("(char:saber_(fate) a)", all_of([Metatag("character", "saber_(fate)"), A])),
        ("name:'tis", Metatag("name", "'tis")),
        ('path:"C:\\new"', Metatag("path", "C:\\new")),
        ("score:long_hair>0.8", Metatag("score", "long_hair>0.8")),
    ],
)
def test_reading(text: str, query: Query) -> None:
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "code", "position", "end"),
    [
        ("a (b", "query_unclosed_group", 2, 3),
        ("(", "query_unclosed_group", 0, 1),
        ("a )", "query_unexpected_close", 2, 3),
        ("a ()", "query_empty_group", 2, 4),
        ("a or", "query_missing_term", 2, 4),
        ("(a and )", "query_missing_term", 3, 6),
        ("a - b", "query_missing_term", 2, 3),
        ("not", "query_missing_term", 0, 3),
        ("OR a", "query_missing_left", 0, 2),
        ("(| a)", "query_missing_left", 1, 2),
        ("a --b", "query_double_sign", 3, 4),
        ("~not b", "query_double_sign", 1, 4),
        ('a "b c', "query_unclosed_quote", 2, 6),
        ('name:"b', "query_unclosed_quote", 5, 7),
        ('"a"b', "query_text_after_quote", 3, 4),
        ('a " "', "query_empty_quotes", 2, 5),
        ("a\0", "query_bad_character", 1, 2),
        ("a\ud800", "query_bad_character", 1, 2),
        ("*" + "a*" * MAX_STARS, "query_too_many_stars", 0, 2 * MAX_STARS + 1),
        ("a" * 20_001, "query_too_long", 20_000, 20_001),
        ("(" * 500 + "a", "query_too_deep", MAX_DEPTH, MAX_DEPTH + 1),
        ("a " * (MAX_TERMS + 1), "query_too_many_terms", 2 * MAX_TERMS, 2 * MAX_TERMS + 1),
    ],
)
def test_broken_text(text: str, code: str, position: int, end: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    error = caught.value
    assert (error.code, error.position, error.end) == (code, position, end)
    assert str(error).startswith(f"At character {position + 1}: ")
    assert error.reason.endswith((".", ")."))
    assert "{" not in error.reason


def test_many_quotes_and_backslashes_fail_at_once() -> None:
    with pytest.raises(QueryError):
        parse('"' + "\\\\" * 5_000)
    with pytest.raises(QueryError):
        parse('name:"' + "\\'" * 5_000)


def test_positions() -> None:
    query = parse(' a (bb or -rating:"g e") ')
    assert [(leaf.extent.start, leaf.extent.end) for leaf in leaves(query)] == [
        (1, 2),
        (4, 6),
        (11, 23),
    ]
    rating = list(leaves(query))[-1]
    assert isinstance(rating, Metatag)
    assert rating.value_extent == Extent(18, 23)


@settings(max_examples=500, deadline=None)
@given(st.text(st.sampled_from(ODD + "\t\0\ud800\udc80") | st.characters(), max_size=30))
def test_any_text_is_a_tree_or_an_error_with_a_place(text: str) -> None:
    error = error_of(text)
    assert error is None or 0 <= error.position < error.end <= len(text)


def error_of(text: str) -> QueryError | None:
    try:
        parse(text)
    except QueryError as error:
        return error
    return None
