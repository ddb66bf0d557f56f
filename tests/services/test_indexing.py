"""Looks at watched folders: what they find, what they cannot read, how they are broken off."""

import os

import pytest

from anitag_desktop.domain.cache_tag import CACHE_SIGNATURE, CACHE_TAG, CACHE_TEXT
from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.indexing import ScanReport
from anitag_desktop.services.looking import StoppedError
from anitag_desktop.storage import files, problems
from anitag_desktop.storage.store import Store
from anitag_desktop.watching.hints import Hints
from tests.helpers.indexed import identify, put, rows, scan, sha


def test_a_first_scan_finds_everything_and_a_second_changes_nothing(indexer, store, root):
    for number in range(5):
        put(root / str(number) / "a.png", str(number).encode())
    os.mkfifo(root / "pipe.png")
    indexer.add_folder(root)
    assert indexer.scan() == ScanReport(seen=6, new=5, problems=1)
    assert identify(store) == 5
    before = rows(store)
    heard = []
    store.changes.subscribe(heard.append)
    assert indexer.scan() == ScanReport(seen=6)
    assert rows(store) == before
    assert heard == [LibraryChange(folders=True)]


def test_what_is_no_file_is_a_problem_once(indexer, store, root):
    os.mkfifo(root / "pipe.png")
    (root / "folder.jpg").mkdir()
    (root / "link.gif").symlink_to("nowhere")
    indexer.add_folder(root)
    scan(indexer, store)
    with store.library.read() as conn:
        found = {p.path.rpartition(b"/")[2]: p.code for p in problems.every(conn)}
    assert found == {
        b"pipe.png": "picture_not_a_file",
        b"folder.jpg": "picture_not_a_file",
        b"link.gif": "picture_link_broken",
    }
    assert indexer.scan().problems == 0


def test_a_problem_goes_with_its_file(indexer, store, root):
    os.mkfifo(root / "pipe.png")
    indexer.add_folder(root)
    indexer.scan()
    (root / "pipe.png").unlink()
    indexer.scan()
    assert rows(store) == {}
    with store.library.read() as conn:
        assert problems.every(conn) == []


def test_a_problem_is_tried_again_only_when_its_file_changes(indexer, store, root):
    path = put(root / "broken.png", b"1")
    indexer.add_folder(root)
    indexer.scan()
    with store.library.read() as conn:
        [waiting] = files.pending(conn, 10)
    store.library.write(
        lambda conn: problems.put(conn, waiting.file_id, "picture_unknown", {}, 1.0)
    )
    assert indexer.scan().changed == 0
    put(path, b"23")
    assert indexer.scan().changed == 1
    with store.library.read() as conn:
        assert len(files.pending(conn, 10)) == 1
        assert problems.every(conn) == []


@pytest.mark.parametrize("watched", [".", "library", "link"])
def test_the_library_does_not_take_in_its_own_thumbnails(indexer, store, tmp_path, watched):
    (tmp_path / "link").symlink_to(tmp_path)
    put(store.paths.thumbnail("ab" * 32))
    put(store.paths.models / "small" / "golden.png")
    put(store.paths.root / "mine" / "cache" / "a.png")
    indexer.add_folder(tmp_path / watched)
    assert indexer.scan().new == 1
    thumbnails = os.fsencode(store.paths.thumbnails / "ab")
    hints = Hints(frozenset({thumbnails}), frozenset({thumbnails}), False)
    assert indexer.look_at(hints).new == 0


def test_no_library_takes_in_the_thumbnails_of_another(indexer, root):
    other = LibraryPaths(root / "other")
    Store.open(other).close()
    put(other.thumbnail("ab" * 32))
    put(root / "a.png")
    indexer.add_folder(root)
    assert indexer.scan().new == 1
    thumbnails = os.fsencode(other.thumbnails / "ab")
    hints = Hints(frozenset({thumbnails}), frozenset({thumbnails}), False)
    assert indexer.look_at(hints).new == 0
    assert (other.cache / CACHE_TAG).read_bytes().startswith(CACHE_SIGNATURE)


def test_thumbnails_that_were_taken_in_before_are_forgotten(indexer, store, root):
    put(root / "thumbs" / "a.png")
    put(root / "b.png")
    indexer.add_folder(root)
    assert indexer.scan().new == 2
    (root / "thumbs" / CACHE_TAG).write_bytes(CACHE_TEXT)
    report = indexer.scan()
    assert (report.left_out, report.missing) == (1, 0)
    assert [os.path.basename(path) for path in rows(store)] == ["b.png"]  # noqa: PTH119


def test_many_files_are_written_in_pieces(indexer, store, root):
    for number in range(2500):
        (root / f"{number}.png").touch()
    indexer.add_folder(root)
    heard = []
    assert indexer.scan(on_progress=heard.append).new == 2500
    assert heard[-1].seen == 2500
    assert str(heard[-1]) == f"{root}: 2500 files"
    assert indexer.scan() == ScanReport(seen=2500)


def test_who_hears_of_a_scan_can_break_it_off(indexer, store, root):
    for number in range(20):
        put(root / str(number) / f"a{number}.png")
    indexer.add_folder(root)
    assert indexer.scan().new == 20
    for number in range(20):
        put(root / str(number) / f"b{number}.png")

    def stop(progress):
        if progress.seen > 4:
            raise StoppedError

    indexer.scan(on_progress=stop)
    known = rows(store)
    assert {status for _, status in known.values()} == {"present"}
    assert 20 <= len(known) < 40
    indexer.scan()
    assert len(rows(store)) == 40


def test_a_folder_that_cannot_be_read_is_a_problem_and_its_pictures_are_not_missing(
    indexer, store, root, monkeypatch
):
    put(root / "closed" / "a.png", b"1")
    put(root / "b.png", b"2")
    indexer.add_folder(root)
    scan(indexer, store)
    real = os.scandir

    def scandir(path):
        if os.fsdecode(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", scandir)
        assert indexer.scan().problems == 1
        assert indexer.scan() == ScanReport(seen=1)
        found = rows(store)
        assert found["a.png"] == (sha(b"1"), "unreadable")
        assert found["b.png"] == (sha(b"2"), "present")
        with store.library.read() as conn:
            assert [p.code for p in problems.every(conn)] == ["subfolder_unreadable"]
    indexer.scan()
    assert identify(store) == 0
    assert rows(store) == {"a.png": (sha(b"1"), "present"), "b.png": (sha(b"2"), "present")}
    with store.library.read() as conn:
        assert problems.every(conn) == []
