"""What is left out leaves the library without alarm, and is back with its tags."""

import os
import time

import pytest

from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.searching import Searcher
from anitag_desktop.services.showing import Showing
from anitag_desktop.settings import DEFAULT_EXCLUDES, Settings
from anitag_desktop.storage import actions, settings
from anitag_desktop.watching.rules import folder_pattern
from tests.helpers.indexed import identify, put, rows, scan, sha


def set_to(store, **values):
    def step(conn):
        actions.perform(conn, "set", settings.commands_for(conn, Settings(**values)))

    store.library.write(step)


def missing(store):
    return Searcher(store).count("status:missing")


def test_what_is_left_out_is_not_missing_and_comes_back_with_its_tags(indexer, store, root):
    put(root / "raw" / "a.png", b"1")
    put(root / "b.png", b"2")
    indexer.add_folder(root)
    scan(indexer, store)
    corrector = Corrector(store)
    corrector.correct([1, 2], add=["hat"])
    set_to(store, excludes=("raw/",))
    report = indexer.scan()
    assert (report.missing, report.left_out, report.seen) == (0, 1, 1)
    assert rows(store) == {"b.png": (sha(b"2"), "present")}
    assert missing(store) == 0
    assert indexer.scan().left_out == 0

    set_to(store)
    scan(indexer, store)
    assert rows(store) == {"a.png": (sha(b"1"), "present"), "b.png": (sha(b"2"), "present")}
    shown = Showing(store).details([1, 2])
    assert [[tag.tag.name for tag in one.tags] for one in shown] == [["hat"], ["hat"]]


def test_what_was_deleted_before_it_was_left_out_is_not_missing_either(indexer, store, root):
    gone = put(root / "raw" / "a.png", b"1")
    put(root / "b.png", b"2")
    indexer.add_folder(root)
    scan(indexer, store)
    gone.unlink()
    assert indexer.scan().missing == 1
    set_to(store, excludes=("raw/",))
    assert indexer.scan().left_out == 1
    assert missing(store) == 0


def test_what_is_deleted_elsewhere_is_missing_all_the_same(indexer, store, root):
    put(root / "raw" / "a.png", b"1")
    gone = put(root / "b.png", b"2")
    indexer.add_folder(root)
    scan(indexer, store)
    gone.unlink()
    set_to(store, excludes=("raw/",))
    report = indexer.scan()
    assert (report.missing, report.left_out) == (1, 1)
    assert rows(store) == {"b.png": (sha(b"2"), "missing")}


def test_the_other_copy_of_a_picture_stays(indexer, store, root):
    put(root / "raw" / "a.png", b"1")
    put(root / "b.png", b"1")
    indexer.add_folder(root)
    scan(indexer, store)
    set_to(store, excludes=("raw/",))
    indexer.scan()
    assert Searcher(store).count("") == 1
    assert rows(store) == {"b.png": (sha(b"1"), "present")}


def test_one_folder_is_left_out_by_its_whole_path(indexer, store, tmp_path):
    one, two = tmp_path / "one [old]", tmp_path / "two"
    for root in (one, two):
        put(root / "raw" / "a.png", str(root).encode())
        put(root / "sub" / "raw" / "b.png", str(root / "sub").encode())
        indexer.add_folder(root)
    scan(indexer, store)
    assert Searcher(store).count("") == 4
    set_to(store, excludes=(folder_pattern(os.fsencode(one / "raw")),))
    assert indexer.scan().left_out == 1
    assert Searcher(store).count("") == 3
    set_to(store, excludes=(f"{one}/sub/",))
    indexer.scan()
    identify(store)
    assert Searcher(store).count("") == 3


def test_a_folder_with_broken_bytes_in_its_name_can_be_left_out(indexer, store, root):
    odd = os.fsencode(root) + b"/caf\xe9\n"
    os.mkdir(odd)  # noqa: PTH102 - a path of bytes
    with open(odd + b"/a.png", "wb") as file:  # noqa: PTH123
        file.write(b"1")
    indexer.add_folder(root)
    scan(indexer, store)
    assert Searcher(store).count("") == 1
    set_to(store, excludes=(folder_pattern(odd),))
    assert indexer.scan().left_out == 1


def test_links_are_followed_when_they_are_to_be(indexer, store, root, tmp_path):
    put(tmp_path / "elsewhere" / "a.png", b"1")
    (root / "link").symlink_to(tmp_path / "elsewhere")
    indexer.add_folder(root)
    scan(indexer, store)
    assert rows(store) == {}
    set_to(store, follow_links=True)
    scan(indexer, store)
    assert rows(store) == {"a.png": (sha(b"1"), "present")}


@pytest.mark.integration
def test_a_change_of_settings_is_followed_at_once(indexer, store, root):
    put(root / "raw" / "a.png", b"1")
    indexer.add_folder(root)
    scan(indexer, store)
    indexer.start_watching()
    try:
        set_to(store, excludes=("raw/",))
        wait_for(lambda: rows(store) == {})
        set_to(store, excludes=DEFAULT_EXCLUDES)
        wait_for(lambda: "a.png" in rows(store))
        set_to(store, scan_interval=60.0)
        wait_for(lambda: indexer._follower._times.rescan == 60.0)
    finally:
        indexer.stop_watching()


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
