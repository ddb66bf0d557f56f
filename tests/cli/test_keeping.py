"""``backup``, ``restore`` and ``check``, and libraries that cannot be opened."""

import sqlite3
from pathlib import Path

import pytest

from tests.helpers.seeding import add_folder, add_picture


@pytest.fixture
def library(anitag, seeded):
    with seeded() as store:
        folder = add_folder(store, "/pics")
        add_picture(store, folder, "/pics/a.png")
    anitag.json("correct", "/pics/a.png", "--add", "hat")
    return anitag


def has(library, tag):
    return library.json("search", "--count", tag) == [{"count": 1}]


def test_backup_and_restore_lose_no_correction(library):
    (backup,) = library.json("backup")
    assert Path(backup["path"]).is_file()
    library.json("correct", "/pics/a.png", "--add", "bow")
    (restored,) = library.json("restore")
    assert restored["path"] == backup["path"]
    assert has(library, "hat")
    assert has(library, "bow")
    assert library("check").code == 0


def test_restore_of_a_given_backup(library):
    (first,) = library.json("backup")
    library.json("backup")
    (restored,) = library.json("restore", first["path"])
    assert restored["path"] == first["path"]


def test_restore_without_a_backup(library):
    for daily in (library.root / "backups").glob("*.db"):
        daily.unlink()
    done = library("restore")
    assert done.code == 1
    assert "no backup" in done.err


def test_restore_of_what_is_no_backup(library, tmp_path):
    (tmp_path / "x").write_bytes(b"nonsense")
    done = library("restore", tmp_path / "x")
    assert done.code == 1
    assert has(library, "hat")


@pytest.mark.parametrize("damage", ["nonsense", "gone"])
def test_restore_of_a_library_that_cannot_be_opened(library, damage):
    library.json("backup")
    database = library.root / "library.db"
    for name in ("library.db-wal", "library.db-shm"):
        (library.root / name).unlink(missing_ok=True)
    database.unlink() if damage == "gone" else database.write_bytes(b"nonsense" * 4096)
    for words in (["search", ""], ["undo"]):
        broken = library(*words)
        assert broken.code == 1
        assert broken.err.count("\n") == 1
        assert "anitag restore" in broken.err
    assert library("check").code == 1
    assert library("restore").code == 0
    assert has(library, "hat")


def test_check_of_a_sound_library_without_backup(library):
    (report,) = library.json("check")
    assert report["ok"]
    library.json("models", "use", "anitag-small")  # what it was tagged with is not there
    assert library("check").out.endswith("everything is sound\n")


def test_check_where_there_is_no_library(anitag):
    done = anitag("check", "--json")
    assert done.code == 1
    assert not done.records[0]["ok"]
    assert not (anitag.root / "library.db").exists()


def test_an_index_that_was_deleted_is_made_anew(library):
    (library.root / "index.db").unlink()
    assert has(library, "hat")
    (library.root / "index.db").unlink()
    assert library("check").code == 0


def test_a_library_of_a_newer_version_is_left_alone(library):
    with sqlite3.connect(library.root / "library.db") as connection:
        connection.execute("PRAGMA user_version=999")
    connection.close()
    before = (library.root / "library.db").read_bytes()
    for words in (["search", ""], ["undo"], ["tag"], ["check"], ["restore"]):
        done = library(*words)
        assert done.code == 1
        assert "newer" in done.err + done.out, words
    assert (library.root / "library.db").read_bytes() == before


def test_a_library_in_a_place_that_cannot_be(anitag, tmp_path):
    (tmp_path / "library").write_text("mine")
    done = anitag("undo")
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert (tmp_path / "library").read_text() == "mine"
