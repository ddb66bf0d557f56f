"""What people type to name a tag (facts of danbooru's tests, names outside ASCII accepted)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.domain.tag_name import SpokenName, check_tag_name, read_tag_name


@pytest.mark.parametrize(
    ("text", "name", "category"),
    [
        ("FOO", "foo", None),
        ("long hair", "long_hair", None),
        ("  long  hair ", "long_hair", None),
        ("char:chen", "chen", TagCategory.CHARACTER),
        ("Character: Hatsune Miku", "hatsune_miku", TagCategory.CHARACTER),
        ("art:abc", "abc", TagCategory.ARTIST),
        ("copy:abc", "abc", TagCategory.COPYRIGHT),
        ("gen:abc", "abc", TagCategory.GENERAL),
        ("meta:highres", "highres", TagCategory.META),
        ("rating:general", "rating:general", TagCategory.RATING),
        ("rating:q", "rating:questionable", TagCategory.RATING),
        ("re:zero", "re:zero", None),
        ("char:re:zero", "re:zero", TagCategory.CHARACTER),
        (":)", ":)", None),
        (";)", ";)", None),
        (">:(", ">:(", None),
        ("foo_(bar_(baz))", "foo_(bar_(baz))", None),
        ("100%", "100%", None),
        ("初音ミク", "初音ミク", None),
        ("and", "and", None),
        ('don\'t_say_"lazy"', 'don\'t_say_"lazy"', None),
    ],
)
def test_names(text, name, category):
    assert read_tag_name(text) == (name, category)


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "___", "~foo", "-foo", "_foo", "foo_", "foo__bar", "foo*bar", "foo,bar", '"ab',
        "foo\x07bar", "caf\udce9", "x" * 256, "gen:char:foo", "char:copy:blah", "char:rating:g",
        "rating:", "rating:x", "char:-foo", "\ud83d",
    ],
)  # fmt: skip
def test_names_that_cannot_be(text):
    with pytest.raises(AnitagError) as caught:
        read_tag_name(text)
    assert caught.value.code == "bad_tag_name"


@given(st.text(max_size=40))
def test_what_is_accepted_is_accepted_again_unchanged(text):
    try:
        name, category = read_tag_name(text)
    except AnitagError:
        return
    if category is not TagCategory.RATING:
        assert check_tag_name(name) == name


def test_a_pool_is_a_meta_tag_with_its_prefix() -> None:
    assert read_tag_name("Pool:Best of") == SpokenName("pool:best_of", TagCategory.META)
    for text in ("pool:", "pool:_x", "pool:a*"):
        with pytest.raises(AnitagError):
            read_tag_name(text)
