"""The facts of danbooru's search semantics: each one kept, or departed from with the reason."""

import dataclasses
import json
import math
from datetime import datetime
from pathlib import Path

import pytest

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.search.conditions import Measured
from anitag_desktop.search.errors import QueryError
from anitag_desktop.search.matching import SearchedFile, search
from anitag_desktop.search.metatags import interpret
from anitag_desktop.search.parser import parse
from anitag_desktop.search.ranges import NumberSet, Range
from tests.search.worlds import NOW, PRESENT, world

DATA = Path(__file__).parents[1] / "data" / "search_semantics_danbooru.json"
FACTS = json.loads(DATA.read_text(encoding="utf-8"))

INF = math.inf
DAY = datetime(2017, 5, 15).timestamp(), datetime(2017, 5, 16).timestamp()
NOW_ = NOW.timestamp()


def one(low: float = -INF, high: float = INF, ends: str = "[]") -> NumberSet:
    return NumberSet(
        (
            Range(
                None if low == -INF else low,
                None if high == INF else high,
                ends[0] == "[",
                ends[1] == "]",
            ),
        )
    )


def both(first: NumberSet, second: NumberSet) -> NumberSet:
    return NumberSet(first.ranges + second.ranges)


KEPT: dict[tuple[str, str], tuple[str, NumberSet | str]] = {
    ("int", "5"): ("width:5", one(5, 5)),
    ("int", ">5"): ("width:>5", one(5, ends="(]")),
    ("int", ">=5"): ("width:>=5", one(5)),
    ("int", "<5"): ("width:<5", one(high=5, ends="[)")),
    ("int", "<=5"): ("width:<=5", one(high=5)),
    ("int", "5.."): ("width:5..", one(5)),
    ("int", "..5"): ("width:..5", one(high=5)),
    ("int", "5..10"): ("width:5..10", one(5, 10)),
    ("int", "10..5"): ("width:10..5", one(5, 10)),
    ("int", "5...10"): ("width:5...10", one(5, 10, "[)")),
    ("int", "5,6,7"): ("width:5,6,7", both(both(one(5, 5), one(6, 6)), one(7, 7))),
    ("int", "5,7..9"): ("width:5,7..9", both(one(5, 5), one(7, 9))),
    ("int", "<2,>9"): ("width:<2,>9", both(one(high=2, ends="[)"), one(9, ends="(]"))),
    ("int", "any"): ("rated:any", one()),
    ("int", "none"): ("rated:none", NumberSet((), has_none=True)),
    ("age", "<1d"): ("age:<1d", one(NOW_ - 86_400, ends="(]")),
    ("age", ">1y"): ("age:>1y", one(high=NOW_ - 31_556_952, ends="[)")),
    ("age", "1min..0s"): ("age:1min..0s", one(NOW_ - 60, NOW_)),
    ("age", "1:30"): ("age:1:30", "query_bad_age"),
    ("age", "30"): ("age:30", "query_bad_age"),
    ("filesize", "1kb"): ("filesize:1kb", one(1024 * 0.95, 1024 * 1.05)),
    ("filesize", "1m"): ("filesize:1m", one(1048576 * 0.95, 1048576 * 1.05)),
    ("filesize", "500"): ("filesize:500", one(500, 500)),
    ("filesize", ">1mb"): ("filesize:>1mb", one(1048576, ends="(]")),
    ("ratio", "16:9"): ("ratio:16:9", one(1.775, 1.785, "[)")),
    ("ratio", "149/100"): ("ratio:149/100", one(1.485, 1.495, "[)")),
    ("ratio", "1:0"): ("ratio:1:0", "query_bad_ratio"),
    ("float mpixels", "0.1675"): ("mpixels:0.1675", one(0.1675 * 0.95, 0.1675 * 1.05)),
    ("date", "2017-05-15"): ("date:2017-05-15", one(*DAY, "[)")),
    ("date", "15/5/2017"): ("date:15/5/2017", one(*DAY, "[)")),
    ("date", "2021-13-01"): ("date:2021-13-01", "query_bad_date"),
}
DEPARTED = {"duration": "pictures last no time; animations are not measured yet"}


@pytest.mark.parametrize("case", FACTS["danbooru_ranges"]["cases"], ids=str)
def test_range(case: list[str]) -> None:
    kind, value, _ = case
    if kind in DEPARTED:
        assert (kind, value) not in KEPT
        return
    text, meaning = KEPT[kind, value]
    if isinstance(meaning, str):
        with pytest.raises(QueryError) as caught:
            interpret(parse(text), NOW)
        assert caught.value.code == meaning
        return
    asked = next(iter(interpret(parse(text), NOW).where.parts))
    assert isinstance(asked, Measured)
    for found, expected in zip(asked.numbers.ranges, meaning.ranges, strict=True):
        assert (found.has_low, found.has_high) == (expected.has_low, expected.has_high)
        assert found.low == pytest.approx(expected.low)
        assert found.high == pytest.approx(expected.high)
    assert asked.numbers.has_none == meaning.has_none


def test_age_in_bare_seconds_can_be_compared() -> None:
    assert interpret(parse("age:<60"), NOW).where == interpret(parse("age:<60s"), NOW).where


@dataclasses.dataclass(frozen=True)
class Fact:
    """What we make of a fact: what finds what in ``world()``, or why it is otherwise here."""

    kept: tuple[tuple[str, list[int]], ...] = ()
    departed: str = ""


ALL = [5, 4, 3, 2, 1]
SEMANTICS = (
    Fact(kept=(("", ALL), ("   ", ALL)), departed="newest added first, then id"),
    Fact(kept=(("AAA", [3, 2, 1]), (" aaa ", [3, 2, 1]))),
    Fact(kept=(("~aaa ~ccc", [4, 3, 2, 1]), ("~bbb -a*", [5]))),
    Fact(
        kept=(
            ("a*", [3, 2, 1]),
            ("*c", [4, 3]),
            ("*bb*", [5]),
            ("a*a", [3, 2, 1]),
            ("*", ALL),
        ),
        departed="a wildcard has no cap",
    ),
    Fact(departed="a bad value is an error with its place, never nothing and never everything"),
    Fact(
        kept=(
            ("id:1,3..4", [4, 3, 1]),
            ("id:<2,>4", [5, 1]),
            ("id:4..2", [4, 3, 2]),
            ("-id:>2", [2, 1]),
            ("id:>1 id:<3", [2]),
        )
    ),
    Fact(
        kept=(
            ("filetype:png,jpg", [3, 2, 1]),
            ("filetype:png filetype:jpg", []),
            ("-filetype:png -filetype:jpg", [5, 4]),
        )
    ),
    Fact(
        kept=(
            ("rating:s", [2]),
            ("rating:q,e", [4, 3]),
            ("-rating:e", [5, 3, 2, 1]),
            ("is:sfw", [2, 1]),
            ("is:nsfw", [4, 3]),
            ("is:safe", [2]),
            ("is:explicit", [4]),
        ),
        departed="a word that merely begins like a rating is an error, not that rating",
    ),
    Fact(
        kept=(("is:png", [2, 1]), ("has:pools", []), ("has:character", [5])),
        departed="no parents, notes or sources here; an unknown is: or has: is an error",
    ),
    Fact(departed="pictures have no parents here; parent:x is a tag's name"),
    Fact(departed="source: asks who says a tag (user, model, import, rule); no addresses are kept"),
    Fact(kept=(("tagcount:2", [5, 3]), ("chartags:1", [5]), ("gentags:>1", [3]))),
    Fact(kept=((f"md5:{1:032X},{2:032x}", [2, 1]), (f"pixelhash:{3:064x}", [3]))),
    Fact(departed="saved searches are lists of the window; search:x is a tag's name"),
    Fact(
        kept=(
            ("ai:aaa", [2, 1]),
            ("ai:aaa,90%", [1]),
            ("ai:aaa,0", [5, 4, 3]),
            ("ai:ccc -ccc", [5]),
        ),
        departed="alone it means the tag's own threshold, not 50 %",
    ),
    Fact(departed="EXIF is not kept"),
    Fact(
        kept=(("limit:2", [5, 4]), ("order:none limit:1", [5])),
        departed="random:N is written order:random limit:N",
    ),
    Fact(
        kept=(
            ("order:id_asc", [1, 2, 3, 4, 5]),
            ("order:id", [1, 2, 3, 4, 5]),
            ("order:id_desc", ALL),
            ("order:filesize", [1, 2, 3, 4, 5]),
            ("order:filesize_asc", ALL),
            ("order:portrait", [5, 4, 3, 2, 1]),
            ("order:landscape", [1, 2, 3, 4, 5]),
            ("order:score:aaa", [1, 2, 5, 4, 3]),
            ("order:md5", [1, 2, 3, 4, 5]),
        ),
        departed="without favcount, created_at, change, duration, custom",
    ),
    Fact(departed="order:custom is absent: the window keeps a selection's order itself"),
    Fact(departed="date: does not change the order; that is what order:date is for"),
    Fact(
        kept=(("pool:none", ALL), ("pool:any", [])),
        departed="pools have no order, favourites no groups; fav:yes asks for the user's own",
    ),
)


@pytest.mark.parametrize(
    ("fact", "ours"),
    list(zip(FACTS["danbooru_search_semantics"]["facts"], SEMANTICS, strict=True)),
)
def test_fact(fact: str, ours: Fact) -> None:
    assert ours.kept or ours.departed, fact
    images, lore = world()
    for text, found in ours.kept:
        assert search(interpret(parse(text), NOW), images, lore) == found, text


@pytest.mark.parametrize(
    "text",
    [
        *("score:foo", "score:42x", "ratio:1:0", "date:2021-13-01", "age:foo", "md5:foo"),
        *(
            "-status:garbage",
            "status:garbage",
            "is:garbage",
            "-is:garbage",
            "has:children",
            "rating:sx",
        ),
    ],
)
def test_bad_values_are_errors(text: str) -> None:
    with pytest.raises(QueryError):
        interpret(parse(text), NOW)


@pytest.mark.parametrize("text", ["parent:none", "search:all", "random:5", "exif:a"])
def test_metatags_that_are_absent_are_tags(text: str) -> None:
    images, lore = world()
    assert search(interpret(parse(text), NOW), images, lore) == []


RELATIONS = {
    0: ("fate", [5]),  # saber -> servant -> fate, through the closure
    3: ("longaaa", [3, 2, 1]),  # an alias finds its tag
}


@pytest.mark.parametrize(("place", "case"), RELATIONS.items())
def test_relation(place: int, case: tuple[str, list[int]]) -> None:
    assert FACTS["danbooru_tag_relations"]["facts"][place]
    images, lore = world()
    assert search(interpret(parse(case[0]), NOW), images, lore) == case[1]


def test_a_rejected_tag_is_not_found_through_an_implication() -> None:
    images, lore = world()
    rejecting = dataclasses.replace(images[-1], rejected=frozenset({"fate"}))
    asked = interpret(parse("fate"), NOW)
    assert search(asked, [rejecting], lore) == []


def test_of_several_files_the_first_name_and_the_earliest_time_count_in_orders() -> None:
    images, lore = world()
    one, other = images[:2]
    files = (
        SearchedFile(b"/b/zebra.png", PRESENT, 90.0),
        SearchedFile(b"/z/Ape.png", PRESENT, 5.0),
        SearchedFile(b"/a/aardvark.png", ImageStatus.MISSING, 1.0),
    )
    several = dataclasses.replace(one, files=files)
    single = dataclasses.replace(other, files=(SearchedFile(b"/a/bee.png", PRESENT, 7.0),))
    for order in ("name", "date_asc"):
        asked = interpret(parse(f"order:{order}"), NOW)
        assert search(asked, [single, several], lore) == [1, 2], order
