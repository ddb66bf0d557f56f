"""Files that are still being written are waited for."""

import threading
import time

import pytest

from anitag_desktop.services.indexing import Indexer
from tests.helpers.indexed import identify, put, rows, scan, sha


@pytest.fixture
def indexer(store):
    return Indexer(store, quiet=0.4)


def test_a_fresh_file_is_not_offered_before_it_stands_still(indexer, store, root):
    indexer.add_folder(root)
    put(root / "a.png", b"1")
    assert indexer.scan(wait_settled=False).new == 0
    assert rows(store) == {}
    assert indexer.scan().new == 1
    assert set(rows(store)) == {"a.png"}


def test_a_slow_writer_is_waited_for(indexer, store, root):
    indexer.add_folder(root)
    content = bytes(range(200))
    done = []

    def write():
        with (root / "slow.png").open("wb") as file:
            for byte in content:
                file.write(bytes([byte]))
                file.flush()
                time.sleep(0.005)
        done.append(time.time())

    put(root / "slow.png", b"")
    writer = threading.Thread(target=write)
    writer.start()
    heard = []
    report = indexer.scan(on_progress=heard.append)
    writer.join()
    assert report.new == 1
    assert time.time() >= done[0] + 0.3
    assert heard[-1].waiting == 1
    identify(store)
    assert rows(store) == {"slow.png": (sha(content), "present")}


def test_a_picture_that_is_saved_over_stays_until_the_new_one_is_whole(indexer, store, root):
    path = put(root / "a.png", b"1")
    indexer.add_folder(root)
    scan(indexer, store)
    put(root / "a.png.tmp", b"22")
    (root / "a.png.tmp").replace(path)
    indexer.scan(wait_settled=False)
    assert rows(store) == {"a.png": (sha(b"1"), "present")}
    scan(indexer, store)
    assert rows(store) == {"a.png": (sha(b"22"), "present")}


def test_a_fresh_file_that_is_renamed_is_offered_once(indexer, store, root):
    indexer.add_folder(root)
    put(root / "a.png", b"1")
    indexer.scan(wait_settled=False)
    (root / "a.png").rename(root / "b.png")
    indexer.scan()
    assert set(rows(store)) == {"b.png"}


def test_a_rename_of_a_known_file_needs_no_wait(indexer, store, root):
    put(root / "a.png", b"1")
    indexer.add_folder(root)
    scan(indexer, store)
    (root / "a.png").rename(root / "b.png")
    assert indexer.scan(wait_settled=False).moved == 1
    assert rows(store) == {"b.png": (sha(b"1"), "present")}


def test_old_files_need_no_wait(store, root, monkeypatch):
    indexer = Indexer(store, quiet=100.0)
    put(root / "a.png", b"1")
    now = time.time()
    monkeypatch.setattr(indexer._settler, "_clock", lambda: now + 200)
    indexer.add_folder(root)
    assert indexer.scan(wait_settled=False).new == 1
