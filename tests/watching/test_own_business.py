"""Folders of programs are told by what lies in them."""

import os

import pytest

from anitag_desktop.domain.cache_tag import CACHE_SIGNATURE, CACHE_TAG, CACHE_TEXT
from anitag_desktop.watching.own_business import is_own_business, lies_in_own_business
from anitag_desktop.watching.rules import ScanRules
from anitag_desktop.watching.scanner import walk


@pytest.fixture
def folder(tmp_path):
    inside = tmp_path / "a" / "thumbs"
    inside.mkdir(parents=True)
    return inside


def is_cache(folder):
    return is_own_business(os.fsencode(folder))


@pytest.mark.parametrize("content", [CACHE_SIGNATURE, CACHE_SIGNATURE + b"\n# more", CACHE_TEXT])
def test_the_tag_of_a_cache_marks_its_folder(folder, content):
    (folder / CACHE_TAG).write_bytes(content)
    assert is_cache(folder)
    assert not is_cache(folder.parent)


@pytest.mark.parametrize("content", [b"", CACHE_SIGNATURE[:-1], b" " + CACHE_SIGNATURE])
def test_a_tag_without_the_signature_says_nothing(folder, content):
    (folder / CACHE_TAG).write_bytes(content)
    assert not is_cache(folder)


def test_a_tag_that_is_no_file_says_nothing_and_makes_nobody_wait(folder):
    os.mkfifo(folder / CACHE_TAG)
    assert not is_cache(folder)
    (folder.parent / CACHE_TAG).mkdir()
    assert not is_cache(folder.parent)


def test_what_a_library_keeps_is_told_by_its_databases(tmp_path):
    for name in ("cache", "models", "backups", "journal", "pictures"):
        (tmp_path / name).mkdir()
    (tmp_path / "library.db").touch()
    assert not is_cache(tmp_path / "cache")
    (tmp_path / "index.db").touch()
    kept = {one.name for one in tmp_path.iterdir() if one.is_dir() and is_cache(one)}
    assert kept == {"cache", "models", "backups", "journal"}
    assert not is_cache(tmp_path)


def test_all_below_a_cache_lies_in_it_but_never_the_root(folder, tmp_path):
    (folder / CACHE_TAG).write_bytes(CACHE_TEXT)
    root, deep = os.fsencode(tmp_path), os.fsencode(folder / "x" / "y")
    assert lies_in_own_business(deep, root)
    assert lies_in_own_business(os.fsencode(folder), root)
    assert not lies_in_own_business(deep, os.fsencode(folder))
    assert not lies_in_own_business(os.fsencode(folder.parent), root)
    (tmp_path / CACHE_TAG).write_bytes(CACHE_TEXT)
    assert not lies_in_own_business(os.fsencode(folder.parent), root)


def test_a_scan_passes_caches_over_unless_one_is_where_it_begins(folder, tmp_path):
    (folder / CACHE_TAG).write_bytes(CACHE_TEXT)
    for place in (folder, folder.parent, folder / "deep"):
        place.mkdir(exist_ok=True)
        (place / "x.png").touch()

    def found(top):
        listings = walk(os.fsencode(top), ScanRules())
        return {os.fsdecode(path) for one in listings for path, _ in one.pictures}

    assert found(tmp_path) == {str(folder.parent / "x.png")}
    assert found(folder) == {str(folder / "x.png"), str(folder / "deep" / "x.png")}
