"""Watched folders: added, removed, added again, one inside another."""

import pytest

from anitag_desktop.domain.error import AnitagError
from tests.helpers.indexed import identify, put, rows, scan, sha


def test_a_folder_is_added_once_whatever_its_spelling(indexer, root):
    view = indexer.add_folder(root)
    again = indexer.add_folder(f"{root}/../{root.name}/")
    assert again == view
    assert view.path == str(root)
    assert (view.status, view.images, view.last_scan) == ("present", 0, None)


def test_a_scan_gives_the_folder_its_count_and_time(indexer, store, root):
    put(root / "a.png", b"1")
    put(root / "b.png", b"1")
    indexer.add_folder(root)
    scan(indexer, store)
    [view] = indexer.folders()
    assert view.images == 1
    assert view.last_scan is not None


@pytest.mark.parametrize(
    ("name", "code"), [("nowhere", "no_such_folder"), ("file.png", "not_a_folder")]
)
def test_what_is_no_folder_is_refused_with_the_reason(indexer, root, name, code):
    put(root / "file.png")
    with pytest.raises(AnitagError) as failure:
        indexer.add_folder(root / name)
    assert failure.value.code == code
    assert indexer.folders() == []


def test_a_removed_folder_keeps_its_pictures_as_missing(indexer, store, root):
    put(root / "a.png", b"1")
    view = indexer.add_folder(root)
    scan(indexer, store)
    indexer.remove_folder(view.id)
    indexer.remove_folder(view.id)
    assert indexer.folders() == []
    assert rows(store) == {"a.png": (sha(b"1"), "missing")}
    assert (root / "a.png").exists()


def test_a_folder_that_is_added_again_has_its_pictures_without_reading(indexer, store, root):
    put(root / "a.png", b"1")
    view = indexer.add_folder(root)
    scan(indexer, store)
    indexer.remove_folder(view.id)
    assert indexer.add_folder(root).id == view.id
    indexer.scan()
    assert rows(store) == {"a.png": (sha(b"1"), "present")}
    assert identify(store) == 0


def test_a_folder_inside_a_watched_one_takes_over_its_files_and_gives_them_back(
    indexer, store, root
):
    put(root / "a.png", b"1")
    put(root / "sub" / "b.png", b"2")
    outer = indexer.add_folder(root)
    scan(indexer, store)
    inner = indexer.add_folder(root / "sub")
    assert [view.images for view in indexer.folders()] == [2, 0]
    indexer.scan([outer.id])
    assert [view.images for view in indexer.folders()] == [1, 1]
    assert identify(store) == 0
    indexer.remove_folder(inner.id)
    assert [view.images for view in indexer.folders()] == [2]
    assert identify(store) == 0


def test_a_folder_around_a_watched_one_leaves_it_its_files(indexer, store, root):
    put(root / "a.png", b"1")
    put(root / "sub" / "b.png", b"2")
    inner = indexer.add_folder(root / "sub")
    scan(indexer, store)
    outer = indexer.add_folder(root)
    scan(indexer, store)
    counts = {view.id: view.images for view in indexer.folders()}
    assert counts == {inner.id: 1, outer.id: 1}
