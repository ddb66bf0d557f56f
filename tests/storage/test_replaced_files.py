"""No image loses its last row in files, whatever takes its place."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.services.searching import Searcher
from anitag_desktop.storage import files, folders, images, places, sightings
from anitag_desktop.storage.image_files import files_of_images
from anitag_desktop.storage.lookups import PictureLookup
from anitag_desktop.storage.readings import Reading, put_readings
from anitag_desktop.storage.schema import files as table
from tests.helpers.libraries import facts_of, open_store

_STAT = FileStat(12, 34, 56, 78, 90)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as store:
        yield store


@pytest.fixture
def put(store):
    """Puts a picture, by number, at a path; None: bytes that nobody has read yet."""
    folder = store.library.write(lambda conn: folders.add(conn, b"/p", None, 1.0))

    def put(path, number, stat=_STAT):
        def step(conn):
            image = None if number is None else images.add(conn, facts_of(number), 1.0)
            files.upsert(conn, folder, path, stat, image, 5.0)
            return image

        return store.library.write(step)

    return put


def seen(store, image):
    """Where a picture was seen, best place first, and whether it is there."""
    with store.library.read() as conn:
        found = files_of_images(conn, [image]).get(image, [])
    return [(file.path, file.status.value) for file in found]


def test_what_was_overwritten_is_missing_where_it_was_last_seen(store, put):
    old = put(b"/p/a", 1)
    heard = []
    store.changes.subscribe(heard.append)
    new = put(b"/p/a", 2)
    assert heard[-1].images == {old, new}
    assert seen(store, old) == [(b"/p/a", "missing")]
    assert seen(store, new) == [(b"/p/a", "present")]
    with store.library.read() as conn:
        assert files.by_path(conn, b"/p/a").image_id == new
        assert files.known(conn, 1)[b"/p/a"].image_id == new
        assert sightings.by_paths(conn, [b"/p/a"])[b"/p/a"].image_id == new
        assert [row.image_id for row in sightings.by_inodes(conn, [78])] == [new]
    searcher = Searcher(store)
    assert (searcher.count(""), searcher.count("status:missing")) == (1, 1)
    for query in ("status:missing", "status:missing name:a", "status:missing folder:/p"):
        assert list(searcher.search(query).ids) == [old]
    assert list(searcher.search("").ids) == [new]


@pytest.mark.parametrize("first", [None, 2])
def test_it_is_present_again_when_its_bytes_come_back(store, put, first):
    old = put(b"/p/a", 1)
    put(b"/p/a", first)
    put(b"/p/a", 2)
    put(b"/p/b", 1)
    assert seen(store, old) == [(b"/p/b", "present")]


def test_it_is_present_again_in_the_same_place(store, put):
    old, new = put(b"/p/a", 1), put(b"/p/a", 2)
    put(b"/p/a", 1)
    assert seen(store, old) == [(b"/p/a", "present")]
    assert seen(store, new) == [(b"/p/a", "missing")]


def test_a_picture_with_another_copy_leaves_nothing_behind(store, put):
    old = put(b"/p/a", 1)
    put(b"/p/b", 1)
    put(b"/p/a", 2)
    assert seen(store, old) == [(b"/p/b", "present")]
    put(b"/p/b", 2)
    assert seen(store, old) == [(b"/p/b", "missing")]


def test_two_that_change_places_are_both_present(store, put):
    one, two = put(b"/p/a", 1), put(b"/p/b", 2)
    put(b"/p/a", 2)
    put(b"/p/b", 1)
    assert seen(store, one) == [(b"/p/b", "present")]
    assert seen(store, two) == [(b"/p/a", "present")]


def test_a_file_that_is_moved_over_another_replaces_it(store, put):
    moved, over = put(b"/p/a", 1), put(b"/p/b", 2)
    with store.library.read() as conn:
        row = files.by_path(conn, b"/p/a")
    store.library.write(lambda conn: files.move(conn, row.file_id, b"/p/b", 1, _STAT))
    assert seen(store, moved) == [(b"/p/b", "present")]
    assert seen(store, over) == [(b"/p/b", "missing")]


def test_what_was_gone_already_stays_missing_since_then(store, put):
    old = put(b"/p/a", 1)
    with store.library.read() as conn:
        row = files.by_path(conn, b"/p/a")
    gone = ImageStatus.MISSING
    store.library.write(lambda conn: files.set_status(conn, [row.file_id], gone, 9.0))
    put(b"/p/a", None)
    with store.library.read() as conn:
        found = conn.execute(select(table).where(table.c.image_id == old)).one()
    assert (found.status, found.missing_since, found.path) == ("missing", 9.0, b"/p/a")


def test_a_path_stands_for_what_lies_there_and_its_folder_for_all(store, put):
    old, new = put(b"/p/a", 1), put(b"/p/a", 2)
    with store.library.read() as conn:
        assert places.images_under(conn, b"/p/a") == [new]
        assert sorted(places.images_under(conn, b"/p")) == [old, new]
        assert [one.image_id for one in places.placed_images(conn, [b"/p"])] == [new]
        lookup = PictureLookup(conn)
        assert (lookup.by_path("/p/a"), lookup.in_folder("/p")) == ([new], [("a", new)])


def test_a_path_where_nothing_lies_any_more_stands_for_what_lay_there(store, put):
    old = put(b"/p/a", 1)
    put(b"/p/a", None)
    with store.library.read() as conn:
        row = files.by_path(conn, b"/p/a")
        assert places.images_under(conn, b"/p/a") == []
    store.library.write(lambda conn: sightings.forget(conn, [row.file_id]))
    with store.library.read() as conn:
        assert places.images_under(conn, b"/p/a") == [old]
        assert PictureLookup(conn).by_path("/p/a") == [old]


def test_other_bytes_of_the_same_size_replace_once_they_were_read(store, put):
    old = put(b"/p/a", 1)
    with store.library.read() as conn:
        row = files.by_path(conn, b"/p/a")
    store.library.write(lambda conn: sightings.mark_unverified(conn, [row.file_id], 7.0))
    assert seen(store, old) == [(b"/p/a", "present")]
    new = store.library.write(lambda conn: images.add(conn, facts_of(2), 1.0))
    reading = Reading(row.file_id, b"/p/a", new, _STAT._replace(mtime_ns=99))
    store.library.write(lambda conn: put_readings(conn, [reading]))
    assert seen(store, old) == [(b"/p/a", "missing")]
    assert seen(store, new) == [(b"/p/a", "present")]


def test_two_rows_cannot_both_stand_at_a_path(store, put):
    put(b"/p/a", 1)
    again = "INSERT INTO files SELECT 99, 1, NULL, path, 0, 0, 0, 0, 0, 'present', NULL, 0, NULL, 0"
    with pytest.raises(IntegrityError):
        store.library.write(lambda conn: conn.execute(text(f"{again} FROM files")))


_PATHS = [b"/p/a", b"/p/b", b"/p/c"]
_STEPS = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(_PATHS), st.sampled_from([None, 1, 2, 3])),
    st.tuples(st.just("set"), st.sampled_from(_PATHS), st.sampled_from(["missing", "away"])),
    st.tuples(st.just("move"), st.sampled_from(_PATHS), st.sampled_from(_PATHS)),
    st.tuples(st.just("forget"), st.sampled_from(_PATHS), st.none()),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_STEPS, max_size=12))
def test_no_image_is_ever_without_a_row(store, put, steps):
    """One row stands at a path, and a trace of an image is there if, and only if, no other is."""
    store.library.write(lambda conn: conn.execute(text("DELETE FROM files WHERE replaced = 0")))
    store.library.write(lambda conn: conn.execute(text("DELETE FROM files")))
    linked = set()
    for kind, path, other in steps:
        with store.library.read() as conn:
            row = files.by_path(conn, path)
        if kind == "put":
            linked.add(put(path, other))
        elif row is not None:
            _do(store, kind, row, other)
    with store.library.read() as conn:
        rows = conn.execute(select(table.c.path, table.c.image_id, table.c.replaced)).all()
    standing = [path for path, _, replaced in rows if not replaced]
    assert len(standing) == len(set(standing))
    for image in linked - {None}:
        own = [replaced for _, found, replaced in rows if found == image]
        assert set(own) == {0} or own == [image]


def _do(store, kind, row, other):
    def step(conn):
        if kind == "set":
            files.set_status(conn, [row.file_id], ImageStatus(other), 9.0)
        elif kind == "move":
            files.move(conn, row.file_id, other, 1, _STAT)
        else:
            sightings.forget(conn, [row.file_id])

    store.library.write(step)


def test_many_copies_of_one_picture_are_not_walked_through(store):
    asked = text("EXPLAIN QUERY PLAN DELETE FROM files WHERE image_id = 1 AND replaced != 0")
    with store.library.read() as conn:
        plan = " ".join(row.detail for row in conn.execute(asked))
    assert "ix_files_replaced" in plan
