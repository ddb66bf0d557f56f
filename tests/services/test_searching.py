"""Searching as the window and the command line call it, on a real library."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.search.errors import QueryError
from anitag_desktop.search.highlight import SpanKind
from anitag_desktop.search.index import KnownTag
from anitag_desktop.services import searching
from anitag_desktop.services.searching import GivenUpError, Searcher
from anitag_desktop.storage import folders, index_ids, interruptions, schema
from anitag_desktop.storage.bitmap_search_index import BitmapSearchIndex
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import open_store
from tests.helpers.searchables import write
from tests.search.worlds import world


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    images, lore = world()
    away = replace(images[0], files=(replace(images[0].files[0], status=ImageStatus.AWAY),))
    # The helper's models have thresholds of their own, so scores are left out here.
    with open_store(tmp_path / "library") as store:
        write(store, [replace(image, seen={}) for image in (away, *images[1:])], lore)
        yield store


@pytest.fixture
def searcher(store: Store) -> Searcher:
    return Searcher(store)


def test_search_counts_and_pages(searcher: Searcher) -> None:
    assert searcher.search("").ids == [5, 4, 3, 2]
    assert searcher.search("status:any").ids == [5, 4, 3, 2, 1]
    assert searcher.search("", limit=2, offset=1).ids == [4, 3]
    assert searcher.search("limit:3", limit=2, offset=2).ids == [3]
    assert searcher.search("limit:1", limit=5).ids == [5]
    assert searcher.count("aaa") == 2
    assert searcher.count("limit:1") == 1


def test_the_order_asked_for_beats_the_one_in_the_text(searcher: Searcher) -> None:
    assert searcher.search("order:id", order="id_asc").ids == [2, 3, 4, 5]
    with pytest.raises(QueryError, match="order: does not know"):
        searcher.search("", order="beauty")


def test_pages_of_a_random_order_fit_together(searcher: Searcher) -> None:
    for _ in range(5):
        pages = [searcher.search("order:random", limit=2, offset=at).ids for at in (0, 2)]
        assert sorted([*pages[0], *pages[1]]) == [2, 3, 4, 5]
    assert searcher.search("order:random:1").ids == searcher.search("", order="random:1").ids


def test_unknown_names_are_told_and_explained(searcher: Searcher) -> None:
    result = searcher.search("aaa or sabre -nothing character:sabr longaaa b*")
    assert result.unknown == ("sabre", "nothing", "sabr")
    assert [known.tag.name for known in searcher.did_you_mean("sabre")] == ["saber"]
    assert searcher.search("sabre").ids == []
    doubtful = searcher.search("(ai:sabr or score:bb>0.5 or conflict:any) order:score:aa")
    assert doubtful.unknown == ("sabr", "bb", "aa")


@pytest.mark.parametrize("is_loaded", [False, True])
def test_folders_paths_and_models_that_nothing_fits_are_told(store: Store, is_loaded: bool) -> None:
    index = BitmapSearchIndex(store)
    if is_loaded:
        index.load()
        index.prepare()
    searcher = Searcher(store, index)
    result = searcher.search('aaa -folder:nope or path:*/nope/* or model:nope folder:"my own"')
    assert result.vain == ("folder:nope", "path:*/nope/*", "model:nope", 'folder:"my own"')
    assert searcher.search("folder:/pictures path:*/2.x").vain == ()
    # The only picture there is away: that it is not found is no slip of the finger.
    away = searcher.search("path:/pictures/1.x", limit=0)
    assert (list(away.ids), away.vain) == ([], ())


def test_what_a_name_may_have_meant_does_not_take_the_counts_of_all_tags(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = BitmapSearchIndex(store)
    asked: list[object] = []
    known_tags = index.known_tags

    def counted(names: Sequence[str] | None = None) -> list[KnownTag]:
        asked.append(names)
        return known_tags(names)

    monkeypatch.setattr(index, "known_tags", counted)
    searcher = Searcher(store, index)
    [quick] = searcher.did_you_mean("sabre")
    assert asked == [["saber"]]
    assert searcher.did_you_mean("nothing_like_it") == []
    searcher.complete("sab", 3)
    assert searcher.did_you_mean("sabre") == [quick]
    assert quick.count == 1


def test_watched_folders_and_models_that_looked_are_offered(
    store: Store, searcher: Searcher
) -> None:
    store.index.write(lambda conn: index_ids.model_id(conn, ModelKey("Mine", "1")))
    store.library.write(lambda conn: folders.add(conn, b"/art/New ones", None, 1.0))
    assert [one.insert for one in searcher.complete("model:mi", 8)] == ["model:mine"]
    assert [one.insert for one in searcher.complete("folder:new", 10)] == ['folder:"New ones"']
    assert searcher.complete("folder:/art", 11)[0].insert == 'folder:"/art/New ones"'


def test_explain(searcher: Searcher) -> None:
    assert searcher.explain("  AAA | (bbb  CHAR:Saber)") == "aaa or (bbb character:Saber)"
    with pytest.raises(QueryError):
        searcher.explain("width:x")


@pytest.mark.parametrize("text", ["(", "width:abc", "order:name order:id", 'a "'])
def test_broken_text_is_an_error(searcher: Searcher, text: str) -> None:
    for ask in (searcher.search, searcher.count, searcher.explain):
        with pytest.raises(QueryError):
            ask(text)


def test_tags_of_absent_pictures_are_not_counted(searcher: Searcher) -> None:
    counts = [(tag.name, count) for tag, count in searcher.tag_counts(TagCategory.GENERAL)]
    assert counts == [("aaa", 2), ("ccc", 2), ("bbb", 1), ("servant", 1)]  # saber implies it
    assert [tag.name for tag, _ in searcher.tag_counts(TagCategory.CHARACTER)] == ["saber"]
    assert len(searcher.tag_counts(limit=2)) == 2


def test_completion_counts_and_colours(searcher: Searcher) -> None:
    [found] = [one for one in searcher.complete("longa", 5) if one.alias_of]
    assert (found.insert, found.count) == ("aaa", 2)
    kinds = [(span.kind, span.category) for span in searcher.highlight("saber longaaa x (")]
    assert kinds[:3] == [
        (SpanKind.TAG, TagCategory.CHARACTER),
        (SpanKind.TAG, TagCategory.GENERAL),
        (SpanKind.TAG, None),
    ]
    assert kinds[-1][0] is SpanKind.ERROR


def test_completion_learns_of_changes_after_a_while(
    store: Store, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_LEAST_PATIENCE", 0.0)
    monkeypatch.setattr(searching, "_PATIENCE", 0)
    assert not any(one.insert == "zzz" for one in searcher.complete("zz", 2))
    row = {"uid": "new", "name": "zzz", "category": "general", "created_at": 0}
    store.library.write(lambda conn: conn.execute(schema.tags.insert(), row) and None)
    assert not any(one.insert == "zzz" for one in searcher.complete("zz", 2))
    store.changes.publish(LibraryChange(tags=True))
    assert any(one.insert == "zzz" for one in searcher.complete("zz", 2))


def test_nothing_typed_reaches_sql(searcher: Searcher) -> None:
    for text in (
        '"\'; DROP TABLE images; --"',
        'path:"%\' OR 1=1 --"',
        "name:100%_",
        "\udcff",
        "\udcff*",
        "char:\udcff",
        "folder:\udcff",
        "name:*\udcff?",
        "ai:\udcff",
        "score:\udcff>0.5",
        "order:score:\udcff",
    ):
        assert searcher.search(text).ids == [] or text.startswith("order")
    assert searcher.count("") == 4


def test_searches_run_on_a_read_only_library(store: Store) -> None:
    with Store.open(store.paths, writable=False) as reading:
        assert Searcher(reading).count("aaa") == 2


def test_facets_count_what_else_is_in_the_pictures(store: Store) -> None:
    searcher = Searcher(store)
    for _ in range(2):  # by SQL, then from memory
        found = searcher.facets("ccc status:any")
        counts = {tag.name: count for tag, count in found[TagCategory.GENERAL]}
        assert counts == {"ccc": 2, "aaa": 1}
        assert [tag.name for tag, _ in found[TagCategory.RATING]] == [
            "rating:explicit",
            "rating:questionable",
        ]
        assert not found[TagCategory.ARTIST]
        assert len(searcher.facets("status:any", limit=1)[TagCategory.GENERAL]) == 1
        searcher._index.load()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("aa", 2),
        ("ccc aa", 1),
        ("ccc longa", 1),
        ("bbb -aa", 0),
        ("(ccc and aa", 1),
        ("ccc or aa", 2),
        ("ccc rating:x aa", 2),
    ],
)
def test_completion_counts_within_what_is_typed(store: Store, text: str, count: int) -> None:
    searcher = Searcher(store)
    searcher._index.load()
    assert [one.count for one in searcher.complete(text, len(text)) if one.insert == "aaa"] == [
        count
    ]


def test_a_search_that_nobody_waits_for_ends(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interruptions, "_STEPS", 1)
    searcher = Searcher(store)
    for has_bitmaps in (False, True):
        for number, ask in enumerate((searcher.search, searcher.count)):
            text = f"path:*pictures*{number}* -name:zz*"
            with pytest.raises(GivenUpError):
                ask(text, is_given_up=lambda: True)
            ask(text, is_given_up=lambda: False)
        assert searcher.count(f"name:1.x status:any id:<{900 + has_bitmaps}") == 1
        searcher._index.load()
