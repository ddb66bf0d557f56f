"""The colours of the search bar."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.search.highlight import Span, SpanKind, highlight, tag_names, without_unfinished
from tests.search.strategies import ODD

CATEGORIES = {"saber": TagCategory.CHARACTER, "long_hair": TagCategory.GENERAL}


def spans(text: str) -> list[tuple[str, SpanKind, TagCategory | None]]:
    found = highlight(text, CATEGORIES.get)
    return [(text[span.start : span.end], span.kind, span.category) for span in found]


def test_every_kind() -> None:
    assert spans('-saber or ("Long Hair" artist:x what)') == [
        ("-", SpanKind.EXCLUSION, None),
        ("saber", SpanKind.TAG, TagCategory.CHARACTER),
        ("or", SpanKind.OPERATOR, None),
        ("(", SpanKind.OPERATOR, None),
        ('"Long Hair"', SpanKind.TAG, TagCategory.GENERAL),
        ("artist:x", SpanKind.METATAG, TagCategory.ARTIST),
        ("what", SpanKind.TAG, None),
        (")", SpanKind.OPERATOR, None),
    ]


def test_errors_are_marked_and_the_rest_keeps_its_colours() -> None:
    assert spans("saber width:x") == [
        ("saber", SpanKind.TAG, TagCategory.CHARACTER),
        ("width:x", SpanKind.METATAG, None),
        ("x", SpanKind.ERROR, None),
    ]
    assert spans("saber (a")[-1] == ("(", SpanKind.ERROR, None)
    assert spans('saber "a') == [
        ("saber", SpanKind.TAG, TagCategory.CHARACTER),
        ('"a', SpanKind.ERROR, None),
    ]


@pytest.mark.parametrize("text", ["rat", "rating:", "rating:gen", "-width:>", 'saber "long h'])
def test_a_term_that_is_being_typed_is_not_broken(text: str) -> None:
    found = without_unfinished(highlight(text, CATEGORIES.get), len(text))
    assert SpanKind.ERROR not in {span.kind for span in found}


@pytest.mark.parametrize("text", ["rating: saber", "rating:gen saber", "rating:gen a rating:"])
def test_a_term_that_was_left_is_broken(text: str) -> None:
    found = highlight(text, CATEGORIES.get)
    assert SpanKind.ERROR in {span.kind for span in found}
    assert without_unfinished(found, len(text)) == found
    inside = without_unfinished(found, 3)
    assert inside == [span for span in found if span.kind != SpanKind.ERROR]


def test_names() -> None:
    assert tag_names('Saber -"Long Hair" width:5 or "') == ["saber", "long_hair"]


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from(ODD + "\0\ud800") | st.characters(), max_size=20))
def test_never_fails(text: str) -> None:
    for span in highlight(text, CATEGORIES.get):
        assert isinstance(span, Span)
        assert 0 <= span.start < span.end <= len(text)
