"""Live events of real folders become hints where to look."""

import errno
import logging
import os
import shutil
import time

import pytest

from anitag_desktop.watching.hints import HintCollector
from anitag_desktop.watching.watcher import Watcher

pytestmark = pytest.mark.integration


@pytest.fixture
def watcher():
    watcher = Watcher(HintCollector(quiet=0.1, patience=1.0))
    yield watcher
    watcher.close()


def wait_for(watcher, wanted, seconds=10):
    """Gather hints until all of ``wanted`` folders were named, by themselves or in a tree."""
    seen = set()
    deadline = time.monotonic() + seconds
    while not wanted <= seen and time.monotonic() < deadline:
        hints = watcher.wait(0.2)
        seen |= hints.folders | hints.trees
    return seen


def test_new_changed_moved_and_deleted_pictures_name_their_folder(watcher, tmp_path):
    root = os.fsencode(tmp_path)
    sub = tmp_path / "sub"
    sub.mkdir()
    assert watcher.watch(root)
    (sub / "a.png").write_bytes(b"1")
    assert wait_for(watcher, {os.fsencode(sub)}) == {os.fsencode(sub)}
    (sub / "a.png").rename(tmp_path / "b.png")
    assert wait_for(watcher, {os.fsencode(sub), root}) == {os.fsencode(sub), root}
    (tmp_path / "b.png").unlink()
    assert wait_for(watcher, {root}) == {root}


def test_what_cannot_concern_a_picture_gives_no_hint(watcher, tmp_path):
    (tmp_path / "a.png").write_bytes(b"1")
    assert watcher.watch(os.fsencode(tmp_path))
    (tmp_path / "a.txt").write_bytes(b"1")
    (tmp_path / "a.png.part").write_bytes(b"1")
    (tmp_path / "a.png").read_bytes()
    list(tmp_path.iterdir())
    assert not watcher.wait(0.6)


def test_a_finished_download_that_gets_its_name_gives_a_hint(watcher, tmp_path):
    assert watcher.watch(os.fsencode(tmp_path))
    (tmp_path / "a.png.part").write_bytes(b"1")
    (tmp_path / "a.png.part").rename(tmp_path / "a.png")
    assert wait_for(watcher, {os.fsencode(tmp_path)}) == {os.fsencode(tmp_path)}


def test_a_folder_that_comes_moves_and_goes_is_a_tree(watcher, tmp_path):
    root, outside = tmp_path / "root", tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "deep" / "a.png").write_bytes(b"1")
    root.mkdir()
    assert watcher.watch(os.fsencode(root))
    outside.rename(root / "in")
    assert os.fsencode(root / "in") in wait_for(watcher, {os.fsencode(root / "in")})
    (root / "in").rename(root / "on")
    both = {os.fsencode(root / "in"), os.fsencode(root / "on")}
    assert both <= wait_for(watcher, both)
    shutil.rmtree(root / "on")
    assert os.fsencode(root / "on") in wait_for(watcher, {os.fsencode(root / "on")})


def test_pictures_in_folders_made_a_moment_ago_are_not_missed(watcher, tmp_path):
    assert watcher.watch(os.fsencode(tmp_path))
    deep = tmp_path
    for name in "abcdefgh":
        deep = deep / name
        deep.mkdir()
    (deep / "x.png").write_bytes(b"1")
    seen = wait_for(watcher, {os.fsencode(tmp_path / "a")})
    assert os.fsencode(tmp_path / "a") in seen


def test_a_root_that_is_a_link_is_known_by_the_links_name(watcher, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert watcher.watch(os.fsencode(tmp_path / "link"))
    (tmp_path / "real" / "a.png").write_bytes(b"1")
    link = os.fsencode(tmp_path / "link")
    assert wait_for(watcher, {link}) == {link}


def test_names_that_are_not_text_come_as_their_bytes(watcher, tmp_path):
    folder = os.fsencode(tmp_path) + b"/\xff\xfe"
    os.mkdir(folder)  # noqa: PTH102 - a path of bytes
    assert watcher.watch(os.fsencode(tmp_path))
    with open(folder + b"/\xfd.png", "wb"):  # noqa: PTH123 - a path of bytes
        pass
    assert wait_for(watcher, {folder}) == {folder}


def test_nothing_is_heard_of_a_folder_that_is_no_longer_watched(watcher, tmp_path):
    root = os.fsencode(tmp_path)
    assert watcher.watch(root)
    watcher.unwatch(root)
    watcher.unwatch(root)
    (tmp_path / "a.png").write_bytes(b"1")
    assert not watcher.wait(0.5)


def test_a_folder_that_is_not_there_has_no_live_events(watcher, tmp_path):
    assert not watcher.watch(os.fsencode(tmp_path / "nowhere"))


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE])
def test_without_an_instance_there_are_no_live_events(watcher, tmp_path, monkeypatch, code):
    def refuse():
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("anitag_desktop.watching.watcher.Observer", refuse)
    assert not watcher.watch(os.fsencode(tmp_path))


def test_when_the_watches_run_out_the_events_do_not_count_as_live(watcher, tmp_path, monkeypatch):
    from watchdog.observers import inotify_c

    root = tmp_path / "root"
    for number in range(5):
        (root / str(number)).mkdir(parents=True)
    grant, granted = inotify_c.inotify_add_watch, []

    def add_watch(descriptor, path, mask):
        if len(granted) == 3:
            inotify_c.ctypes.set_errno(errno.ENOSPC)
            return -1
        granted.append(path)
        return grant(descriptor, path, mask)

    monkeypatch.setattr(inotify_c, "inotify_add_watch", add_watch)
    assert not watcher.watch(os.fsencode(root))


@pytest.mark.expects_log
def test_lost_events_mean_looking_everywhere(watcher, tmp_path):
    from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent

    assert watcher.watch(os.fsencode(tmp_path))
    overflow = InotifyEvent(-1, InotifyConstants.IN_Q_OVERFLOW, 0, b"")
    watcher._observer._inotify_fd.handle_event(overflow)
    # The folder's own making may be heard first.
    assert any(watcher.wait(5).everywhere for _ in range(3))
    (tmp_path / "a.png").write_bytes(b"1")
    assert wait_for(watcher, {os.fsencode(tmp_path)}) == {os.fsencode(tmp_path)}


def test_closing_leaves_no_thread_and_no_ear(tmp_path):
    watcher = Watcher()
    watcher.watch(os.fsencode(tmp_path))
    watcher.close()
    watcher.close()
    assert not logging.getLogger("watchdog.observers").handlers
