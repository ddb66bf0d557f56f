"""What metatags read, and how their errors speak."""

import itertools
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.search.conditions import (
    AllOf,
    Clause,
    Doubt,
    Doubted,
    HasStatus,
    InCategory,
    InFolder,
    Measure,
    Measured,
    NoneOf,
    Rated,
    Scored,
)
from anitag_desktop.search.errors import QueryError
from anitag_desktop.search.metatags import KINDS, Search, interpret
from anitag_desktop.search.ordering import NEWEST_FIRST, ORDER_NAMES, Order, OrderKey, Shuffle
from anitag_desktop.search.parser import parse
from anitag_desktop.search.query import TagName, TagPattern
from anitag_desktop.search.ranges import NumberSet, Range
from tests.search.worlds import NOW


def read(text: str, order: str | None = None) -> Search:
    return interpret(parse(text), NOW, order)


def first(text: str) -> Clause:
    where = read(text).where
    assert isinstance(where, AllOf)
    return where.parts[0]


def failure(text: str, order: str | None = None) -> QueryError:
    with pytest.raises(QueryError) as caught:
        read(text, order)
    return caught.value


def test_only_present_pictures_unless_a_status_is_asked() -> None:
    present = HasStatus(frozenset({ImageStatus.PRESENT}))
    assert read("").where == AllOf((AllOf(()), present))
    asked = read("a or -(status:missing b)").where
    assert isinstance(asked, AllOf)
    assert present not in asked.parts


@pytest.mark.parametrize(
    ("text", "tag", "low", "high"),
    [
        ("score:long_hair>0.8", "long_hair", 8_000, None),
        ("score:Long_Hair>=29%", "long_hair", 2_900, None),
        ("score:>_<<=0.57", ">_<", None, 5_700),
        ("score:saber_(fate)=0.5", "saber_(fate)", 5_000, 5_000),
        ("score:saber_(fate):0.4..0.6", "saber_(fate)", 4_000, 6_000),
        ('score:"long hair">0.8', "long_hair", 8_000, None),
        ("ai:a,0.8", "a", 8_000, None),
        ("ai:a,<80%", "a", None, 8_000),
    ],
)
def test_scores(text: str, tag: str, low: float | None, high: float | None) -> None:
    asked = first(text)
    assert isinstance(asked, Scored)
    [one] = asked.scores.ranges
    assert (asked.tag, one.low, one.high) == (tag, low, high)


def test_doubts() -> None:
    assert first("ai:Long_Hair") == Doubted(Doubt.PREDICTED, "long_hair")
    assert first("uncertain:any") == Doubted(Doubt.UNCERTAIN, None)
    assert first("uncertain:A,0.03") == Doubted(Doubt.UNCERTAIN, "a", 300)
    assert first("uncertain:any,3%") == Doubted(Doubt.UNCERTAIN, None, 300)
    assert first("missing:any") == Doubted(Doubt.MISSING, "any")


@pytest.mark.parametrize("text", ["uncertain:any,nan", "uncertain:hat,", "ai:hat,much"])
def test_what_stands_behind_a_comma_is_a_number(text: str) -> None:
    with pytest.raises(QueryError, match="a number behind a comma"):
        first(text)


def test_any_and_none_of_a_category_are_no_tags() -> None:
    some = InCategory(TagCategory.CHARACTER, TagPattern(("", "")))
    assert first("character:any") == some
    assert first("char:None") == NoneOf(some)
    assert first("artist:anyone") == InCategory(TagCategory.ARTIST, TagName("anyone"))


@pytest.mark.parametrize(
    ("text", "first_day", "after"),
    [
        ("date:2024", (2024, 1, 1), (2025, 1, 1)),
        ("date:2023-12", (2023, 12, 1), (2024, 1, 1)),
        ("date:2024.2.29", (2024, 2, 29), (2024, 3, 1)),
        ("date:29.2.2024", (2024, 2, 29), (2024, 3, 1)),
        ("date:2024-02-28..2024-02-29", (2024, 2, 28), (2024, 3, 1)),
        ("date:2024-02-29..2024-02-28", (2024, 2, 28), (2024, 3, 1)),
        ("date:2024-02...2024-04", (2024, 2, 1), (2024, 4, 1)),
        ("added:today", (2024, 6, 15), (2024, 6, 16)),
        ("added:yesterday", (2024, 6, 14), (2024, 6, 15)),
    ],
)
def test_days(text: str, first_day: tuple[int, ...], after: tuple[int, ...]) -> None:
    asked = first(text)
    assert isinstance(asked, Measured)
    low, high = (datetime(*day).timestamp() for day in (first_day, after))
    assert asked.numbers == NumberSet((Range(low, high, True, False),))


def test_days_compare_as_wholes() -> None:
    start, end = datetime(2024, 6, 1).timestamp(), datetime(2024, 6, 2).timestamp()
    for text, expected in {
        "date:>2024-06-01": Range(low=end),
        "date:>=2024-06-01": Range(low=start),
        "date:<2024-06-01": Range(high=start, has_high=False),
        "date:<=2024-06-01": Range(high=end, has_high=False),
    }.items():
        asked = first(text)
        assert isinstance(asked, Measured)
        [one] = asked.numbers.ranges
        assert (one.low, one.high) == (expected.low, expected.high), text
        for number in (start - 1, start, end - 1, end, end + 1):
            assert (number in one) == (number in expected), text


def test_an_age_is_a_time_before_now() -> None:
    week = Range(low=NOW.timestamp() - 604_800, has_low=False)
    assert first("age:<1w") == Measured(Measure.DATE, NumberSet((week,)))
    assert first("added:<7d") == Measured(Measure.ADDED, NumberSet((week,)))
    day = first("age:2d")
    assert isinstance(day, Measured)
    assert NOW.timestamp() - 2.5 * 86_400 in day.numbers
    assert NOW.timestamp() - 3.5 * 86_400 not in day.numbers


def test_folders_lose_their_last_slash() -> None:
    assert first("folder:/a/b/") == InFolder("/a/b")
    assert first("folder:/") == InFolder("/")


def test_ratings() -> None:
    assert first("rating:q,E") == Rated(first("is:nsfw").ratings)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("", NEWEST_FIRST),
        ("order:name", Order(OrderKey.NAME, False)),
        ("order:NAME_desc", Order(OrderKey.NAME, True)),
        ("order:-name", Order(OrderKey.NAME, True)),
        ("order:size_reverse", Order(Measure.FILESIZE, False)),
        ("order:reverse", Order(Measure.ADDED, False)),
        ("order:none", NEWEST_FIRST),
        ("order:random:7", Order(OrderKey.RANDOM, False, seed=7)),
        ("order:score:saber_(fate)", Order(OrderKey.SCORE, True, ("saber_(fate)",))),
        ("order:score:a_asc", Order(OrderKey.SCORE, False, ("a",))),
        ("a -b char:c order:score", Order(OrderKey.SCORE, True, ("a", "c"))),
    ],
)
def test_orders(text: str, order: Order) -> None:
    found = read(text).order
    assert (found.key, found.is_descending, found.tags) == (
        order.key,
        order.is_descending,
        order.tags,
    )
    assert found.seed == (order.seed or 0)


def test_every_order_that_is_offered_is_read() -> None:
    for name in ORDER_NAMES:
        assert read(f"a order:{name} limit:3").limit == 3


def test_the_order_beside_the_text_beats_the_one_in_it() -> None:
    assert read("order:name", "date").order.key is Measure.DATE
    error = failure("a", "nonsense")
    assert (error.position, error.end) == (0, 0)
    assert str(error).startswith("order: does not know 'nonsense'. It knows added, date, name,")


def test_shuffles_depend_on_their_seed_and_spread() -> None:
    orders = {seed: sorted(range(1, 200), key=Shuffle.of(seed).number) for seed in (1, 2, 3)}
    assert len({tuple(order) for order in orders.values()}) == 3
    assert sorted(range(1, 200), key=Shuffle.of(1).number) == orders[1]
    for order in orders.values():
        neighbours = sum(abs(a - b) == 1 for a, b in itertools.pairwise(order))
        assert neighbours < 20
        distances = {b - a for a, b in itertools.pairwise(order)}
        assert len(distances) > 80
    following = {seed: dict(itertools.pairwise(o)) for seed, o in orders.items()}
    assert sum(following[1].get(n) == following[2].get(n) for n in range(1, 200)) < 20


NO_NUMBER = " is not a number or a range. Write width: like width:>=1000."


@pytest.mark.parametrize(
    ("text", "position", "end", "sentence"),
    [
        (
            "a width:abc",
            8,
            11,
            f"'abc'{NO_NUMBER}",
        ),
        ("width:", 0, 6, "width: needs a value right after the colon, such as width:>=1000."),
        (
            "width:1..2..3",
            6,
            13,
            "'1..2..3' is not a number or a range. Write width: like width:>=1000.",
        ),
        ("width:1,", 6, 8, f"'1,'{NO_NUMBER}"),
        ("width:-5", 6, 8, f"'-5'{NO_NUMBER}"),
        (
            "filesize:1parsec",
            9,
            16,
            "'1parsec' is not a file size. Write filesize: like filesize:200kb..1.5mb.",
        ),
        (
            "date:2021-13-01",
            5,
            15,
            "'2021-13-01' is not a date or a range. Write date: like date:2024-01-01..2024-06-30.",
        ),
        (
            "age:foo",
            4,
            7,
            "'foo' is not an age (a number with s, min, h, d, w, mo or y). "
            "Write age: like age:<2w.",
        ),
        (
            "ratio:1:0",
            6,
            9,
            "'1:0' is not a ratio (width:height). Write ratio: like ratio:16:9.",
        ),
        (
            "score:long_hair",
            6,
            15,
            "'long_hair' does not say which tag's score to compare with what. "
            "Write score: like score:long_hair>0.8; a score is 0 to 1, or a percentage.",
        ),
        (
            "-status:presnet",
            8,
            15,
            "status: does not know 'presnet'. Did you mean present? "
            "It knows present, missing, away, unreadable, any.",
        ),
        ("md5:foo", 4, 7, "'foo' is not a hash: md5: takes 32 hexadecimal digits."),
        ("limit:many", 6, 10, "'many' is not a count of pictures. Write limit: like limit:100."),
        ("order:name order:date", 11, 21, "order: stands twice: keep one of them."),
        (
            "a or limit:5",
            5,
            12,
            "limit: holds for the whole search: take it out of the parentheses, "
            "and away from or and not.",
        ),
        (
            "-a order:score",
            3,
            14,
            "order:score needs a tag to go by: write order:score:TAG, or search for a tag.",
        ),
    ],
)
def test_errors_say_where_and_what_to_do(text: str, position: int, end: int, sentence: str) -> None:
    error = failure(text)
    assert (error.position, error.end, error.reason) == (position, end, sentence)
    assert str(error) == f"At character {position + 1}: {sentence}"


@pytest.mark.parametrize("name", KINDS)
def test_every_example_is_read_and_every_empty_value_refused(name: str) -> None:
    kind = KINDS[name]
    for value in (kind.example, *kind.choices):
        if (name, value) != ("order", "score"):
            read(f"{name}:{value}")
    assert failure(f"{name}:").code == "query_empty_value"


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(KINDS)),
    st.text(st.sampled_from("0123456789.,<>=:/-%kmbdy* ()") | st.characters(), max_size=12),
    st.booleans(),
)
def test_any_value_is_read_or_refused(name: str, value: str, is_quoted: bool) -> None:
    try:
        read(f'{name}:"{value}"' if is_quoted else f"{name}:{value}")
    except QueryError as error:
        assert error.end > error.position  # noqa: PT017 - any of the two is right


def test_a_misspelt_order_is_told_what_was_meant() -> None:
    error = failure("order:nmae")
    assert error.code == "query_unknown_value_near"
    assert "Did you mean name?" in str(error)
