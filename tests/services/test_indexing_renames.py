"""Files that are renamed, moved, copied and linked keep their pictures."""

import os
import shutil

from anitag_desktop.services.indexing import ScanReport
from anitag_desktop.storage import images
from tests.helpers.indexed import identify, put, rows, scan, sha


def test_a_renamed_file_keeps_its_picture_without_being_read(indexer, store, root):
    put(root / "a.png", b"1")
    indexer.add_folder(root)
    scan(indexer, store)
    (root / "new").mkdir()
    (root / "a.png").rename(root / "new" / "b.png")
    assert indexer.scan() == ScanReport(seen=1, moved=1)
    assert identify(store) == 0
    assert rows(store) == {"b.png": (sha(b"1"), "present")}


def test_a_chain_of_renames_ends_where_the_file_is(indexer, store, root):
    for name in "abc":
        put(root / f"{name}.png", name.encode())
    indexer.add_folder(root)
    scan(indexer, store)
    # a -> b -> c -> d: each takes the place of the next.
    for old, new in (("c", "d"), ("b", "c"), ("a", "b")):
        (root / f"{old}.png").rename(root / f"{new}.png")
    indexer.scan()
    assert identify(store) == 0
    found = {k: v for k, v in rows(store).items() if v[1] == "present"}
    assert found == {
        "b.png": (sha(b"a"), "present"),
        "c.png": (sha(b"b"), "present"),
        "d.png": (sha(b"c"), "present"),
    }


def test_two_files_that_change_places_keep_their_pictures(indexer, store, root):
    a, b = put(root / "a.png", b"1"), put(root / "b.png", b"2")
    indexer.add_folder(root)
    scan(indexer, store)
    a.rename(root / "t")
    b.rename(a)
    (root / "t").rename(b)
    indexer.scan()
    assert identify(store) == 0
    assert rows(store) == {
        "a.png": (sha(b"2"), "present"),
        "b.png": (sha(b"1"), "present"),
    }


def test_a_moved_folder_keeps_all_its_pictures(indexer, store, root):
    for number in range(30):
        put(root / "old" / f"{number}.png", str(number).encode())
    indexer.add_folder(root)
    scan(indexer, store)
    (root / "old").rename(root / "new")
    assert indexer.scan() == ScanReport(seen=30, moved=30)
    assert identify(store) == 0


def test_a_file_that_moves_between_watched_folders_keeps_its_picture(indexer, store, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    put(one / "a.png", b"1")
    two.mkdir()
    indexer.add_folder(one)
    indexer.add_folder(two)
    scan(indexer, store)
    (one / "a.png").rename(two / "b.png")
    assert indexer.scan().moved == 1
    assert identify(store) == 0
    assert rows(store) == {"b.png": (sha(b"1"), "present")}


def test_a_move_to_another_file_system_is_recognised_by_content(indexer, store, root):
    put(root / "a.png", b"1")
    indexer.add_folder(root)
    scan(indexer, store)
    # As a move between drives does it: a copy, then the original goes.
    shutil.copy2(root / "a.png", root / "b.png")
    (root / "a.png").unlink()
    scan(indexer, store)
    assert rows(store)["b.png"] == (sha(b"1"), "present")
    with store.library.read() as conn:
        assert images.count(conn) == 1


def test_copies_and_hard_links_are_the_same_picture(indexer, store, root):
    put(root / "a.png", b"1")
    indexer.add_folder(root)
    scan(indexer, store)
    shutil.copy(root / "a.png", root / "copy.png")
    os.link(root / "a.png", root / "hard.png")
    (root / "soft.png").symlink_to(root / "a.png")
    indexer.scan()
    # Only the copy has to be read; a hard link changes the ctime of the first name.
    assert identify(store) <= 2
    assert set(rows(store).values()) == {(sha(b"1"), "present")}
    assert len(rows(store)) == 4


def test_two_new_names_of_a_file_whose_old_name_is_gone(indexer, store, root):
    put(root / "a.png", b"1")
    indexer.add_folder(root)
    scan(indexer, store)
    os.link(root / "a.png", root / "b.png")
    (root / "a.png").rename(root / "c.png")
    indexer.scan()
    identify(store)
    present = {k: v for k, v in rows(store).items() if v[1] == "present"}
    assert present == {n: (sha(b"1"), "present") for n in ("b.png", "c.png")}
