"""What a look through folders finds, in folders of every kind."""
# Paths are bytes here, which pathlib does not take.
# ruff: noqa: PTH102, PTH103, PTH108, PTH109, PTH116, PTH120, PTH123, PTH211

import os
import socket
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from anitag_desktop.domain.file import FileStat
from anitag_desktop.watching.rules import ScanRules
from anitag_desktop.watching.scanner import list_folder, read_stat, walk

ODD_NAMES = [
    b"accents_\xc3\xa1\xc3\xaa.jpg",
    b"symbols_!@#$%^&([}.jpg",
    b"mixed_casing.Jpeg",
    b"uppercase_extension.JPG",
    "日本語.gif".encode(),
    b"not-utf8-\xff\xfe.png",
    b"new\nline.png",
    "right‮to-left.png".encode(),
    b"x" * 251 + b".png",
    b" space .png",
    b"-rf.png",
    b"CON.png",
    "é.png".encode(),
    "é.png".encode(),
]


@pytest.fixture
def root(tmp_path):
    return os.fsencode(tmp_path)


def touch(path, content=b"x"):
    path = os.fsdecode(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    return os.fsencode(path)


def pictures(root, rules=None, **options):
    return {
        path[len(root) + 1 :]
        for listing in walk(root, rules or ScanRules(), **options)
        for path, _ in listing.pictures
    }


def oddities(root, rules=None):
    return {
        o.path[len(root) + 1 :]: (o.code, o.params.get("kind"))
        for listing in walk(root, rules or ScanRules())
        for o in listing.oddities
    }


def test_pictures_are_found_in_nested_folders_with_what_the_system_says(root):
    path = touch(root + b"/a/b/c/one.png", b"12345")
    touch(root + b"/a/notes.txt")
    [found] = [p for listing in walk(root, ScanRules()) for p in listing.pictures]
    seen = os.stat(path)
    stat = FileStat(5, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino, seen.st_dev)
    assert found == (path, stat.mark)
    assert read_stat(path) == stat


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
def test_odd_names_are_found_as_their_bytes(root, name):
    touch(root + b"/" + "作品".encode() + b"/" + name)
    assert pictures(root) == {"作品".encode() + b"/" + name}


def test_a_path_longer_than_the_system_takes_is_told_and_ends(root):
    here = os.getcwd()
    try:
        os.chdir(root)
        for _ in range(20):
            os.mkdir(b"d" * 250)
            os.chdir(b"d" * 250)
        with open(b"x.png", "wb"):
            pass
        errors = [listing.error for listing in walk(root, ScanRules()) if listing.error]
    finally:
        os.chdir(here)
    assert [error.strerror for error in errors] == ["File name too long"]


def test_hidden_folders_are_not_entered_and_hidden_pictures_are_found(root):
    touch(root + b"/.git/a.png")
    touch(root + b"/b/.thumbnails/a.png")
    touch(root + b"/.b.png")
    assert pictures(root) == {b".b.png"}


def test_excludes_are_relative_to_the_root_also_in_a_part_of_it(root):
    touch(root + b"/in/raw/a.png")
    touch(root + b"/in/a.png")
    rules = ScanRules(excludes=("in/raw/",))
    assert pictures(root, rules) == {b"in/a.png"}
    listing = list_folder(root + b"/in", rules, root=root)
    assert listing.folders == []
    assert [path for path, _ in listing.pictures] == [root + b"/in/a.png"]


def test_folders_that_are_watched_by_themselves_are_not_entered(root):
    touch(root + b"/a/1.png")
    touch(root + b"/b/2.png")
    assert pictures(root, skip={root + b"/a"}) == {b"b/2.png"}


def test_what_is_no_file_is_told_and_nothing_waits(root):
    os.mkfifo(root + b"/pipe.png")
    touch(root + b"/folder.jpg/inside.png")
    os.symlink(root + b"/nowhere", root + b"/dangling.png")
    os.symlink(b"round.png", root + b"/round.png")
    os.symlink(b"/dev/null", root + b"/device.png")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(root + b"/socket.png")
        found = oddities(root)
    assert found.pop(b"round.png")[0] == "picture_unreadable"
    assert found == {
        b"pipe.png": ("picture_not_a_file", "a pipe"),
        b"folder.jpg": ("picture_not_a_file", "a folder"),
        b"dangling.png": ("picture_link_broken", None),
        b"device.png": ("picture_not_a_file", "a device"),
        b"socket.png": ("picture_not_a_file", "a socket"),
    }
    assert pictures(root) == {b"folder.jpg/inside.png"}


def test_films_and_the_like_are_told_by_their_names_unread(root):
    touch(root + b"/a/film.MP4", b"not looked at")
    touch(root + b"/drawing.xcf")
    touch(root + b"/left/out.mkv")
    touch(root + b"/notes.txt")
    os.mkfifo(root + b"/pipe.webm")
    os.mkdir(root + b"/folder.mov")
    assert oddities(root, ScanRules(excludes=("left/",))) == {
        b"a/film.MP4": ("picture_unsupported", "a video"),
        b"drawing.xcf": ("picture_unsupported", "a painting program's file"),
    }
    assert pictures(root) == set()


def test_links_to_pictures_are_pictures_with_their_targets_stat(root):
    target = touch(root + b"/sub/real.png", b"123")
    os.symlink(target, root + b"/link.png")
    os.link(target, root + b"/twin.png")
    stats = dict(p for listing in walk(root, ScanRules()) for p in listing.pictures)
    assert len(stats) == 3
    assert len(set(stats.values())) == 1


def test_links_to_folders_are_not_followed_by_default(root):
    touch(root + b"/real/a.png")
    os.symlink(root + b"/real", root + b"/link")
    os.symlink(root + b"/real", root + b"/link.png")
    assert pictures(root) == {b"real/a.png"}
    assert oddities(root) == {b"link.png": ("picture_not_a_file", "a folder")}


def test_links_that_go_round_are_followed_once(root):
    touch(root + b"/a/one.png")
    os.symlink(root, root + b"/a/up")
    os.symlink(b".", root + b"/a/self")
    os.symlink(root + b"/a", root + b"/b")
    assert pictures(root, ScanRules(follow_links=True)) == {b"a/one.png"}


def test_followed_links_lead_out_of_the_root(root, tmp_path_factory):
    outside = os.fsencode(tmp_path_factory.mktemp("outside"))
    touch(outside + b"/far.png")
    os.symlink(outside, root + b"/out")
    assert pictures(root, ScanRules(follow_links=True)) == {b"out/far.png"}


def test_a_missing_folder_is_told(root):
    [listing] = walk(root + b"/nowhere", ScanRules())
    assert isinstance(listing.error, FileNotFoundError)


def test_a_picture_that_vanishes_during_the_look_is_passed_over(root, monkeypatch):
    touch(root + b"/a.png")
    real = os.scandir

    def scandir(path):
        entries = list(real(path))
        for entry in entries:
            os.unlink(entry.path)
        return _Entries(entries)

    monkeypatch.setattr(os, "scandir", scandir)
    listing = list_folder(root, ScanRules())
    assert (listing.pictures, listing.oddities, listing.error) == ([], [], None)


class _Entries(list):
    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass


_AS_NOBODY = """
import os, sys
from anitag_desktop.watching.rules import ScanRules
from anitag_desktop.watching.scanner import walk
if os.getuid() == 0:
    os.setuid(65534)
for listing in walk(os.fsencode(sys.argv[1]), ScanRules()):
    print(os.path.basename(os.fsdecode(listing.folder)), listing.error and listing.error.strerror,
          len(listing.pictures), [o.code for o in listing.oddities], sep="|")
"""


@pytest.fixture
def public_folder():
    """A folder that any user may enter, as pytest's own are not."""
    with TemporaryDirectory() as name:
        root = Path(name) / "root"
        root.mkdir()
        Path(name).chmod(0o755)
        yield root
        for folder in root.iterdir():
            folder.chmod(0o755)


@pytest.mark.integration
def test_folders_without_permission_are_told_and_the_rest_is_found(public_folder):
    root = public_folder
    for name in ("closed", "no-entry", "open"):
        touch(os.fsencode(root / name / "a.png"))
    (root / "closed").chmod(0o000)
    (root / "no-entry").chmod(0o444)
    done = subprocess.run(
        [sys.executable, "-c", _AS_NOBODY, str(root)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    assert sorted(done.stdout.splitlines()) == [
        "closed|Permission denied|0|[]",
        "no-entry|None|0|['picture_unreadable']",
        "open|None|1|[]",
        "root|None|0|[]",
    ]
