"""What is offered while typing; most of it danbooru's own cases (see tests/data)."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anitag_desktop.domain.tag import Rating, Tag, TagCategory
from anitag_desktop.search.completion import Completer, Completion, CompletionKind
from anitag_desktop.search.index import KnownTag
from anitag_desktop.search.parser import parse
from anitag_desktop.search.query import Metatag, TagName
from tests.search.strategies import ODD, names

DATA = Path(__file__).parents[1] / "data" / "search_semantics_danbooru.json"
GENERAL = TagCategory.GENERAL


def known(name: str, count: int, *aliases: str, category: TagCategory = GENERAL) -> KnownTag:
    return KnownTag(Tag(f"uid {name}", name, category), count, aliases)


TAGS = [
    known("touhou", 900, "東方", "toho", category=TagCategory.COPYRIGHT),
    known("mole", 150),
    known("mole_under_eye", 100),
    known("mole_under_mouth", 50),
    known("style_counts", 1),
    known("saber_(fate)", 70, "artoria", category=TagCategory.CHARACTER),
    known("sabertooth", 5),
    known("a_or_b", 3),
    known("or", 2),
    known("rating:general", 40, category=TagCategory.RATING),
]


@pytest.fixture(scope="module")
def completer() -> Completer:
    return Completer(TAGS)


def offered(completer: Completer, text: str, cursor: int | None = None) -> list[str]:
    return [
        found.insert for found in completer.complete(text, len(text) if cursor is None else cursor)
    ]


CASES = {
    "touhuo": ["touhou"],
    "rating:g": ["rating:general", "rating:g"],
    "rating:G": ["rating:general", "rating:g"],
    "filetype:w": ["filetype:webp"],  # no videos
    "order:sco": ["order:score"],
    "-pool:disgust": [],  # no pools
    "score:20": [],
    "x*200": [],
    "tou": ["touhou"],
}


@pytest.mark.parametrize(
    "case", json.loads(DATA.read_text(encoding="utf-8"))["danbooru_autocomplete"]["cases"], ids=str
)
def test_case_of_danbooru(completer: Completer, case: list[object]) -> None:
    _, typed, expected = case
    assert isinstance(typed, str)
    assert offered(completer, typed) == CASES.get(typed, expected)


@pytest.mark.parametrize(
    ("typed", "inserts"),
    [
        ("mole", ["mole", "mole_under_eye", "mole_under_mouth"]),
        ("art", ["saber_(fate)", "artist:", "arttags:"]),
        ("mue", ["mole_under_eye"]),
        ("under", ["mole_under_eye", "mole_under_mouth"]),
        ("sab", ["saber_(fate)", "sabertooth"]),
        ("char:sab", ["character:saber_(fate)"]),
        ("-char:sab", ["character:saber_(fate)"]),
        ("(mole_under_m", ["mole_under_mouth"]),
        ("mole or", ['"or"', "a_or_b", "order:"]),
        ('"mole u', ["mole_under_eye", "mole_under_mouth"]),
        ('char:"saber', ["character:saber_(fate)"]),
        ("ai:mole_under_e", ["ai:mole_under_eye"]),
        ("rating:g,sens", ["rating:g,sensitive"]),
        ("", []),
        ("mole ", []),
        ("(", []),
        ("-", []),
    ],
)
def test_offers(completer: Completer, typed: str, inserts: list[str]) -> None:
    assert offered(completer, typed) == inserts


def test_an_offer_says_all_that_its_row_shows(completer: Completer) -> None:
    assert completer.complete("smile artor", 11) == [
        Completion(
            text="artoria",
            insert="saber_(fate)",
            start=6,
            end=11,
            kind=CompletionKind.ALIAS,
            category=TagCategory.CHARACTER,
            count=70,
            alias_of="saber_(fate)",
        )
    ]


def test_completing_in_the_middle_replaces_the_whole_word(completer: Completer) -> None:
    [found] = completer.complete("touhxx mole", 3)
    assert (found.start, found.end, found.insert) == (0, 6, "touhou")


def test_ratings_show_their_counts(completer: Completer) -> None:
    assert completer.complete("rating:gen", 10)[0].count == 40


def test_models_and_folders_are_offered() -> None:
    values = {"model": ["eva", "wd-v3"], "folder": ["My Art", "/home/me/My Art"]}
    completer = Completer(TAGS, values)
    assert offered(completer, "model:w") == ["model:wd-v3"]
    assert offered(completer, "model:") == ["model:eva", "model:wd-v3"]
    assert offered(completer, "hat -folder:my") == ['folder:"My Art"']
    assert offered(completer, "folder:/home") == ['folder:"/home/me/My Art"']
    [found] = completer.complete("folder:my", 9)
    assert (found.kind, found.count, found.start) == (CompletionKind.VALUE, 0, 0)


@given(names)
@example(",")
def test_what_is_inserted_means_the_tag(name: str) -> None:
    one = Completer([known(name, 1)])
    for found in one.complete(f'"{name[0]}', 2):
        assert found.kind is CompletionKind.METATAG or parse(found.insert) == TagName(name)
    for found in one.complete(f"general:{name[0]}", 9):
        word = found.text.removeprefix("general:") if found.kind is CompletionKind.VALUE else name
        assert parse(found.insert) == Metatag("general", word)


@given(
    st.text(st.sampled_from(ODD + "mole:/* ") | st.characters(), max_size=12), st.integers(-2, 14)
)
def test_never_fails(text: str, cursor: int) -> None:
    for found in Completer(TAGS).complete(text, cursor):
        assert 0 <= found.start <= found.end <= len(text)


def test_ratings_are_offered_as_values_only(completer: Completer) -> None:
    assert all(rating.tag_name not in offered(completer, "general") for rating in Rating)


def test_pools_and_any_are_offered() -> None:
    known = [
        KnownTag(Tag("1", "pool:best_of", TagCategory.META), 3),
        KnownTag(Tag("2", "anything", TagCategory.GENERAL), 2),
    ]
    completer = Completer(known)
    assert [one.insert for one in completer.complete("pool:", 5)] == [
        *("pool:any", "pool:none", "pool:best_of")
    ]
    (pool,) = completer.complete("-pool:be", 8)
    assert (pool.insert, pool.count, pool.start) == ("pool:best_of", 3, 1)
    assert [one.insert for one in completer.complete("conflict:an", 11)] == [
        "conflict:any",
        "conflict:anything",
    ]
    assert [one.insert for one in completer.complete("has:po", 6)] == ["has:pools"]
