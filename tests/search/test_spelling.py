"""Slips of the finger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anitag_desktop.search.spelling import Speller, slips_between


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("miku", "miuk", 1),
        ("miku", "mku", 1),
        ("miku", "mikku", 1),
        ("miku", "mika", 1),
        ("abcd", "badc", 2),
        ("abc", "xyz", 3),
        ("abcdef", "ghijkl", 3),
        ("aba", "ba", 1),
        ("a", "a", 0),
        ("", "ab", 2),
    ],
)
def test_slips(one: str, other: str, slips: int) -> None:
    assert slips_between(one, other, 2) == slips


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_slips_agree_with_a_plain_table(one: str, other: str) -> None:
    assert slips_between(one, other, 9) == plain_slips(one, other)


def plain_slips(one: str, other: str) -> int:
    if not one or not other:
        return len(one) + len(other)
    best = min(
        plain_slips(one[:-1], other) + 1,
        plain_slips(one, other[:-1]) + 1,
        plain_slips(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    )
    if one[-2:] == other[-2:][::-1] and len(one[-2:]) == 2:
        best = min(best, plain_slips(one[:-2], other[:-2]) + 1)
    return best


def test_the_nearest_come_first_then_the_likeliest() -> None:
    speller = Speller(["hatsune_miku", "hatsune_mika", "hatsune_meiko", "something"])
    assert speller.nearest("hatsune_miuk", 3) == [0, 1]
    assert speller.nearest("hatsune_mik", 3) == [0, 1, 2]
    assert speller.nearest("hatsune_mik", 1) == [0]


def test_short_names_are_left_alone() -> None:
    assert Speller(["ab", "abc"]).nearest("ac", 3) == []


def test_the_right_name_is_no_misspelling() -> None:
    assert Speller(["smile"]).nearest("smile", 3) == []
