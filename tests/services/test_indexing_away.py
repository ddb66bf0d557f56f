"""Folders and drives that go and come back: away, never missing, as they were on return."""

import shutil
from collections import Counter

import pytest

from anitag_desktop.services.indexing import ScanReport
from anitag_desktop.storage import files, images
from tests.helpers.drives import mounted
from tests.helpers.indexed import identify, put, rows, scan


def fill(root, count=30):
    for number in range(count):
        put(root / f"{number}.png", str(number).encode())


def statuses(store):
    return Counter(status for _, status in rows(store).values())


def test_a_root_that_vanished_is_away_and_returns_as_it_was(indexer, store, root):
    fill(root)
    indexer.add_folder(root)
    scan(indexer, store)
    before = rows(store)
    root.rename(root.with_name("unplugged"))
    assert indexer.scan() == ScanReport(away=1)
    assert indexer.scan() == ScanReport(away=1)
    assert indexer.folders()[0].status == "away"
    assert statuses(store) == {"away": 30}
    root.with_name("unplugged").rename(root)
    indexer.scan()
    assert indexer.folders()[0].status == "present"
    assert rows(store) == before
    assert identify(store) == 0


@pytest.mark.parametrize("count", [1, 5, 30])
def test_an_empty_folder_in_its_place_is_away_too(indexer, store, root, count):
    fill(root, count)
    indexer.add_folder(root)
    scan(indexer, store)
    root.rename(root.with_name("unplugged"))
    root.mkdir()
    assert indexer.scan() == ScanReport(away=1)
    assert statuses(store) == {"away": count}
    root.rmdir()
    root.with_name("unplugged").rename(root)
    indexer.scan()
    assert statuses(store) == {"present": count}


def test_another_drive_in_its_place_is_not_taken_for_it(indexer, store, root):
    fill(root)
    indexer.add_folder(root)
    scan(indexer, store)
    root.rename(root.with_name("unplugged"))
    put(root / "stranger.png", b"other")
    assert indexer.scan() == ScanReport(away=1)
    assert "stranger.png" not in rows(store)
    assert statuses(store) == {"away": 30}


def test_naming_the_folder_again_accepts_what_lies_there_now(indexer, store, root):
    fill(root)
    indexer.add_folder(root)
    scan(indexer, store)
    root.rename(root.with_name("unplugged"))
    root.mkdir()
    indexer.scan()
    indexer.add_folder(root)  # empty: nobody can mean that
    assert indexer.scan().away == 1
    put(root / "stranger.png", b"other")
    indexer.add_folder(root)
    scan(indexer, store)
    assert statuses(store) == {"missing": 30, "present": 1}


def test_a_folder_restored_from_a_backup_is_the_same_again(indexer, store, root):
    fill(root)
    indexer.add_folder(root)
    scan(indexer, store)
    root.rename(root.with_name("old"))
    shutil.copytree(root.with_name("old"), root)
    (root / "3.png").unlink()
    shutil.rmtree(root.with_name("old"))
    indexer.scan()
    identify(store)
    assert indexer.folders()[0].status == "present"
    assert statuses(store) == {"present": 29, "missing": 1}
    # From now on it is believed again.
    (root / "4.png").unlink()
    assert indexer.scan().missing == 1


def test_an_away_folder_waits_without_losing_what_waits_in_it(indexer, store, root):
    fill(root)
    indexer.add_folder(root)
    indexer.scan()
    root.rename(root.with_name("unplugged"))
    indexer.scan()
    with store.library.read() as conn:
        assert files.pending(conn, 100) == []
    root.with_name("unplugged").rename(root)
    indexer.scan()
    assert identify(store) == 30


@pytest.mark.integration
def test_a_real_drive_is_unmounted_and_mounted_again(indexer, store, root):
    with mounted(root):
        fill(root)
        put(root / "deep" / "in" / "x.png", b"deep")
        indexer.add_folder(root)
        scan(indexer, store)
        before = rows(store)
        shutil.copytree(root, root.with_name("kept"))
    for _ in range(3):
        assert indexer.scan().away == 1
        assert statuses(store) == {"away": 31}
        with mounted(root):
            # An empty drive first, then the files.
            assert indexer.scan().away == 1
            shutil.copytree(root.with_name("kept"), root, dirs_exist_ok=True)
            indexer.scan()
            identify(store)
            assert rows(store) == before
    with store.library.read() as conn:
        assert images.count(conn) == 31


@pytest.mark.integration
def test_a_drive_inside_a_watched_folder_is_away_not_missing(indexer, store, root):
    put(root / "own.png", b"own")
    (root / "usb").mkdir()
    indexer.add_folder(root)
    with mounted(root / "usb"):
        fill(root / "usb")
        scan(indexer, store)
        (root / "usb" / "0.png").unlink()
        assert indexer.scan().missing == 1
    indexer.scan()
    assert statuses(store) == {"present": 1, "away": 29, "missing": 1}
