"""Files that are written over or deleted."""

import os

from anitag_desktop.services.indexing import ScanReport
from anitag_desktop.storage import images
from tests.helpers.indexed import identify, put, rows, scan, sha


def test_a_replaced_file_is_another_picture(indexer, store, root):
    put(root / "a.png", b"1")
    indexer.add_folder(root)
    scan(indexer, store)
    put(root / "a.png", b"22")
    assert indexer.scan().changed == 1
    assert rows(store) == {"a.png": (None, "present")}
    identify(store)
    assert rows(store) == {"a.png": (sha(b"22"), "present")}
    with store.library.read() as conn:
        assert images.count(conn) == 2


def test_a_change_that_hides_its_size_and_time_is_found(indexer, store, root):
    path = put(root / "a.png", b"1")
    indexer.add_folder(root)
    scan(indexer, store)
    times = path.stat()
    put(path, b"2")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert indexer.scan().changed == 1
    identify(store)
    assert rows(store) == {"a.png": (sha(b"2"), "present")}


def test_new_permissions_cost_a_look_but_never_the_picture(indexer, store, root):
    path = put(root / "a.png", b"1")
    indexer.add_folder(root)
    scan(indexer, store)
    path.chmod(0o600)
    assert indexer.scan().changed == 1
    assert rows(store) == {"a.png": (sha(b"1"), "present")}
    assert indexer.scan().changed == 0
    assert identify(store) == 1
    assert identify(store) == 0
    assert rows(store) == {"a.png": (sha(b"1"), "present")}


def test_the_number_of_a_deleted_file_does_not_pass_its_picture_on(
    indexer, store, root, monkeypatch
):
    path = put(root / "a.png", b"1")
    os.utime(path, (1000, 1000))  # whole seconds, as archives have them
    indexer.add_folder(root)
    scan(indexer, store)
    inode = path.stat().st_ino
    # The same number, size and time: what another file out of the same archive may get.
    path.write_bytes(b"2")
    os.utime(path, (1000, 1000))
    path.rename(root / "b.png")
    assert (root / "b.png").stat().st_ino == inode
    indexer.scan()
    assert identify(store) == 1
    assert rows(store) == {"b.png": (sha(b"2"), "present")}


def test_a_deleted_file_is_missing_and_present_again_when_it_returns(indexer, store, root):
    put(root / "a.png", b"1")
    indexer.add_folder(root)
    scan(indexer, store)
    (root / "a.png").rename(root.parent / "aside.png")
    assert indexer.scan() == ScanReport(missing=1)
    assert rows(store) == {"a.png": (sha(b"1"), "missing")}
    assert indexer.scan() == ScanReport()
    (root.parent / "aside.png").rename(root / "a.png")
    indexer.scan()
    identify(store)
    assert rows(store) == {"a.png": (sha(b"1"), "present")}


def test_all_files_deleted_by_the_user_are_missing_not_away(indexer, store, root):
    for number in range(60):
        put(root / f"{number}.png", str(number).encode())
    indexer.add_folder(root)
    scan(indexer, store)
    for path in root.iterdir():
        path.unlink()
    assert indexer.scan() == ScanReport(missing=60)
    assert indexer.folders()[0].status == "present"
