"""The library stays true to the disk, whatever happens there."""

import hashlib
import os
import random
import shutil
import subprocess
import threading
import time
from collections import Counter

import pytest

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import ImageFacts
from anitag_desktop.services.indexing import Indexer, ScanReport
from anitag_desktop.services.looking import StoppedError
from anitag_desktop.storage import files, folders, images, problems, readings, sightings
from anitag_desktop.watching.hints import Hints
from tests.helpers.libraries import open_store


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as store:
        yield store


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "pictures"
    root.mkdir()
    return root


@pytest.fixture
def indexer(store):
    return Indexer(store, quiet=0.0)


def put(path, content=b"x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def facts_of(content):
    sha256 = hashlib.sha256(content).hexdigest()
    return ImageFacts(sha256, sha256[:32], sha256, 0, 1, 1, "png", len(content))


def identify(store):
    """Do the tagging queue's part: hash what waits, link it; return how many were read."""
    with store.library.read() as conn:
        waiting = files.pending(conn, 10_000) + readings.unverified(conn, 10_000)
        folder_of = {
            row[0]: row.folder_id
            for f in folders.every(conn)
            for row in sightings.known(conn, f.folder_id).values()
        }
    for file in waiting:
        with open(file.path, "rb") as opened:  # noqa: PTH123 - a path of bytes
            facts = facts_of(opened.read())
            seen = os.fstat(opened.fileno())
        stat = type(file.stat)(
            seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino, seen.st_dev
        )

        def step(conn, file=file, facts=facts, stat=stat):
            image_id = images.add(conn, facts, 1.0)
            files.upsert(conn, folder_of[file.path], file.path, stat, image_id)

        store.library.write(step)
    return len(waiting)


def rows(store):
    """Every file row: name -> (content hash or None, status)."""
    with store.library.read() as conn:
        hashes = {}
        found = {}
        for folder_id in range(1, 20):
            for row in sightings.known(conn, folder_id).values():
                if row.image_id not in hashes and row.image_id is not None:
                    hashes[row.image_id] = images.facts(conn, [row.image_id])[row.image_id].sha256
                name = os.fsdecode(row.path).rpartition("/")[2]
                found[name] = (hashes.get(row.image_id), row.status)
    return found


def sha(content):
    return hashlib.sha256(content).hexdigest()


def scan(indexer, store):
    report = indexer.scan()
    identify(store)
    return report


class TestFolders:
    def test_a_folder_is_added_once_whatever_its_spelling(self, indexer, root):
        view = indexer.add_folder(root)
        again = indexer.add_folder(f"{root}/../{root.name}/")
        assert again == view
        assert view.path == str(root)
        assert (view.status, view.images, view.last_scan) == ("present", 0, None)

    def test_a_scan_gives_the_folder_its_count_and_time(self, indexer, store, root):
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
    def test_what_is_no_folder_is_refused_with_the_reason(self, indexer, root, name, code):
        put(root / "file.png")
        with pytest.raises(AnitagError) as failure:
            indexer.add_folder(root / name)
        assert failure.value.code == code
        assert indexer.folders() == []

    def test_a_removed_folder_keeps_its_pictures_as_missing(self, indexer, store, root):
        put(root / "a.png", b"1")
        view = indexer.add_folder(root)
        scan(indexer, store)
        indexer.remove_folder(view.id)
        indexer.remove_folder(view.id)
        assert indexer.folders() == []
        assert rows(store) == {"a.png": (sha(b"1"), "missing")}
        assert (root / "a.png").exists()

    def test_a_folder_that_is_added_again_has_its_pictures_without_reading(
        self, indexer, store, root
    ):
        put(root / "a.png", b"1")
        view = indexer.add_folder(root)
        scan(indexer, store)
        indexer.remove_folder(view.id)
        assert indexer.add_folder(root).id == view.id
        indexer.scan()
        assert rows(store) == {"a.png": (sha(b"1"), "present")}
        assert identify(store) == 0

    def test_a_folder_inside_a_watched_one_takes_over_its_files_and_gives_them_back(
        self, indexer, store, root
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

    def test_a_folder_around_a_watched_one_leaves_it_its_files(self, indexer, store, root):
        put(root / "a.png", b"1")
        put(root / "sub" / "b.png", b"2")
        inner = indexer.add_folder(root / "sub")
        scan(indexer, store)
        outer = indexer.add_folder(root)
        scan(indexer, store)
        counts = {view.id: view.images for view in indexer.folders()}
        assert counts == {inner.id: 1, outer.id: 1}


class TestScan:
    def test_a_first_scan_finds_everything_and_a_second_changes_nothing(self, indexer, store, root):
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

    def test_what_is_no_file_is_a_problem_once(self, indexer, store, root):
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

    def test_a_problem_goes_with_its_file(self, indexer, store, root):
        os.mkfifo(root / "pipe.png")
        indexer.add_folder(root)
        indexer.scan()
        (root / "pipe.png").unlink()
        indexer.scan()
        assert rows(store) == {}
        with store.library.read() as conn:
            assert problems.every(conn) == []

    def test_a_problem_is_tried_again_only_when_its_file_changes(self, indexer, store, root):
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

    def test_a_renamed_file_keeps_its_picture_without_being_read(self, indexer, store, root):
        put(root / "a.png", b"1")
        indexer.add_folder(root)
        scan(indexer, store)
        (root / "new").mkdir()
        (root / "a.png").rename(root / "new" / "b.png")
        assert indexer.scan() == ScanReport(seen=1, moved=1)
        assert identify(store) == 0
        assert rows(store) == {"b.png": (sha(b"1"), "present")}

    def test_a_chain_of_renames_ends_where_the_file_is(self, indexer, store, root):
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

    def test_two_files_that_change_places_keep_their_pictures(self, indexer, store, root):
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

    def test_a_moved_folder_keeps_all_its_pictures(self, indexer, store, root):
        for number in range(30):
            put(root / "old" / f"{number}.png", str(number).encode())
        indexer.add_folder(root)
        scan(indexer, store)
        (root / "old").rename(root / "new")
        assert indexer.scan() == ScanReport(seen=30, moved=30)
        assert identify(store) == 0

    def test_a_file_that_moves_between_watched_folders_keeps_its_picture(
        self, indexer, store, tmp_path
    ):
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

    def test_a_move_to_another_file_system_is_recognised_by_content(self, indexer, store, root):
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

    def test_copies_and_hard_links_are_the_same_picture(self, indexer, store, root):
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

    def test_two_new_names_of_a_file_whose_old_name_is_gone(self, indexer, store, root):
        put(root / "a.png", b"1")
        indexer.add_folder(root)
        scan(indexer, store)
        os.link(root / "a.png", root / "b.png")
        (root / "a.png").rename(root / "c.png")
        indexer.scan()
        identify(store)
        present = {k: v for k, v in rows(store).items() if v[1] == "present"}
        assert present == {n: (sha(b"1"), "present") for n in ("b.png", "c.png")}

    def test_a_replaced_file_is_another_picture(self, indexer, store, root):
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

    def test_a_change_that_hides_its_size_and_time_is_found(self, indexer, store, root):
        path = put(root / "a.png", b"1")
        indexer.add_folder(root)
        scan(indexer, store)
        times = path.stat()
        put(path, b"2")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert indexer.scan().changed == 1
        identify(store)
        assert rows(store) == {"a.png": (sha(b"2"), "present")}

    def test_new_permissions_cost_a_look_but_never_the_picture(self, indexer, store, root):
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
        self, indexer, store, root, monkeypatch
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

    def test_a_deleted_file_is_missing_and_present_again_when_it_returns(
        self, indexer, store, root
    ):
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

    def test_all_files_deleted_by_the_user_are_missing_not_away(self, indexer, store, root):
        for number in range(60):
            put(root / f"{number}.png", str(number).encode())
        indexer.add_folder(root)
        scan(indexer, store)
        for path in root.iterdir():
            path.unlink()
        assert indexer.scan() == ScanReport(missing=60)
        assert indexer.folders()[0].status == "present"

    @pytest.mark.parametrize("watched", [".", "library", "link"])
    def test_the_library_does_not_take_in_its_own_thumbnails(
        self, indexer, store, tmp_path, watched
    ):
        (tmp_path / "link").symlink_to(tmp_path)
        put(store.paths.thumbnail("ab" * 32))
        put(store.paths.models / "small" / "golden.png")
        put(store.paths.root / "mine" / "cache" / "a.png")
        indexer.add_folder(tmp_path / watched)
        assert indexer.scan().new == 1
        thumbnails = os.fsencode(store.paths.thumbnails / "ab")
        hints = Hints(frozenset({thumbnails}), frozenset({thumbnails}), False)
        assert indexer.look_at(hints).new == 0

    def test_many_files_are_written_in_pieces(self, indexer, store, root):
        for number in range(2500):
            (root / f"{number}.png").touch()
        indexer.add_folder(root)
        heard = []
        assert indexer.scan(on_progress=heard.append).new == 2500
        assert heard[-1].seen == 2500
        assert str(heard[-1]) == f"{root}: 2500 files"
        assert indexer.scan() == ScanReport(seen=2500)

    def test_who_hears_of_a_scan_can_break_it_off(self, indexer, store, root):
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


class TestUnreadable:
    def test_a_folder_that_cannot_be_read_is_a_problem_and_its_pictures_are_not_missing(
        self, indexer, store, root, monkeypatch
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


class TestAway:
    def fill(self, root, count=30):
        for number in range(count):
            put(root / f"{number}.png", str(number).encode())

    def statuses(self, store):
        return Counter(status for _, status in rows(store).values())

    def test_a_root_that_vanished_is_away_and_returns_as_it_was(self, indexer, store, root):
        self.fill(root)
        indexer.add_folder(root)
        scan(indexer, store)
        before = rows(store)
        root.rename(root.with_name("unplugged"))
        assert indexer.scan() == ScanReport(away=1)
        assert indexer.scan() == ScanReport(away=1)
        assert indexer.folders()[0].status == "away"
        assert self.statuses(store) == {"away": 30}
        root.with_name("unplugged").rename(root)
        indexer.scan()
        assert indexer.folders()[0].status == "present"
        assert rows(store) == before
        assert identify(store) == 0

    @pytest.mark.parametrize("count", [1, 5, 30])
    def test_an_empty_folder_in_its_place_is_away_too(self, indexer, store, root, count):
        self.fill(root, count)
        indexer.add_folder(root)
        scan(indexer, store)
        root.rename(root.with_name("unplugged"))
        root.mkdir()
        assert indexer.scan() == ScanReport(away=1)
        assert self.statuses(store) == {"away": count}
        root.rmdir()
        root.with_name("unplugged").rename(root)
        indexer.scan()
        assert self.statuses(store) == {"present": count}

    def test_another_drive_in_its_place_is_not_taken_for_it(self, indexer, store, root):
        self.fill(root)
        indexer.add_folder(root)
        scan(indexer, store)
        root.rename(root.with_name("unplugged"))
        put(root / "stranger.png", b"other")
        assert indexer.scan() == ScanReport(away=1)
        assert "stranger.png" not in rows(store)
        assert self.statuses(store) == {"away": 30}

    def test_naming_the_folder_again_accepts_what_lies_there_now(self, indexer, store, root):
        self.fill(root)
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
        assert self.statuses(store) == {"missing": 30, "present": 1}

    def test_a_folder_restored_from_a_backup_is_the_same_again(self, indexer, store, root):
        self.fill(root)
        indexer.add_folder(root)
        scan(indexer, store)
        root.rename(root.with_name("old"))
        shutil.copytree(root.with_name("old"), root)
        (root / "3.png").unlink()
        shutil.rmtree(root.with_name("old"))
        indexer.scan()
        identify(store)
        assert indexer.folders()[0].status == "present"
        assert self.statuses(store) == {"present": 29, "missing": 1}
        # From now on it is believed again.
        (root / "4.png").unlink()
        assert indexer.scan().missing == 1

    def test_an_away_folder_waits_without_losing_what_waits_in_it(self, indexer, store, root):
        self.fill(root)
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
    def test_a_real_drive_is_unmounted_and_mounted_again(self, indexer, store, root):
        with mounted(root):
            self.fill(root)
            put(root / "deep" / "in" / "x.png", b"deep")
            indexer.add_folder(root)
            scan(indexer, store)
            before = rows(store)
            shutil.copytree(root, root.with_name("kept"))
        for _ in range(3):
            assert indexer.scan().away == 1
            assert self.statuses(store) == {"away": 31}
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
    def test_a_drive_inside_a_watched_folder_is_away_not_missing(self, indexer, store, root):
        put(root / "own.png", b"own")
        (root / "usb").mkdir()
        indexer.add_folder(root)
        with mounted(root / "usb"):
            self.fill(root / "usb")
            scan(indexer, store)
            (root / "usb" / "0.png").unlink()
            assert indexer.scan().missing == 1
        indexer.scan()
        assert self.statuses(store) == {"present": 1, "away": 29, "missing": 1}


class mounted:  # noqa: N801 - reads as a statement
    """A small drive of its own at a folder; the test is skipped where that is not permitted."""

    def __init__(self, place):
        self.place = str(place)

    def __enter__(self):
        if os.getuid() or not shutil.which("mount"):
            pytest.skip("mounting is not permitted here")
        command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", self.place]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("mounting is not permitted here")

    def __exit__(self, *failure):
        subprocess.run(["umount", self.place], check=True)


class TestSettling:
    @pytest.fixture
    def indexer(self, store):
        return Indexer(store, quiet=0.4)

    def test_a_fresh_file_is_not_offered_before_it_stands_still(self, indexer, store, root):
        indexer.add_folder(root)
        put(root / "a.png", b"1")
        assert indexer.scan(wait_settled=False).new == 0
        assert rows(store) == {}
        assert indexer.scan().new == 1
        assert set(rows(store)) == {"a.png"}

    def test_a_slow_writer_is_waited_for(self, indexer, store, root):
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

    def test_a_picture_that_is_saved_over_stays_until_the_new_one_is_whole(
        self, indexer, store, root
    ):
        path = put(root / "a.png", b"1")
        indexer.add_folder(root)
        scan(indexer, store)
        put(root / "a.png.tmp", b"22")
        (root / "a.png.tmp").replace(path)
        indexer.scan(wait_settled=False)
        assert rows(store) == {"a.png": (sha(b"1"), "present")}
        scan(indexer, store)
        assert rows(store) == {"a.png": (sha(b"22"), "present")}

    def test_a_fresh_file_that_is_renamed_is_offered_once(self, indexer, store, root):
        indexer.add_folder(root)
        put(root / "a.png", b"1")
        indexer.scan(wait_settled=False)
        (root / "a.png").rename(root / "b.png")
        indexer.scan()
        assert set(rows(store)) == {"b.png"}

    def test_a_rename_of_a_known_file_needs_no_wait(self, indexer, store, root):
        put(root / "a.png", b"1")
        indexer.add_folder(root)
        scan(indexer, store)
        (root / "a.png").rename(root / "b.png")
        assert indexer.scan(wait_settled=False).moved == 1
        assert rows(store) == {"b.png": (sha(b"1"), "present")}

    def test_old_files_need_no_wait(self, store, root, monkeypatch):
        indexer = Indexer(store, quiet=100.0)
        put(root / "a.png", b"1")
        now = time.time()
        monkeypatch.setattr(indexer._settler, "_clock", lambda: now + 200)
        indexer.add_folder(root)
        assert indexer.scan(wait_settled=False).new == 1


class TestRandomly:
    """Whatever is done to the files: looking again and again ends where a first look would."""

    NAMES = tuple(f"{folder}{name}.png" for folder in ("", "x/", "x/y/", "z/") for name in "abc")

    def step(self, rng, root):
        here = [n for n in self.NAMES if (root / n).exists()]
        target = root / rng.choice(self.NAMES)
        target.parent.mkdir(parents=True, exist_ok=True)
        kind = rng.choice(["write", "write", "delete", "rename", "copy", "link", "folder", "touch"])
        if kind == "write" or not here:
            target.write_bytes(rng.choice([b"1", b"2", b"3", b"44", b"55"]))
            return
        source = root / rng.choice(here)
        if kind == "delete":
            source.unlink()
        elif kind == "rename":
            source.rename(target)
        elif kind == "copy" and source != target and not target.exists():
            shutil.copy2(source, target)
        elif kind == "link" and not target.exists():
            os.link(source, target)
        elif kind == "touch":
            os.utime(source, (rng.choice([1000, 2000]),) * 2)
        elif kind == "folder" and (root / "x").exists() and not (root / "w").exists():
            (root / "x").rename(root / "w")
            (root / "w").rename(root / "x")

    def on_disk(self, root):
        return {os.fsencode(path): sha(path.read_bytes()) for path in root.rglob("*.png")}

    def in_library(self, store):
        found = {}
        with store.library.read() as conn:
            for row in sightings.known(conn, 1).values():
                if row.status == "present":
                    [facts] = images.facts(conn, [row.image_id]).values()
                    found[row.path] = facts.sha256
        return found

    @pytest.mark.parametrize("seed", range(25))
    def test_many_looks_end_where_one_would(self, indexer, store, root, seed):
        rng = random.Random(seed)
        indexer.add_folder(root)
        for _ in range(8):
            for _ in range(rng.randint(1, 6)):
                self.step(rng, root)
            indexer.scan()
            if rng.random() < 0.7:
                identify(store)
        indexer.scan()
        identify(store)
        assert self.in_library(store) == self.on_disk(root)
        assert indexer.scan() == ScanReport(seen=len(self.on_disk(root)))
        assert identify(store) == 0
