"""Saved searches: counted live, and undone like everything that the user does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.search.errors import QueryError
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.remembering import SavedSearch, SavedSearches
from anitag_desktop.services.searching import Searcher
from anitag_desktop.storage import saved_searches
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import fill, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": 0.9}, {"hat": 0.8, "cat": 0.9}])
        yield store


@pytest.fixture
def saved(store: Store) -> SavedSearches:
    return SavedSearches(store, Searcher(store))


def test_counts_are_those_of_now(store: Store, saved: SavedSearches) -> None:
    saved.save("  All   hats ", "hat")
    saved.save("cats", "cat")
    assert saved.counted() == [SavedSearch("All hats", "hat", 2), SavedSearch("cats", "cat", 1)]
    Corrector(store).correct([1], reject=["hat"], add=["cat"])
    assert [one.count for one in saved.counted()] == [1, 2]


def test_saving_renaming_and_forgetting_are_undone(store: Store, saved: SavedSearches) -> None:
    saved.save("hats", "hat")
    saved.save("hats", "hat -cat")
    saved.rename("hats", "plain hats")
    saved.forget("plain hats")
    assert saved.names() == []
    steps = [[("plain hats", "hat -cat")], [("hats", "hat -cat")], [("hats", "hat")], []]
    for expected in steps:
        Corrector(store).undo()
        assert saved.names() == expected


def test_what_changes_nothing_is_no_action(saved: SavedSearches) -> None:
    saved.save("hats", "hat")
    assert saved.save("hats", "hat").id is None
    assert saved.forget("nothing").id is None


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\x07b"])
def test_bad_names_are_refused(saved: SavedSearches, name: str) -> None:
    with pytest.raises(AnitagError, match="needs a short name"):
        saved.save(name, "hat")


def test_broken_searches_are_refused_and_old_ones_say_what_is_wrong(
    store: Store, saved: SavedSearches
) -> None:
    with pytest.raises(QueryError):
        saved.save("broken", "(hat")
    store.library.write(lambda conn: saved_searches.put(conn, "older", "width:x"))
    [one] = saved.counted()
    assert one.count is None
    assert "width" in (one.problem or "")


def test_renaming_asks_for_an_old_and_a_new_name(saved: SavedSearches) -> None:
    saved.save("a", "hat")
    saved.save("b", "cat")
    for old, new in (("nothing", "c"), ("a", "b")):
        with pytest.raises(AnitagError):
            saved.rename(old, new)


def test_places_are_kept_through_renaming_and_undo(store: Store, saved: SavedSearches) -> None:
    for name in ("one", "two", "three"):
        saved.save(name, "hat")
    saved.rename("one", "  first ")
    assert [name for name, _ in saved.names()] == ["first", "two", "three"]
    saved.forget("two")
    saved.save("first", "cat")
    Corrector(store).undo(2)
    assert saved.names() == [("first", "hat"), ("two", "hat"), ("three", "hat")]
    Corrector(store).undo()
    assert [name for name, _ in saved.names()] == ["one", "two", "three"]
    with pytest.raises(AnitagError):
        saved.rename("one", "  ")
