"""Keeping: backups are real, going back loses no correction, a check finds what is wrong."""

import os
import shutil
import sqlite3
from contextlib import closing

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.pair import PairVerdict
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.judging import Judge
from anitag_desktop.services.keeping import Keeper, check_library, restore_library
from anitag_desktop.storage import actions, backups, ignored_subjects, journal
from anitag_desktop.storage.copies import soundness
from anitag_desktop.storage.fault_points import FaultError
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import (
    add_image,
    copy_empty_library,
    facts_of,
    fill,
    open_store,
    predict,
    rejected_of,
    tags_of,
)


@pytest.fixture
def root(tmp_path):
    return tmp_path / "library"


def _spoil(path, sql):
    """Change a closed database behind the program's back."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(sql)
        connection.commit()


def test_a_backup_stands_alone_and_is_sound(root):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        Corrector(store).correct([image], reject=["hat"])
        made = Keeper(store).backup()
        assert soundness(made.path) is None
        assert [b.path for b in Keeper(store).backups()] == [made.path]
        assert made.path.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(made.path)) as connection:
        assert connection.execute("SELECT verdict FROM verdicts").fetchall() == [("rejected",)]
    assert sorted(p.name for p in made.path.parent.iterdir()) == [made.path.name]


def test_two_backups_in_a_second_are_two(root):
    with open_store(root) as store:
        keeper = Keeper(store)
        made = [keeper.backup().path for _ in range(3)]
        assert [b.path for b in keeper.backups()] == made[::-1]


def _copies(paths, backup, days):
    """Give a backup a copy for each of some days of the year 2000; they are sound."""
    made = [paths.backups / f"library-200001{day:02}-120000-daily.db" for day in days]
    for path in made:
        shutil.copy(backup, path)
    return made


def test_old_backups_are_thinned_out(root):
    with open_store(root) as store:
        newest = Keeper(store).backup().path
        olds = _copies(store.paths, newest, range(1, 21))
        backups.rotate(store.paths)
        days = [path.name[14:16] for path in olds if path.exists()]
        # The newest ten with this one; the 9th is the newest of the last week but two.
        assert days == ["09", *map(str, range(12, 21))]
        Keeper(store).backup()
        assert newest.exists()


def test_nothing_goes_that_may_be_the_last_sound_backup(root):
    with open_store(root) as store:
        newest = Keeper(store).backup().path
        olds = _copies(store.paths, newest, range(1, 21))
        for broken in (newest, *olds[2:]):
            broken.write_bytes(b"broken")
        backups.rotate(store.paths)
        assert olds[1].exists()
        assert all(path.exists() for path in olds[2:])
        assert not olds[0].exists()
        olds[1].write_bytes(b"broken")
        backups.rotate(store.paths)
        assert olds[1].exists()


@pytest.mark.parametrize("point", ["backup.before_rename", "backup.after_rename"])
def test_a_backup_cut_off_leaves_nothing_half_made(root, monkeypatch, point):
    with open_store(root) as store:
        monkeypatch.setenv("ANITAG_FAULT", f"{point}:raise")
        with pytest.raises(FaultError):
            Keeper(store).backup()
        names = [path.name for path in store.paths.backups.iterdir()]
        assert len(names) == (point == "backup.after_rename")
        assert all(soundness(store.paths.backups / name) is None for name in names)


def test_a_full_disk_while_backing_up_is_said_and_costs_nothing(root, monkeypatch):
    with open_store(root) as store:
        kept = Keeper(store).backup()
        monkeypatch.setenv("ANITAG_FAULT", "backup.before_rename:enospc")
        with pytest.raises(AnitagError) as error:
            Keeper(store).backup()
        assert error.value.code == "disk_full"
        assert [path.name for path in store.paths.backups.iterdir()] == [kept.path.name]


def test_restoring_loses_no_acknowledged_correction(root):
    with open_store(root) as store:
        ids = fill(store, [{"hat": 0.9}, {"hat": 0.9}])
        corrector, keeper = Corrector(store), Keeper(store)
        corrector.correct(ids[:1], reject=["hat"])
        keeper.backup()
        corrector.correct(ids[1:], reject=["hat"], add=["later"])
        heard = []
        store.changes.subscribe(heard.append)
        keeper.restore()
        assert heard[-1].all_images
        assert tags_of(store, ids[1]) == {"later": "user"}
        assert rejected_of(store, ids[0]) == {"hat"}
        corrector.correct(ids[:1], add=["after"])
        assert tags_of(store, ids[0]) == {"after": "user"}
        assert keeper.check().ok
    with open_store(root) as store:
        assert tags_of(store, ids[0]) == {"after": "user"}


def test_restoring_keeps_what_was_there(root):
    with open_store(root) as store:
        keeper = Keeper(store)
        first = keeper.backup()
        image = add_image(store, 1)
        Corrector(store).correct([image], add=["cat"])
        keeper.restore(first.path)
        saved = next(b for b in keeper.backups() if b.reason == "before-restore")
        assert tags_of(store, image) == {}
        keeper.restore(saved.path)
        assert tags_of(store, image) == {"cat": "user"}


def test_a_restored_picture_that_comes_back_has_its_tags(root):
    with open_store(root) as store:
        keeper = Keeper(store)
        keeper.backup()
        (image,) = fill(store, [{"hat": 0.9}])
        Corrector(store).correct([image], reject=["hat"], add=["cat"])
        keeper.restore()
        image = add_image(store, 0)
        assert tags_of(store, image)["cat"] == "user"
        assert rejected_of(store, image) == {"hat"}


def test_without_a_backup_nothing_is_restored(root, tmp_path):
    with open_store(root) as store:
        for wanted, code in ((None, "no_backup"), (tmp_path / "none.db", "no_such_file")):
            with pytest.raises(AnitagError) as error:
                Keeper(store).restore(wanted)
            assert error.value.code == code


def test_a_damaged_backup_is_refused_and_the_next_one_taken(root):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        keeper = Keeper(store)
        good = keeper.backup()
        bad = keeper.backup()
        bad.path.write_bytes(b"x" * 5000)
        with pytest.raises(AnitagError) as error:
            keeper.restore(bad.path)
        assert error.value.code == "backup_damaged"
        assert tags_of(store, image) == {"hat": "model"}
        assert keeper.restore().path == good.path


@pytest.mark.parametrize("point", ["restore.before_swap", "restore.after_swap"])
def test_restoring_cut_off_leaves_the_old_or_the_new(root, monkeypatch, point):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        Keeper(store).backup()
        Corrector(store).correct([image], reject=["hat"])
        monkeypatch.setenv("ANITAG_FAULT", f"{point}:raise")
        with pytest.raises(FaultError):
            Keeper(store).restore()
        monkeypatch.delenv("ANITAG_FAULT")
    with open_store(root) as store:
        assert rejected_of(store, image) == {"hat"}
        assert Keeper(store).check().ok


def test_a_damaged_library_is_restored_and_the_damaged_file_kept(root):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        Keeper(store).backup()
        Corrector(store).correct([image], reject=["hat"])
    paths = LibraryPaths(root)
    damaged = os.urandom(50_000)
    paths.library_db.write_bytes(damaged)
    with pytest.raises(AnitagError):
        Store.open(paths)
    assert not check_library(paths).ok
    restore_library(paths)
    (kept,) = root.glob("library.db.damaged-*")
    assert kept.read_bytes() == damaged
    with Store.open(paths) as store:
        assert rejected_of(store, image) == {"hat"}
        assert Keeper(store).check().ok


def test_a_sound_library_checks_out_and_says_that_it_has_no_backup(root):
    with open_store(root) as store:
        ids = fill(store, [{"hat": 0.9, "rating:general": 0.8}, {"hat": 0.2}])
        corrector = Corrector(store)
        corrector.correct(ids, confirm=["hat"])
        corrector.correct(ids[:1], reject=["hat"])
        corrector.undo()
        Judge(store).call_same(ids[0], ids[1:])
        Judge(store).tell_apart(ids, PairVerdict.DIFFERENT)
        corrector.undo()
        report = Keeper(store).check()
        assert (report.ok, len(report.findings)) == (True, 1)
        Keeper(store).backup()
        assert Keeper(store).check().findings == ()
    assert check_library(LibraryPaths(root)).ok


@pytest.mark.parametrize(
    ("database", "sql", "words"),
    [
        ("library.db", "DELETE FROM verdicts", "verdicts are not what the log says"),
        ("library.db", "UPDATE verdicts SET verdict = 'confirmed'", "not what the log says"),
        ("library.db", "DELETE FROM pair_verdicts", "1 verdicts are not what the log says"),
        ("library.db", "DELETE FROM ignored_subjects", "1 verdicts are not what the log says"),
        ("library.db", "DELETE FROM tags", "refers to nothing"),
        ("index.db", "DELETE FROM image_tags WHERE source = 'user'", "pictures are not what"),
        ("index.db", "DELETE FROM rejected_tags", "pictures are not what"),
        ("index.db", "UPDATE image_tags SET score = 1 WHERE source = 'model'", "pictures are not"),
    ],
)
def test_a_check_finds_what_contradicts(root, database, sql, words):
    with open_store(root) as store:
        image, other = fill(store, [{"hat": 0.9, "scarf": 0.9}, {}])
        Corrector(store).correct([image], reject=["hat"], add=["cat"])
        Judge(store).call_same(image, [other])
        nobody = ignored_subjects.command([facts_of(0).sha256])
        store.library.write(lambda conn: actions.perform(conn, "Ignore", [nobody]))
    _spoil(root / database, sql)
    report = check_library(LibraryPaths(root))
    assert not report.ok
    assert words in " ".join(report.findings)


def test_a_check_finds_a_changed_or_missing_journal_line(root):
    with open_store(root) as store:
        ids = fill(store, [{"hat": 0.9}, {"hat": 0.9}])
        Corrector(store).correct(ids[:1], reject=["hat"])
        Corrector(store).correct(ids[1:], reject=["hat"])
    (path,) = journal.files(LibraryPaths(root).journal)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-2]) + lines[-2].replace(b"user", b"usre") + lines[-1])
    report = check_library(LibraryPaths(root))
    assert not report.ok
    assert "damaged" in report.findings[0]
    path.write_bytes(b"".join(lines[:-2]) + lines[-1])
    assert "lacks" in check_library(LibraryPaths(root)).findings[0]


def test_a_torn_last_line_is_no_fault(root):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        Corrector(store).correct([image], reject=["hat"])
    (path,) = journal.files(LibraryPaths(root).journal)
    with path.open("ab") as stream:
        stream.write(b'{"crc":"12')
    assert check_library(LibraryPaths(root)).ok


def test_a_check_finds_damaged_backups_and_databases(root):
    paths = copy_empty_library(root)
    paths.backups.mkdir()
    (paths.backups / "library-20260101-000000-user.db").write_bytes(b"nothing")
    assert "backup" in check_library(paths).findings[0]
    paths.index_db.write_bytes(b"y" * 9000)
    assert not check_library(paths).ok


def test_a_check_runs_beside_the_writer_and_changes_nothing(root):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        assert check_library(store.paths).ok
        predict(store, 0, {"hat": 0.1})
        assert check_library(store.paths).ok
        assert tags_of(store, image) == {}


def test_a_daily_backup_is_made_once_there_is_something_to_keep(root):
    with open_store(root) as store:
        assert Keeper(store).backup_if_due() is None
        (image,) = fill(store, [{"hat": 0.9}])
        Corrector(store).correct([image], reject=["hat"])
        assert Keeper(store).backup_if_due() is not None
        assert Keeper(store).backup_if_due() is None
