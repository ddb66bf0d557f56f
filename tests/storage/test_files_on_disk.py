"""Files that survive a power cut, and are nobody else's business."""

import os
from pathlib import Path

import pytest

from anitag_desktop.storage.files_on_disk import (
    copy_private,
    make_private_folder,
    replace_durably,
)
from anitag_desktop.storage.whole_files import whole_file


@pytest.fixture
def events(monkeypatch):
    """What is flushed (by inode) and renamed (by names), in order."""
    events = []
    fsync, replace = os.fsync, Path.replace

    def flushed(handle):
        events.append(os.fstat(handle).st_ino)
        fsync(handle)

    def renamed(source, target):
        events.append((source.name, Path(target).name))
        return replace(source, target)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(Path, "replace", renamed)
    return events


def inode(path):
    return path.stat().st_ino


def test_a_file_is_flushed_before_it_is_renamed_and_its_folder_after(tmp_path, events):
    new = tmp_path / "new"
    new.write_text("content")
    number = inode(new)
    replace_durably(new, tmp_path / "there")
    assert events == [number, ("new", "there"), inode(tmp_path)]


def test_a_folder_is_flushed_with_all_that_is_in_it(tmp_path, events):
    new = tmp_path / "new"
    (new / "deep").mkdir(parents=True)
    (new / "deep" / "file").write_text("content")
    (new / "file").write_text("content")
    inside = {inode(path) for path in (new, *new.rglob("*"))}
    replace_durably(new, tmp_path / "there")
    renaming = events.index(("new", "there"))
    assert set(events[:renaming]) == inside
    assert len(inside) == 4
    assert events[renaming + 1 :] == [inode(tmp_path)]


def test_a_whole_file_is_flushed_before_it_stands_in_its_place(tmp_path, events):
    target = tmp_path / "folder" / "caption.txt"
    with whole_file(target) as file:
        file.write("long hair")
    flushed, (_, name) = events
    assert (flushed, name) == (inode(target), "caption.txt")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_what_is_private_is_so_with_every_folder_on_its_way(tmp_path):
    open_to_all = tmp_path / "open"
    open_to_all.write_text("content")
    open_to_all.chmod(0o644)
    make_private_folder(tmp_path / "a" / "b")
    copy_private(open_to_all, tmp_path / "a" / "b" / "copy")
    made = [tmp_path / "a", *(tmp_path / "a").rglob("*")]
    assert [oct(path.stat().st_mode & 0o777) for path in made] == ["0o700", "0o700", "0o600"]
