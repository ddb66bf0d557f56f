"""The SQL of a search finds exactly what the oracle finds, in the same order."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.search.conditions import Hash
from anitag_desktop.search.formatter import format_query
from anitag_desktop.search.lore import TagLore
from anitag_desktop.search.matching import SearchedFile, SearchedImage, Seen, search
from anitag_desktop.search.metatags import KINDS, interpret
from anitag_desktop.search.names import METATAG_NAMES
from anitag_desktop.search.ordering import ORDER_NAMES
from anitag_desktop.search.parser import parse
from anitag_desktop.search.query import Metatag, Query
from anitag_desktop.storage import query_compiler
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import open_store
from tests.helpers.searchables import MODELS, RATINGS, THRESHOLDS, write
from tests.search.strategies import trees

NOW = datetime(2024, 6, 15, 12, 0)
DAY = timedelta(days=1)

TAGS = {
    "long_hair": TagCategory.GENERAL,
    "very_long_hair": TagCategory.GENERAL,
    "absurdly_long_hair": TagCategory.GENERAL,
    "hair": TagCategory.GENERAL,
    "saber_(fate)": TagCategory.CHARACTER,
    "fate_(series)": TagCategory.COPYRIGHT,
    "some_artist": TagCategory.ARTIST,
    "100%_[x]?": TagCategory.META,
    "a*b": TagCategory.META,
    "東方": TagCategory.COPYRIGHT,
    "pool:best": TagCategory.META,
}
ALIASES = {"longhair": "long_hair", "artoria": "saber_(fate)"}
names = st.sampled_from(sorted(TAGS))


@st.composite
def lores(draw: st.DrawFn) -> TagLore:
    order = sorted(TAGS)
    pairs = draw(st.sets(st.tuples(names, names), max_size=8))
    parents: dict[str, frozenset[str]] = {}
    for child, parent in pairs:
        if order.index(child) < order.index(parent):
            parents[child] = parents.get(child, frozenset()) | {parent}
    return TagLore(TAGS | RATINGS, ALIASES, parents, frozenset())


FOLDERS = ("/pics", "/pics/2024", "/pics/TOUHOU/b", "/other/touhou", "/pics2", "/p_cs")
FILES = ("a.png", "A.PNG", "b c.png", "100%.jpg", "日本.gif", "x_p0.png", "é.png")


@st.composite
def files(draw: st.DrawFn, number: int) -> tuple[SearchedFile, ...]:
    count = draw(st.integers(0, 2))
    return tuple(
        SearchedFile(
            f"{draw(st.sampled_from(FOLDERS))}/{number}{place}/{draw(st.sampled_from(FILES))}".encode(),
            draw(st.sampled_from([ImageStatus.PRESENT] * 4 + list(ImageStatus))),
            (NOW - DAY * draw(st.integers(0, 400))).timestamp() + draw(st.sampled_from([0.0, 0.5])),
        )
        for place in range(count)
    )


BOTH = tuple(zip(THRESHOLDS, MODELS, strict=True))
SCORERS = (BOTH, BOTH[:1], BOTH[1:])


@st.composite
def images(draw: st.DrawFn, number: int) -> SearchedImage:
    tags = draw(st.dictionaries(names, st.sampled_from(Source), max_size=4))
    rating = draw(st.sampled_from([None, *RATINGS]))
    spoken = draw(st.sets(names, max_size=3))
    seen = {
        name: tuple(
            Seen(draw(st.sampled_from([500, 3299, 3300, 4000, 5000, 8000, 10_000])), *own)
            for own in draw(st.sampled_from(SCORERS))
        )
        for name in draw(st.sets(names, max_size=3))
    }
    looked = draw(st.sets(st.sampled_from([*MODELS, "old-model"])))
    return SearchedImage(
        image_id=number,
        width=draw(st.sampled_from([1, 100, 1600, 1780, 3000])),
        height=draw(st.sampled_from([1, 100, 900, 1000])),
        format=draw(st.sampled_from(["png", "jpeg", "gif"])),
        size=draw(st.sampled_from([500, 1024, 1_000_000, 2**20])),
        frames=draw(st.sampled_from([1, 1, 5])),
        added=(NOW - DAY * draw(st.integers(0, 3))).timestamp(),
        hashes={
            Hash.SHA256: f"{number:064x}",
            Hash.MD5: f"{number % 3:032x}",
            Hash.PIXELS: f"{number % 2:064x}",
        },
        files=draw(files(number)),
        tags=tags | ({rating: Source.MODEL} if rating else {}),
        rejected=frozenset(spoken - tags.keys()),
        confirmed=frozenset(spoken & tags.keys()),
        seen=seen,
        models=frozenset(looked),
        lookers=frozenset(looked & set(MODELS)),
        is_favourite=draw(st.booleans()),
        is_reviewed=bool(spoken),
        stars=draw(st.sampled_from([None, 1, 5])),
    )


def has_twin(image: SearchedImage, every: list[SearchedImage]) -> bool:
    return any(
        other is not image
        and other.status is ImageStatus.PRESENT
        and other.hashes[Hash.PIXELS] == image.hashes[Hash.PIXELS]
        for other in every
    )


@st.composite
def libraries(draw: st.DrawFn) -> tuple[list[SearchedImage], TagLore]:
    lore = draw(lores())
    # A model may have scored an image and know nothing of a run: the two are written apart.
    found = [draw(images(number)) for number in range(1, draw(st.integers(1, 7)))]
    found = [replace(one, has_twin=has_twin(one, found)) for one in found]
    if len(found) > 1 and found[1].status is ImageStatus.PRESENT and draw(st.booleans()):
        found[0] = replace(found[0], lesser_than=frozenset({found[1].hashes[Hash.SHA256]}))
    scorers: dict[str, frozenset[str]] = {}
    for image in found:
        for name, seen in image.seen.items():
            scorers[name] = scorers.get(name, frozenset()) | {one.model for one in seen}
    return found, TagLore(lore.categories, lore.aliases, lore.parents, scorers)


METATAGS = (
    *("rating:g", "rating:s,e", "rating:none", "rating:any", "is:sfw", "is:nsfw"),
    *(
        "character:saber*",
        "character:artoria",
        "copyright:saber_(fate)",
        "general:*hair*",
        "meta:*",
    ),
    *("artist:none_such", "score:long_hair>=0.33", "score:hair<50%", "score:artoria:0.4..0.8"),
    *("ai:long_hair", "ai:hair,0", "ai:longhair,>=0.8", "ai:nothing", "missing:long_hair"),
    *(
        "wrong:long_hair",
        "wrong:hair",
        "uncertain:hair",
        "uncertain:any",
        "uncertain:hair,0.03",
        "uncertain:any,0.2",
        "conflict:hair",
        "conflict:any",
        "conflict:x",
        "source:user",
    ),
    *("source:model", "model:wd*", "model:own_model", "model:none", "model:*old*"),
    *("id:2..4", "id:1,5", "width:>=1600", "width:100...1600", "height:<900", "mpixels:1.6"),
    *("mpixels:>1.44", "ratio:16:9", "ratio:>1.78", "ratio:<=1", "filesize:500", "filesize:1kb"),
    *("filesize:>=1mb", "date:2024-06", "date:<2024-05-01", "date:2024-06-10..2024-06-15"),
    *("date:none", "date:any", "added:yesterday", "added:<2d", "age:<30d", "age:2w..1y", "age:3d"),
    *(
        "tagcount:0",
        "tagcount:>2",
        "gentags:1",
        "chartags:>0",
        "arttags:1",
        "metatags:0..1",
        "copytags:none",
    ),
    *("filetype:png", "filetype:jpg,gif", "folder:/pics", "folder:touhou", "folder:p_cs/"),
    *("folder:/", "folder:pics/2024", 'path:"*/b c*"', "path:/pics/*", "path:?pics*%*"),
    *(
        "name:a",
        "name:*.png",
        "name:100%",
        "name:_p0",
        "name:日本",
        "name:É",
        "name:é",
        "name:?.png",
    ),
    *("status:missing", "status:any", "status:away,unreadable", "status:present", "is:missing"),
    *(f"sha256:{1:064x}", f"md5:{1:032x},{2:032x}", f"pixelhash:{0:064x}"),
    *("is:untagged", "is:tagged", "is:reviewed", "is:unreviewed", "is:animated", "is:favorite"),
    *("is:portrait", "is:landscape", "is:square", "is:png", "fav:yes", "fav:no"),
    *("rated:any", "rated:none", "rated:>=4"),
    *("has:tags", "has:artist", "has:general", "has:rating", "has:stars", "has:corrections"),
    *("duplicate:exact", "duplicate:copies", "duplicate:any", "duplicate:none", "is:copied"),
    *("duplicate:lesser", "is:lesser"),
    *("character:any", "copyright:none", "artist:any", "general:none", "character:nobody"),
    *("has:pools", "pool:any", "pool:none", "pool:best", "pool:*s*", "pool:nothing"),
)
terms = (
    st.sampled_from([*TAGS, *ALIASES, "no_such_tag"]).map(lambda name: parse(f'"{escaped(name)}"'))
    | st.sampled_from(["*", "*hair", "l*_*r", "*(*", "%*", "*[x]?", "_*", "東*"]).map(parse)
    | st.sampled_from(METATAGS).map(parse)
)


def escaped(name: str) -> str:
    return name.replace("*", "\\*")


orders = st.sampled_from([None, *ORDER_NAMES, "name_desc", "reverse", "date_asc", "random:7"]).map(
    lambda name: {"score": "score:long_hair"}.get(name or "", name)
)


def found(store: Store, query: Query, order: str | None) -> tuple[list[int], int]:
    asked = interpret(query, NOW, order)
    with store.library.read() as conn:
        ids = list(conn.execute(query_compiler.ids(conn, asked)).scalars())
        return ids, conn.execute(query_compiler.count(conn, asked)).scalar_one()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(libraries(), st.lists(st.tuples(trees(terms), orders), min_size=1, max_size=12))
def test_sql_agrees_with_the_oracle(
    library: tuple[list[SearchedImage], TagLore], queries: list[tuple[Query, str | None]]
) -> None:
    images, lore = library
    with TemporaryDirectory() as root, open_store(Path(root) / "library") as store:
        write(store, images, lore)
        for query, order in queries:
            expected = search(interpret(query, NOW, order), images, lore)
            assert found(store, query, order) == (expected, len(expected)), format_query(query)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(libraries(), trees(terms), orders, st.integers(0, 4), st.integers(0, 4))
def test_pages_are_parts_of_the_whole(
    library: tuple[list[SearchedImage], TagLore],
    query: Query,
    order: str | None,
    offset: int,
    limit: int,
) -> None:
    images, lore = library
    asked = interpret(query, NOW, order)
    with TemporaryDirectory() as root, open_store(Path(root) / "library") as store:
        write(store, images, lore)
        with store.library.read() as conn:
            page = query_compiler.ids(conn, asked, offset, limit)
            ids = list(conn.execute(page).scalars())
    assert ids == search(asked, images, lore)[offset : offset + limit]


@pytest.mark.parametrize("term", METATAGS)
def test_every_term_above_is_a_metatag(term: str) -> None:
    assert isinstance(parse(term), Metatag)


def test_every_metatag_stands_above() -> None:
    tried = {metatag.name for term in METATAGS if isinstance(metatag := parse(term), Metatag)}
    assert tried | {"similar", "order", "limit"} == KINDS.keys() == set(METATAG_NAMES.values())


def test_deepest_and_widest_searches_run(tmp_path: Path) -> None:
    deep = "(a or " * 19 + "b" + " c)" * 19
    wide = " ".join(f"-t{number}" for number in range(300))
    either = " or ".join(f"t{number}*" for number in range(300))
    with open_store(tmp_path / "library") as store:
        for text in (deep, wide, either, f"-({deep})"):
            assert found(store, parse(text), None) == ([], 0)
