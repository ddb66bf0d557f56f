"""Favourites and stars: set for whole selections, searched at once, undone as one action."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.marking import Marker
from anitag_desktop.services.searching import Searcher
from anitag_desktop.services.showing import Showing
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import fill, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": 0.9}, {"hat": 0.8}, {"cat": 0.9}])
        yield store


@pytest.fixture
def marker(store: Store) -> Marker:
    return Marker(store)


@pytest.fixture
def found(store: Store):
    searching = Searcher(store)
    return lambda text: sorted(searching.search(text).ids)


def test_favourites_are_found_shown_and_undone(store: Store, marker: Marker, found) -> None:
    done = marker.favour([1, 3])
    assert (done.label, found("is:favourite"), found("fav:no")) == (
        *("Make 2 pictures favourite", [1, 3]),
        [2],
    )
    assert [one.is_favourite for one in Showing(store).details([1, 2, 3])] == [True, False, True]
    assert [one.is_favourite for one in Showing(store).rows([1, 2])] == [True, False]
    assert marker.favour([1]).id is None
    assert marker.unfavour([1, 2]).label == "Make 1 picture no longer favourite"
    assert found("is:favourite") == [3]
    Corrector(store).undo(2)
    assert found("is:favourite") == []
    Corrector(store).redo(2)
    assert found("is:favourite") == [3]


def test_a_toggle_makes_all_alike(marker: Marker, found) -> None:
    marker.favour([1])
    marker.toggle_favourite([1, 2])
    assert found("is:favourite") == [1, 2]
    marker.toggle_favourite([1, 2])
    assert found("is:favourite") == []


def test_stars_are_ordered_by_and_taken_back_exactly(store: Store, marker: Marker, found) -> None:
    marker.give_stars([1, 2], 2)
    assert marker.give_stars([2, 3], 5).label == "Give 5 stars to 2 pictures"
    assert found("rated:>=5") == [2, 3]
    assert list(Searcher(store).search("", order="stars").ids)[-1] == 1
    assert [one.stars for one in Showing(store).details([1, 2, 3])] == [2, 5, 5]
    assert marker.give_stars([2], 5).id is None
    Corrector(store).undo()
    assert [one.stars for one in Showing(store).rows([1, 2, 3])] == [2, 2, None]
    marker.give_stars([1, 2, 3], None)
    assert found("rated:none") == [1, 2, 3]
    Corrector(store).undo()
    assert found("rated:2") == [1, 2]


@pytest.mark.parametrize("count", [0, 6, -1])
def test_there_are_one_to_five_stars(marker: Marker, found, count: int) -> None:
    with pytest.raises(AnitagError):
        marker.give_stars([1], count)
    assert found("rated:none") == [1, 2, 3]


def test_a_large_selection_is_one_action(tmp_path: Path) -> None:
    with open_store(tmp_path / "large") as store:
        ids = fill(store, [{} for _ in range(1_203)])
        marker, searching = Marker(store), Searcher(store)
        marker.give_stars(ids, 3)
        marker.favour(ids)
        assert searching.count("rated:3 is:favourite") == 1_203
        Corrector(store).undo(1)
        assert searching.count("is:favourite") == 0
        Corrector(store).undo(1)
        assert searching.count("rated:none") == 1_203
