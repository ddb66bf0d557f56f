"""When the bitmaps answer, when SQL does, and what is loaded and saved for that."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.search.metatags import interpret
from anitag_desktop.search.parser import parse
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.storage import (
    bitmap_facets,
    bitmap_search_index,
    files,
    saved_bitmaps,
    search_index,
    stamps,
)
from anitag_desktop.storage.bitmap_search_index import BitmapSearchIndex
from anitag_desktop.storage.interruptions import GivenUpError, interruptible
from anitag_desktop.storage.search_index import SqlSearchIndex
from anitag_desktop.storage.store import Store
from tests.helpers.bitmaps import NOW, answers, bitmaps_of
from tests.helpers.libraries import fill, open_store

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"


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


def test_a_replaced_database_is_loaded_anew(tmp_path: Path) -> None:
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": 0.9}])
        index = bitmaps_of(store)
        store.replace_library(lambda: None)
        assert answers(index, "hat") == [1]
        if index._thread is not None:
            index._thread.join()
        assert answers(index, "hat") == [1]


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


ANSWERS = {
    "facets": lambda index: index.facets(interpret(parse("hat"), NOW), 5),
    "related": lambda index: index.related(interpret(parse("hat"), NOW), None, 5),
    "all tags": lambda index: index.known_tags(),
}


@pytest.mark.parametrize("ask", ANSWERS.values(), ids=ANSWERS)
def test_counting_ends_when_nobody_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Callable[[BitmapSearchIndex], object]
) -> None:
    monkeypatch.setattr(bitmap_facets, "SMALL", 0)
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": 0.9, "cat": 0.8}] * 3)
        index = bitmaps_of(store, is_prepared=False)
        assert ask(index)
        with pytest.raises(GivenUpError), interruptible(lambda: True):
            ask(index)


@pytest.mark.parametrize("ask", ANSWERS.values(), ids=ANSWERS)
def test_a_process_that_only_reads_counts_many_images_with_bitmaps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Callable[[BitmapSearchIndex], object]
) -> None:
    monkeypatch.setattr(search_index, "_LARGE", 2)
    with open_store(tmp_path / "library") as writing:
        fill(writing, [{"hat": 0.9, "cat": 0.8}, {"hat": 0.9}, {"dog": 0.9}])
        wanted = ask(SqlSearchIndex(writing))
        with Store.open(writing.paths, writable=False) as store:
            index = BitmapSearchIndex(store)
            index._sql.facets = index._sql.related = index._sql.known_tags = None
            assert ask(index) == wanted
            assert index._engine is None  # nothing would keep it up to date
            Corrector(writing).correct([3], add=["hat"])
            assert ask(index) == ask(SqlSearchIndex(writing)) != wanted


def test_preparing_ends_with_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bitmap_search_index, "_PAUSE", 0.0)
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": 0.9}])
        index = BitmapSearchIndex(store)
        prepare, ended = index.prepare, []

        def close_meanwhile() -> None:
            index._closing.set()
            try:
                prepare()
            except GivenUpError:
                ended.append(True)
                raise

        index.prepare = close_meanwhile
        answers(index, "hat")
        assert index._thread is not None
        index._thread.join()
        assert ended == [True]


@pytest.mark.parametrize("text", ["", "hat", "-hat", "status:any", "cat dog", "status:missing"])
def test_counts_within_a_search(tmp_path: Path, text: str) -> None:
    with open_store(tmp_path / "library") as store:
        fill(
            store, [{"hat": 0.9, "cat": 0.8}, {"hat": 0.9}, {"cat": 0.9, "dog": 0.9}, {"dog": 0.9}]
        )
        store.library.write(lambda conn: files.set_status(conn, [2], ImageStatus.MISSING, 1.0))
        index = bitmaps_of(store)
        counts = index.counts_within(interpret(parse(text), NOW), ["hat", "cat", "dog", "bird"])
        assert counts == {
            name: index.count(interpret(parse(f"{text} {name}"), NOW))
            for name in ("hat", "cat", "dog", "bird")
        }
