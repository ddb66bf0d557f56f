"""Captions: written for trainers, read from anyone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anitag_desktop.domain.caption import (
    LARGEST_CAPTION,
    MOST_TAGS,
    CaptionError,
    format_caption,
    parse_caption,
)
from anitag_desktop.domain.tag import normalize_tag_name


@pytest.mark.parametrize(
    ("content", "terms"),
    [
        (b"", ()),
        (b"\n \r\n", ()),
        (b"1girl, long hair, blue_eyes", ("1girl", "long hair", "blue_eyes")),
        (b"1girl\nlong hair\n", ("1girl", "long hair")),
        (b"1girl\r\nsolo\rhat", ("1girl", "solo", "hat")),
        (b"\xef\xbb\xbf1girl, solo", ("1girl", "solo")),
        (b"1girl,,  ,solo,", ("1girl", "solo")),
        (b"solo, solo", ("solo",)),
        (b"long hair", ("long hair",)),
        (b"1girl long_hair blue_eyes", ("1girl", "long_hair", "blue_eyes")),
        (rb"saber \(fate\), solo", ("saber (fate)", "solo")),
        (b"saber_(fate), solo", ("saber_(fate)", "solo")),
        (b"(long hair:1.2), solo", ("long hair", "solo")),
        (b"(long hair:.8),(hat: 1 )", ("long hair", "hat")),
        (rb"(saber \(fate\):1.3)", ("saber (fate)",)),
        (b"(long hair, hat:1.1), solo", ("long hair", "hat", "solo")),
        (b"ratio (16:9), solo", ("ratio (16:9)", "solo")),
        (b":), ;), >:(, ^_^", (":)", ";)", ">:(", "^_^")),
        (rb"\m/, \o/", (r"\m/", r"\o/")),
        ("初音ミク, 長い髪".encode(), ("初音ミク", "長い髪")),
        (b"rating:general, re:zero", ("rating:general", "re:zero")),
    ],
)
def test_terms_are_read_as_they_are_meant(content, terms):
    assert parse_caption(content) == terms


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"1girl\nsolo\n\xff\xfe", 3),
        (b"1girl, \0", 1),
        (b"\x89PNG\r\n\x1a\n", 1),
        (b"x" * (LARGEST_CAPTION + 1), 1),
        (b",".join(b"%d" % n for n in range(MOST_TAGS + 1)), 1),
    ],
)
def test_what_is_no_caption_names_its_line(content, line):
    with pytest.raises(CaptionError) as caught:
        parse_caption(content)
    assert caught.value.line == line


def test_weights_do_not_take_long_however_odd_the_text():
    parse_caption(b"(a:" * 100_000)
    parse_caption(b"(" * 300_000)
    parse_caption(b"(" + b":1" * 200_000)


def test_spaces_stand_for_underscores_except_in_kaomoji():
    assert format_caption(["long_hair", "^_^", "o_o", "|_|"]) == "long hair, ^_^, o_o, |_|\n"


def test_options_of_the_spelling():
    assert format_caption(["saber_(fate)"], escape=True) == "saber \\(fate\\)\n"
    assert format_caption(["saber_(fate)"], underscores=True) == "saber_(fate)\n"
    assert format_caption([]) == "\n"


NAMES = st.text(
    st.characters(blacklist_categories=("C", "Z"), blacklist_characters=",\\"), min_size=1
).map(normalize_tag_name)


@given(
    st.lists(NAMES.filter(lambda n: not n.startswith("(")), unique=True, min_size=2),
    st.booleans(),
    st.booleans(),
)
def test_what_is_written_is_read_back(names, underscores, escape):
    caption = format_caption(names, underscores=underscores, escape=escape)
    read = [normalize_tag_name(term) for term in parse_caption(caption.encode())]
    assert read == names
