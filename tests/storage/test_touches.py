"""What a transaction touched is known after its commit, whoever wrote."""

import pytest

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.storage import aliases, files, stamps, tags
from anitag_desktop.storage.schema import favourites
from anitag_desktop.storage.schema import files as file_table
from anitag_desktop.storage.touches import NAMES, Touches
from tests.helpers.libraries import add_image, open_store


@pytest.fixture
def watched(tmp_path):
    with open_store(tmp_path / "library") as store:
        store.library.witness = Touches()
        yield store, store.library.witness


def test_images_and_their_files_are_told(watched):
    store, touches = watched
    one, other = add_image(store, 1), add_image(store, 2)
    assert touches.take() == {one, other}
    store.library.write(lambda conn: files.set_status(conn, [1], ImageStatus.MISSING, 5.0))
    assert touches.take() == {one}
    store.library.write(lambda conn: files.link(conn, 1, other))
    assert touches.take() == {one, other}
    store.library.write(lambda conn: conn.execute(favourites.insert(), {"image_id": 2, "at": 1}))
    assert touches.take() == {other}
    assert touches.take() == set()


def test_what_nobody_searches_by_is_not_told(watched):
    store, touches = watched
    add_image(store, 1)
    touches.take()
    store.library.write(lambda conn: conn.execute(file_table.update().values(seen_at=9.0)))
    store.library.write(lambda conn: conn.execute(file_table.update().values(status="present")))
    assert touches.take() == set()


def test_names_are_told(watched):
    store, touches = watched
    store.library.write(lambda conn: tags.get_or_create(conn, "hat", "general") and None)
    assert touches.take() == {NAMES}
    store.library.write(lambda conn: aliases.put(conn, "cap", 1))
    assert touches.take() == {NAMES}


def test_a_rollback_is_forgotten(watched):
    store, touches = watched

    def fail(conn):
        tags.get_or_create(conn, "hat", "general")
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        store.library.write(fail)
    assert touches.take() == set()
    commits = store.library.commits
    store.library.write(lambda conn: None)
    assert (touches.take(), store.library.commits) == (set(), commits)


def test_what_could_not_be_looked_at_is_put_back(watched):
    store, touches = watched
    image = add_image(store, 1)
    taken = touches.take()
    touches.put_back(taken)
    assert touches.take() == {image}


def test_a_replaced_library_is_watched_too(watched):
    store, touches = watched
    swaps = store.library.swaps
    store.library.swap(lambda: None)
    assert store.library.swaps == swaps + 1
    assert touches.take() == set()
    assert add_image(store, 1) in touches.take()


def test_every_change_has_its_own_stamp(watched):
    store, _ = watched
    seen = set()
    for number in range(3):
        add_image(store, number)
        with store.library.read() as conn:
            seen.add(stamps.read(conn))
        store.library.write(lambda conn: None)
        with store.library.read() as conn:
            seen.add(stamps.read(conn))
    assert len(seen) == 3
