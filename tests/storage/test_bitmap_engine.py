"""The bitmaps follow every commit, and nothing goes wrong while they do."""

import threading
from pathlib import Path

import pytest

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.search.metatags import interpret
from anitag_desktop.search.parser import parse
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.storage import bitmap_engine, bitmap_search_index, schema
from tests.helpers.bitmaps import NOW, answers, bitmaps_of
from tests.helpers.libraries import fill, open_store


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


def test_commits_are_followed_before_anybody_knows_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(tmp_path / "library") as store:
        ids = fill(store, [{"hat": 0.9}] * 2)
        index = bitmaps_of(store)
        engine = index._engine
        assert engine is not None
        heard: list[bool] = []
        store.changes.subscribe(lambda change: heard.append(engine._moment == engine._now()))
        Corrector(store).correct(ids, add=["cat"])
        assert not any(heard)  # nobody asked
        assert answers(index, "cat", "id_asc") == ids
        heard.clear()
        Corrector(store).undo()
        assert heard
        assert all(heard)
        assert answers(index, "cat") == []
        monkeypatch.setattr(bitmap_search_index, "_INTEREST", 0.0)
        heard.clear()
        Corrector(store).redo()
        assert not any(heard)
        assert answers(index, "cat", "id_asc") == ids


def test_nobody_waits_for_a_commit_that_is_not_told(tmp_path: Path) -> None:
    with open_store(tmp_path / "library") as store:
        ids = fill(store, [{"hat": 0.9}] * 2)
        index = bitmaps_of(store)
        assert answers(index, "cat") == []
        found: list[list[int]] = []
        # Another thread asks after the commit, before the bitmaps have followed it.
        store.index.followers.insert(0, lambda: found.append(answers(index, "cat")))
        Corrector(store).correct(ids, add=["cat"])
        assert found == [[]]
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


def test_lists_of_tags_are_made_anew_when_many_images_have_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bitmap_engine, "_OLD", 1)
    with open_store(tmp_path / "library") as store:
        ids = fill(store, [{"hat": 0.9}] * 3)
        index = bitmaps_of(store)
        engine = index._engine
        assert engine is not None
        Corrector(store).correct(ids[:1], add=["cat"])
        assert answers(index, "cat") == ids[:1]
        assert index._thread is None
        Corrector(store).correct(ids[1:], add=["cat"])
        assert answers(index, "cat", "id_asc") == ids
        assert index._thread is not None
        index._thread.join()
        assert engine.state.lists is not None
        assert not engine.state.lists.changed
        everything = interpret(parse(""), NOW)
        [(tag, count)] = index.facets(everything, 1)[TagCategory.GENERAL]
        assert (tag.name, count) == ("cat", 3)
