"""The library follows the folders while the program runs."""

import os
import shutil
import threading
import time

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.services.following import Follower, FollowTimes
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.watching.hints import HintCollector
from anitag_desktop.watching.watcher import Watcher
from tests.helpers import indexed
from tests.helpers.indexed import put

pytestmark = pytest.mark.integration

FAST = FollowTimes(root_check=0.2, rescan=600.0, polled=0.3, polled_share=1.0)


@pytest.fixture
def indexer(store):
    return Indexer(store, quiet=0.1)


@pytest.fixture
def follow(indexer):
    """Starts a follower with short times; it is stopped at the end."""
    started = []

    def start(watcher=None):
        follower = Follower(
            indexer,
            lambda: [os.fsencode(view.path) for view in indexer.folders()],
            times=FAST,
            watcher=watcher or Watcher(HintCollector(quiet=0.05, patience=0.5)),
        )
        started.append(follower)
        indexer._follower = follower
        follower.start()
        return follower

    yield start
    indexer.stop_watching()


def names(store, status="present"):
    with store.library.read() as conn:
        rows = [row for i in range(1, 5) for row in indexed.known(conn, i).values()]
    return {os.fsdecode(row.path).rpartition("/")[2] for row in rows if row.status == status}


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def wait_for_scan(indexer):
    wait_for(lambda: all(view.last_scan for view in indexer.folders()))


def test_what_lay_there_before_and_what_comes_later_is_found(indexer, store, root, follow):
    put(root / "old.png")
    indexer.add_folder(root)
    follow()
    wait_for(lambda: names(store) == {"old.png"})
    put(root / "deep" / "er" / "new.png")
    wait_for(lambda: names(store) == {"old.png", "new.png"})
    (root / "deep").rename(root / "moved")
    wait_for(lambda: b"moved" in b"".join(paths(store)))
    shutil.rmtree(root / "moved")
    wait_for(lambda: names(store) == {"old.png"})


def paths(store):
    with store.library.read() as conn:
        return list(indexed.known(conn, 1))


def test_a_folder_added_while_following_is_followed(indexer, store, root, tmp_path, follow):
    follow()
    put(root / "a.png")
    indexer.add_folder(root)
    wait_for(lambda: names(store) == {"a.png"})
    put(root / "b.png")
    wait_for(lambda: names(store) == {"a.png", "b.png"})


def test_a_drive_that_goes_and_comes_is_noticed_and_watched_again(indexer, store, root, follow):
    put(root / "a.png")
    indexer.add_folder(root)
    follow()
    wait_for(lambda: names(store) == {"a.png"})
    root.rename(root.with_name("unplugged"))
    wait_for(lambda: indexer.folders()[0].status == "away")
    assert names(store, "away") == {"a.png"}
    root.with_name("unplugged").rename(root)
    wait_for(lambda: indexer.folders()[0].status == "present" and names(store) == {"a.png"})
    put(root / "b.png")
    wait_for(lambda: names(store) == {"a.png", "b.png"})


def test_without_live_events_the_folder_is_looked_at_again_and_again(
    indexer, store, root, follow, monkeypatch
):
    def refuse():
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("anitag_desktop.watching.watcher.Observer", refuse)
    indexer.add_folder(root)
    follow()
    wait_for_scan(indexer)
    put(root / "a.png")
    wait_for(lambda: names(store) == {"a.png"})


def test_lost_events_are_made_up_for(indexer, store, root, follow):
    hints = HintCollector(quiet=0.05)
    indexer.add_folder(root)
    follow(Watcher(hints))
    wait_for_scan(indexer)
    # Nobody is told of this one: the watch is gone, as after an overflow.
    indexer._follower._watcher.unwatch(os.fsencode(root))
    put(root / "a.png")
    time.sleep(0.3)
    assert names(store) == set()
    hints.add_everywhere()
    wait_for(lambda: names(store) == {"a.png"})


def test_a_slow_copy_is_taken_once_it_is_whole(indexer, store, root, follow):
    indexer.add_folder(root)
    follow()
    wait_for_scan(indexer)
    heard = []
    store.changes.subscribe(heard.append)
    with (root / "a.png").open("wb") as file:
        for _ in range(15):
            file.write(b"x" * 100)
            file.flush()
            time.sleep(0.03)
            assert names(store) == set()
    wait_for(lambda: names(store) == {"a.png"})
    with store.library.read() as conn:
        [row] = indexed.known(conn, 1).values()
    assert row.size == 1500


def test_a_library_that_cannot_be_written_is_tried_again(indexer, store, root, follow, monkeypatch):
    put(root / "a.png")
    indexer.add_folder(root)
    refusals = []
    write = store.library.write

    def refusing(step):
        if len(refusals) < 2:
            refusals.append(step)
            raise AnitagError("disk_full", path=store.paths.library_db)
        return write(step)

    monkeypatch.setattr(store.library, "write", refusing)
    follow()
    wait_for(lambda: names(store) == {"a.png"})
    assert len(refusals) == 2


@pytest.fixture
def reported(monkeypatch):
    """What the window would show of bugs in threads."""
    reported = []
    monkeypatch.setattr(threading, "excepthook", lambda caught: reported.append(caught.exc_value))
    return reported


def test_a_bug_is_reported_once_and_watching_goes_on(
    indexer, store, root, follow, reported, monkeypatch
):
    put(root / "a.png")
    indexer.add_folder(root)
    calls = []
    look_at = indexer.look_at

    def broken(hints):
        calls.append(hints)
        if len(calls) <= 3:
            raise ZeroDivisionError("a bug")
        return look_at(hints)

    monkeypatch.setattr(indexer, "look_at", broken)
    follow()
    wait_for(lambda: names(store) == {"a.png"})
    put(root / "b.png")
    wait_for(lambda: names(store) == {"a.png", "b.png"})
    assert list(map(str, reported)) == ["a bug"]


def test_hints_are_followed_while_a_bug_breaks_each_look_at_everything(
    indexer, store, root, follow, reported, monkeypatch
):
    indexer.add_folder(root)
    broken = threading.Event()

    def scan(**_):
        broken.set()
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(indexer, "scan", scan)
    follow()
    assert broken.wait(10)
    put(root / "a.png")
    wait_for(lambda: names(store) == {"a.png"})
    assert len(reported) == 1


def test_a_bug_that_lasts_for_hours_does_not_end_watching(
    indexer, store, root, follow, reported, monkeypatch
):
    indexer.add_folder(root)

    def scan(**_):
        indexer._follower._bugs = 5_000
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(indexer, "scan", scan)
    follow()
    wait_for(lambda: reported)
    put(root / "a.png")
    wait_for(lambda: names(store) == {"a.png"})
    assert list(map(str, reported)) == ["a bug"]


def test_bugs_in_different_places_are_reported_each(indexer, root, follow, reported, monkeypatch):
    def settle():
        raise KeyError("another bug")

    monkeypatch.setattr(indexer, "scan", lambda **_: 1 // 0)
    monkeypatch.setattr(indexer, "take_settled", settle)
    indexer.add_folder(root)
    follow()
    wait_for(lambda: len(reported) == 2)
    assert {type(error) for error in reported} == {ZeroDivisionError, KeyError}


def test_stopping_breaks_off_a_long_look_and_leaves_the_library_right(indexer, store, root):
    for number in range(300):
        put(root / str(number) / "a.png")
    indexer.add_folder(root)
    entered = threading.Event()
    look = indexer._report_seen

    def slowly(row, seen, on_progress):
        entered.set()
        time.sleep(0.02)
        look(row, seen, on_progress)

    indexer._report_seen = slowly
    indexer.start_watching()
    indexer.start_watching()
    assert entered.wait(10)
    started = time.monotonic()
    indexer.stop_watching()
    indexer.stop_watching()
    assert time.monotonic() - started < 2
    indexer._report_seen = look
    assert indexer.scan().seen == 300
    with store.library.read() as conn:
        assert len(indexed.known(conn, 1)) == 300


def test_a_burst_into_many_folders_is_found_whole(indexer, store, root, follow):
    folders = [root / f"{number // 20}" / f"{number}" for number in range(400)]
    for folder in folders:
        folder.mkdir(parents=True)
    indexer.add_folder(root)
    follow()
    wait_for_scan(indexer)
    for number, folder in enumerate(folders):
        (folder / f"{number}.png").write_bytes(b"x")
    wait_for(lambda: len(names(store)) == 400)
