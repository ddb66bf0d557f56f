"""The bitmaps find what SQL and the oracle find, whatever was done to the library before."""

import random
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.search.formatter import format_query
from anitag_desktop.search.lore import TagLore
from anitag_desktop.search.matching import SearchedImage, search
from anitag_desktop.search.metatags import interpret
from anitag_desktop.search.parser import parse
from anitag_desktop.search.query import Query
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.storage import (
    bitmap_search_index,
    files,
    images,
    saved_bitmaps,
    schema,
    stamps,
)
from anitag_desktop.storage.bitmap_search_index import BitmapSearchIndex
from anitag_desktop.storage.interruptions import GivenUpError, interruptible
from anitag_desktop.storage.search_index import SqlSearchIndex
from anitag_desktop.storage.store import Store
from tests.helpers import searchables, searched
from tests.helpers.libraries import add_image, facts_of, fill, open_store, predict, use_model
from tests.search.strategies import trees
from tests.storage.test_query_compiler import libraries, orders, terms

NOW = datetime(2024, 6, 15, 12, 0)
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def bitmaps_of(store: Store, *, is_prepared: bool = True) -> BitmapSearchIndex:
    """An index that answers from memory from the first question on."""
    index = BitmapSearchIndex(store)
    index.load()
    if is_prepared:
        index.prepare()
    return index


def answers(index: BitmapSearchIndex, text: str, order: str | None = None) -> list[int]:
    asked = interpret(parse(text), NOW, order)
    ids = list(index.ids(asked))
    assert index.count(asked) == len(ids)
    return ids


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(
    libraries(),
    st.lists(
        st.tuples(trees(terms), orders, st.integers(0, 4), st.integers(0, 4)),
        min_size=1,
        max_size=12,
    ),
)
def test_bitmaps_agree_with_the_oracle(
    library: tuple[list[SearchedImage], TagLore],
    queries: list[tuple[Query, str | None, int, int]],
) -> None:
    images, lore = library
    with TemporaryDirectory() as root, open_store(Path(root) / "library") as store:
        searchables.write(store, images, lore)
        index = bitmaps_of(store)
        for query, order, offset, limit in queries:
            asked = interpret(query, NOW, order)
            expected = search(asked, images, lore)
            assert index.ids(asked) == expected, format_query(query)
            assert index.count(asked) == len(expected)
            assert index.ids(asked, offset, limit) == expected[offset : offset + limit]


NAMES = ("hat", "red_hat", "cat", "dog", "rating:general", "rating:sensitive")
names = st.sampled_from(NAMES)
places = st.integers(0, 5)
scores = st.dictionaries(names, st.sampled_from([0.1, 0.45, 0.6, 0.99]), max_size=4)
actions = st.one_of(
    st.tuples(st.just("add"), places),
    st.tuples(st.just("predict"), places, scores),
    st.tuples(st.just("confirm"), places, names),
    st.tuples(st.just("reject"), places, names),
    st.tuples(st.just("clear"), places, names),
    st.tuples(st.just("undo"), st.integers(1, 3)),
    st.tuples(st.just("redo"), st.integers(1, 2)),
    st.tuples(st.just("status"), places, st.sampled_from(ImageStatus)),
    st.tuples(st.just("copy"), places, places),
    st.tuples(st.just("move"), places, st.sampled_from([b"/pictures/sub", b"/Other/Pictures"])),
    st.tuples(st.sampled_from(["imply", "alias", "rename", "merge"]), names, names),
    st.tuples(st.sampled_from(["delete", "silence", "heed"]), names),
    st.tuples(st.just("category"), names, st.sampled_from(["artist", "character"])),
    st.tuples(st.sampled_from(["reopen", "crash", "lose index", "search", "prepare"])),
)
QUERIES = tuple(
    parse(text)
    for text in (
        *("", "hat", "-hat", "cat or dog", "red_hat -dog", "*hat", "h*", "*", "status:any hat"),
        *("rating:general", "rating:none", "source:user", "source:model", "is:untagged"),
        *("tagcount:1", "gentags:>0", "chartags:>0", "character:*", "is:missing", "is:reviewed"),
        *(
            "ai:hat",
            "missing:hat",
            "wrong:hat",
            "score:hat>=0.5",
            "uncertain:any",
            "uncertain:any,0.02",
            "id:1..3",
        ),
        "conflict:any",
        *("limit:2", "name:pictures", "name:1", "folder:/pictures", "width:>101", "date:any"),
        *("folder:pictures", "folder:/pictures/sub", "folder:/pictures/1.png", "folder:/"),
        *("score:hat<0.7", "score:hat:0.2...0.6", "score:cat>0.9", "cat folder:sub"),
    )
)
ORDERS = (None, "id", "date", "name", "md5", "tagcount", "score:hat", "random:3", "filesize_asc")


class Life:
    """A library to which things happen, and its bitmaps."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = Store.open(open_paths(root))
        use_model(self.store)
        self.index = bitmaps_of(self.store, is_prepared=False)
        self.ids: dict[int, int] = {}
        self.paths: dict[int, bytes] = {}

    def do(self, action: tuple) -> None:
        """Do one thing; what makes no sense is refused by the library itself."""
        what, *given = action
        with suppress(AnitagError):
            getattr(self, what.replace(" ", "_"))(*given)

    def look(self) -> None:
        """Ask something: the bitmaps follow now, not only at the end."""
        answers(self.index, "hat or cat tagcount:>0")

    def add(self, place: int) -> None:
        self.ids[place] = add_image(self.store, place)

    def predict(self, place: int, said: dict[str, float]) -> None:
        if place in self.ids:
            predict(self.store, place, said)

    def confirm(self, place: int, name: str) -> None:
        if place in self.ids:
            Corrector(self.store).correct([self.ids[place]], add=[name])

    def reject(self, place: int, name: str) -> None:
        if place in self.ids:
            Corrector(self.store).correct([self.ids[place]], reject=[name])

    def clear(self, place: int, name: str) -> None:
        if place in self.ids:
            Corrector(self.store).clear([self.ids[place]], [name])

    def undo(self, n: int) -> None:
        Corrector(self.store).undo(n)

    def redo(self, n: int) -> None:
        Corrector(self.store).redo(n)

    def status(self, place: int, status: ImageStatus) -> None:
        ids = [file_id] if (file_id := self.file_of(place)) is not None else []
        self.store.library.write(lambda conn: files.set_status(conn, ids, status, 5.0))

    def copy(self, place: int, other: int) -> None:
        """Let the file of one picture have the contents of another."""
        if other in self.ids and place in self.ids:
            file_id = self.file_of(place)
            self.store.library.write(lambda conn: files.link(conn, file_id, self.ids[other]))

    def move(self, place: int, folder: bytes) -> None:
        stat = FileStat(1, 1, 1, place + 1, 1)
        if (file_id := self.file_of(place)) is not None:
            path = self.paths[place] = b"%s/%d.png" % (folder, place)
            self.store.library.write(lambda conn: files.move(conn, file_id, path, 1, stat))

    def prepare(self) -> None:
        self.index.prepare()

    def file_of(self, place: int) -> int | None:
        with self.store.library.read() as conn:
            row = files.by_path(conn, self.paths.get(place, b"/pictures/%d.png" % place))
        return None if row is None else row.file_id

    def imply(self, child: str, parent: str) -> None:
        TagAdministration(self.store).imply(child, parent)

    def alias(self, one: str, other: str) -> None:
        TagAdministration(self.store).alias(f"other_{one}", other)

    def rename(self, one: str, other: str) -> None:
        TagAdministration(self.store).rename(one, f"new_{other}")

    def merge(self, one: str, other: str) -> None:
        TagAdministration(self.store).merge(one, other)

    def silence(self, name: str) -> None:
        TagAdministration(self.store).silence(name)

    def heed(self, name: str) -> None:
        TagAdministration(self.store).heed(name)

    def delete(self, name: str) -> None:
        TagAdministration(self.store).delete(name)

    def category(self, name: str, category: str) -> None:
        TagAdministration(self.store).set_category(name, TagCategory(category))

    def reopen(self) -> None:
        self.store.close()
        self._open()

    def crash(self) -> None:
        """Close without saving the bitmaps, as a killed process does."""
        self.store._before_close.clear()
        self.reopen()

    def lose_index(self) -> None:
        self.store.close()
        for file in self.root.glob("index.db*"):
            file.unlink()
        self._open()

    def _open(self) -> None:
        self.store = Store.open(open_paths(self.root))
        self.index = bitmaps_of(self.store, is_prepared=False)

    def search(self) -> None:
        images, lore = searched.read(self.store)
        sql = SqlSearchIndex(self.store)
        for place, query in enumerate(QUERIES):
            asked = interpret(query, NOW, ORDERS[place % len(ORDERS)])
            expected = search(asked, images, lore)
            text = format_query(query)
            assert list(sql.ids(asked)) == expected, text
            assert self.index.ids(asked) == expected, text
            assert self.index.count(asked) == len(expected), text
            if place < 3:
                assert self.index.facets(asked, 2) == sql.facets(asked, 2), text
        assert self.index.known_tags() == sql.known_tags()
        for category in (None, TagCategory.GENERAL):
            ours, theirs = (index.tag_counts(category, 3) for index in (self.index, sql))
            assert ours == theirs


def open_paths(root: Path):
    from tests.helpers.libraries import LibraryPaths, copy_empty_library

    paths = LibraryPaths(root)
    return paths if paths.library_db.exists() else copy_empty_library(root)


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(st.lists(st.tuples(actions, st.booleans()), min_size=3, max_size=25))
def test_bitmaps_follow_whatever_happens(happened: list[tuple[tuple, bool]]) -> None:
    with TemporaryDirectory() as folder:
        life = Life(Path(folder) / "library")
        try:
            for place in range(3):
                life.add(place)
                life.predict(place, {"hat": 0.6, "cat": 0.9, "rating:general": 0.8})
            for action, is_followed in happened:
                life.do(action)
                if is_followed:
                    life.look()
            life.search()
            life.reopen()
            life.search()
        finally:
            life.store.close()


def test_the_second_question_loads_and_closing_saves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bitmap_search_index, "_PAUSE", 0.0)
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": 0.9}, {"hat": 0.9, "cat": 0.8}])
        index = BitmapSearchIndex(store)
        assert answers(index, "hat") == [2, 1]  # two questions
        assert index._thread is not None
        index._thread.join()
        assert index._engine is not None
        assert answers(index, "hat cat") == [2]
    with open_store(tmp_path / "library") as store:
        with store.library.read() as conn:
            saved = saved_bitmaps.read(conn)
            assert stamps.read(conn)
        assert saved is not None
        assert saved.cells is not None
        assert sorted(map(len, saved.tags.tagged.values())) == [1, 2]
        assert answers(bitmaps_of(store), "hat -cat") == [1]


def test_closing_does_not_wait_for_loading(tmp_path: Path) -> None:
    with open_store(tmp_path / "library") as store:
        index = BitmapSearchIndex(store)
        assert answers(index, "") == []
        assert index._thread is not None
    assert not index._thread.is_alive()
    assert index._engine is None


def test_long_results_are_put_in_order_in_the_background(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bitmap_search_index, "_MANY", 1)
    with open_store(tmp_path / "library") as store:
        ids = fill(store, [{}] * 3)
        index = bitmaps_of(store)
        found = index.ids(interpret(parse("order:filesize"), NOW))
        assert index._thread is not None
        index._thread.join()
        assert found == ids[::-1]


def test_one_question_loads_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path / "library") as store:
        index = BitmapSearchIndex(store)
        assert index.count(interpret(parse(""), NOW)) == 0
        assert index._thread is None


def test_a_process_that_only_reads_asks_sql(tmp_path: Path) -> None:
    with open_store(tmp_path / "library") as writing:
        fill(writing, [{"hat": 0.9}])
        with Store.open(writing.paths, writable=False) as store:
            index = BitmapSearchIndex(store)
            assert answers(index, "hat") == answers(index, "hat") == [1]
            assert index._engine is None


DAMAGES = {
    "a bitmap": "UPDATE bitmaps SET members = x'3a30000001000000'",
    "no bitmap at all": "UPDATE bitmaps SET members = x'00', kind = 'nonsense'",
    "a short column": "UPDATE image_columns SET cells = x'00' WHERE name = 'width'",
    "a column is gone": "DELETE FROM image_columns WHERE name = 'added'",
    "other sizes": "UPDATE image_columns SET cells = x'0000' WHERE name = 'known'",
    "the note": "UPDATE meta SET value = '{' WHERE name = 'saved_bitmaps'",
    "another format": "UPDATE meta SET value = '{\"format\": 99}' WHERE name = 'saved_bitmaps'",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_was_saved_wrongly_is_made_again(tmp_path: Path, damage: str) -> None:
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": 0.9}, {"cat": 0.9}])
        bitmaps_of(store)
    with open_store(tmp_path / "library") as store:
        store.index.write(lambda conn: conn.exec_driver_sql(damage) and None)
        index = bitmaps_of(store)
        assert answers(index, "hat") == [1]
        assert answers(index, "width:>100", "id") == [2]


def test_what_others_wrote_in_between_is_seen(tmp_path: Path) -> None:
    with open_store(tmp_path / "library") as store:
        ids = fill(store, [{"hat": 0.9}, {"cat": 0.9}])
        bitmaps_of(store)
    with open_store(tmp_path / "library") as store:  # a process that does not search
        Corrector(store).correct([ids[1]], add=["hat"])
        add_image(store, 7)
    with open_store(tmp_path / "library") as store:
        index = bitmaps_of(store)
        assert answers(index, "hat", "id_asc") == ids
        assert len(answers(index, "")) == 3


def test_ids_that_stand_for_other_images_are_noticed(tmp_path: Path) -> None:
    """An older library was put in place of this one, and went another way."""
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": 0.9}, {"cat": 0.9}])
        bitmaps_of(store)
    with open_store(tmp_path / "library") as store:

        def swap_ids(conn) -> None:
            conn.exec_driver_sql("DROP TRIGGER files_keep_replaced")  # nothing is replaced here
            for old, new in ((1, 91), (2, 1), (91, 2)):
                for table, column in (
                    ("images", "id"),
                    ("files", "image_id"),
                    ("subjects", "image_id"),
                ):
                    conn.exec_driver_sql(f"UPDATE {table} SET {column}={new} WHERE {column}={old}")

        store.library.write(
            lambda conn: conn.exec_driver_sql("PRAGMA defer_foreign_keys=ON") and swap_ids(conn)
        )
        index = bitmaps_of(store)
        assert (answers(index, "hat"), answers(index, "cat")) == ([2], [1])


def test_a_replaced_database_is_loaded_anew(tmp_path: Path) -> None:
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": 0.9}])
        index = bitmaps_of(store)
        store.replace_library(lambda: None)
        assert answers(index, "hat") == [1]
        if index._thread is not None:
            index._thread.join()
        assert answers(index, "hat") == [1]


def test_a_large_backlog_is_caught_up_in_the_background(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bitmap_search_index, "_SOON", 1)
    with open_store(tmp_path / "library") as store:
        ids = fill(store, [{"hat": 0.9}] * 3)
        index = bitmaps_of(store)
        Corrector(store).correct(ids, add=["cat"])
        assert answers(index, "cat", "id_asc") == ids
        assert index._thread is not None
        index._thread.join()
        assert index._engine is not None
        assert index._engine.is_current()
        assert answers(index, "cat", "id_asc") == ids


def test_commits_are_followed_while_questions_are_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(tmp_path / "library") as store:
        ids = fill(store, [{"hat": 0.9}] * 2)
        index = bitmaps_of(store)
        assert index._engine is not None
        Corrector(store).correct(ids, add=["cat"])
        assert index._thread is None  # nobody asked
        assert answers(index, "cat", "id_asc") == ids
        Corrector(store).undo()
        assert index._thread is not None
        index._thread.join()
        assert index._engine.is_current()
        monkeypatch.setattr(bitmap_search_index, "_INTEREST", 0.0)
        Corrector(store).redo()
        assert not index._thread.is_alive()
        assert not index._engine.is_current()
        assert answers(index, "cat", "id_asc") == ids


def test_searching_while_others_write_never_fails(tmp_path: Path) -> None:
    with open_store(tmp_path / "library") as store:
        ids = fill(store, [{"hat": 0.9}] * 4)
        index = bitmaps_of(store)
        asked = interpret(parse("hat order:date tagcount:>0 -is:reviewed"), NOW)
        done = threading.Event()

        def ask() -> None:
            while not done.is_set():
                assert set(index.ids(asked)) <= set(ids)

        asking = [threading.Thread(target=ask) for _ in range(2)]
        for thread in asking:
            thread.start()
        for _ in range(5):
            Corrector(store).correct(ids[:2], reject=["hat"])
            Corrector(store).undo()
        done.set()
        for thread in asking:
            thread.join()
        assert answers(index, "hat", "id_asc") == ids


def test_favourites_and_stars_are_followed(tmp_path: Path) -> None:
    with open_store(tmp_path / "library") as store:
        (image,) = fill(store, [{}])
        index = bitmaps_of(store)
        assert answers(index, "fav:yes or rated:>3") == []
        row = {"image_id": image, "at": 1.0}
        store.library.write(lambda conn: conn.execute(schema.favourites.insert(), row) and None)
        assert answers(index, "fav:yes") == [image]
        stars = {"image_id": image, "stars": 4}
        store.library.write(lambda conn: conn.execute(schema.stars.insert(), stars) and None)
        assert answers(index, "rated:>3") == [image]
        store.library.write(lambda conn: conn.execute(schema.favourites.delete()) and None)
        assert answers(index, "fav:yes") == []


def test_sql_gives_up_a_question_that_the_bitmaps_can_answer(tmp_path: Path) -> None:
    asked = interpret(parse("hat"), NOW)
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": 0.9}, {"cat": 0.9}])
        index, begun = BitmapSearchIndex(store), threading.Event()

        def ask_for_ever(*_: object) -> int:
            with store.library.read() as conn:
                begun.set()
                return conn.exec_driver_sql(ENDLESS).scalar_one()

        index._sql.count = ask_for_ever
        found: list[int] = []
        asking = threading.Thread(target=lambda: found.append(index.count(asked)))
        asking.start()
        assert begun.wait(5)
        index.load()
        asking.join(20)
        assert found == [1]
        index.close()


def test_who_waits_no_more_is_told_so_while_the_bitmaps_are_loaded(tmp_path: Path) -> None:
    asked = interpret(parse("hat"), NOW)
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": 0.9}])
        index = BitmapSearchIndex(store)

        def ask_for_ever(*_: object) -> int:
            with store.library.read() as conn:
                return conn.exec_driver_sql(ENDLESS).scalar_one()

        index._sql.count = ask_for_ever
        with pytest.raises(GivenUpError), interruptible(lambda: True):
            index.count(asked)
        index.close()


@pytest.mark.parametrize("is_read", [False, True])
def test_the_best_by_score_are_found_without_reading_all_scores(
    tmp_path: Path, is_read: bool
) -> None:
    draw = random.Random(4)
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": draw.choice([0.1, 0.6, 0.7, 0.8]), "cat": 0.9} for _ in range(60)])
        index, sql = bitmaps_of(store), SqlSearchIndex(store)
        if is_read:
            assert len(answers(index, "score:hat>=0.05", "score:hat")) == 60
            assert index._engine is not None
            index._engine._leaves.scores("hat", index._engine.state.library_ids)
        for text in ("cat", "cat -id:3..40", "score:hat>0.6", "score:hat<0.7"):
            for order in ("score:hat", "score:hat_asc", "score:nothing"):
                asked = interpret(parse(text), NOW, order)
                assert list(index.ids(asked, 0, 3)) == list(sql.ids(asked, 0, 3))
                assert list(index.ids(asked)) == list(sql.ids(asked))


@pytest.mark.parametrize("earlier", [False, True])
def test_new_pictures_come_first_if_they_were_added_last(tmp_path: Path, earlier: bool) -> None:
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": 0.9}] * 3)
        index, sql = bitmaps_of(store), SqlSearchIndex(store)
        asked = interpret(parse("status:any"), NOW)
        assert list(index.ids(asked)) == [3, 2, 1]
        at = -5.0 if earlier else 2e9
        for number in (7, 8):
            store.library.write(lambda conn, n=number: images.add(conn, facts_of(n), at + n))
            with store.library.read() as conn:
                stat = FileStat(1, 1, 1, number, 1)
                image = images.id_of(conn, facts_of(number).sha256)
            path = b"/pictures/%d.png" % number
            store.library.write(
                lambda conn, p=path, s=stat, i=image: files.upsert(conn, 1, p, s, i)
            )
            assert list(index.ids(asked)) == list(sql.ids(asked))
        store.library.write(lambda conn: files.set_status(conn, [1], ImageStatus.AWAY, 1.0))
        assert list(index.ids(asked)) == list(sql.ids(asked))
