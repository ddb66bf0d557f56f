"""Finding which commands marked a picture: the newest, those that stand, never rolled back ones."""

import pytest

from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.marking import Marker
from anitag_desktop.storage import actions, told_marks
from anitag_desktop.storage.marks import Mark
from tests.helpers.libraries import add_image, facts_of, fill, open_store


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as opened:
        yield opened


def newest(store, number: int, mark: Mark) -> float | None:
    sha256 = facts_of(number).sha256
    return store.library.write(lambda conn: told_marks.newest_value(conn, mark, sha256))


def standing(store, number: int, mark: Mark) -> int | None:
    sha256 = facts_of(number).sha256
    return store.library.write(lambda conn: told_marks.standing_action(conn, mark, sha256))


def test_the_newest_command_counts_each_time_it_is_asked(store):
    ids = fill(store, [{}, {}, {}])
    marker = Marker(store)
    assert newest(store, 0, Mark.STARS) is None
    marker.give_stars(ids, 3)
    assert [newest(store, number, Mark.STARS) for number in range(4)] == [3, 3, 3, None]
    marker.give_stars(ids[:1], 5)
    marker.favour(ids[1:])
    assert [newest(store, number, Mark.STARS) for number in range(3)] == [5, 3, 3]
    assert newest(store, 0, Mark.FAVOURITE) is None
    marker.give_stars(ids[:1], None)
    assert newest(store, 0, Mark.STARS) is None


def test_an_undone_action_does_not_stand(store):
    ids = fill(store, [{}, {}])
    marker = Marker(store)
    first = marker.give_stars(ids, 3)
    second = marker.give_stars(ids[:1], 5)
    assert [standing(store, number, Mark.STARS) for number in range(2)] == [second.id, first.id]
    Corrector(store).undo()
    assert standing(store, 0, Mark.STARS) == first.id
    Corrector(store).undo()
    assert standing(store, 0, Mark.STARS) is None


def test_what_is_rolled_back_was_never_told(store):
    add_image(store, 0)
    sha256 = facts_of(0).sha256

    def mark_and_fail(conn):
        command = {"op": Mark.STARS, "images": [sha256], "value": 4}
        actions.perform(conn, "stars", [command])
        assert told_marks.newest_value(conn, Mark.STARS, sha256) == 4
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            store.library.write(mark_and_fail)
    assert newest(store, 0, Mark.STARS) is None
    Marker(store).give_stars([1], 2)  # takes the place in the log that was given back
    assert newest(store, 0, Mark.STARS) == 2
