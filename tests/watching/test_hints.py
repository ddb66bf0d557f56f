"""Hints are gathered, merged and handed over when they are ripe."""

import threading

import pytest

from anitag_desktop.watching.hints import MANY_EVENTS, MANY_FOLDERS, HintCollector, Hints


@pytest.fixture
def now():
    return [100.0]


@pytest.fixture
def hints(now):
    return HintCollector(quiet=0.3, patience=2.0, monotonic=lambda: now[0])


def test_nothing_comes_of_nothing(hints):
    assert not hints.wait(0)


def test_hints_ripen_when_no_more_come(hints, now):
    hints.add_folder(b"/a")
    now[0] += 0.2
    hints.add_folder(b"/b")
    now[0] += 0.2
    assert not hints.wait(0)
    now[0] += 0.2
    assert hints.wait(0) == Hints(folders=frozenset({b"/a", b"/b"}))
    assert not hints.wait(0)


def test_an_endless_stream_is_handed_over_all_the_same(hints, now):
    for _ in range(21):
        hints.add_folder(b"/a")
        now[0] += 0.1
    assert hints.wait(0).folders == {b"/a"}


def test_folders_inside_a_tree_are_covered_by_it(hints, now):
    hints.add_folder(b"/a/b/c")
    hints.add_folder(b"/ab")
    hints.add_tree(b"/a")
    hints.add_tree(b"/a/x")
    now[0] += 1
    assert hints.wait(0) == Hints(folders=frozenset({b"/ab"}), trees=frozenset({b"/a"}))


def test_many_folders_mean_everywhere(hints, now):
    for number in range(MANY_FOLDERS + 1):
        hints.add_folder(b"/%d" % number)
    now[0] += 1
    assert hints.wait(0) == Hints(everywhere=True)


def test_so_many_events_that_some_may_be_lost_mean_everywhere(hints, now):
    for _ in range(MANY_EVENTS + 1):
        hints.add_folder(b"/a")
    now[0] += 1
    assert hints.wait(0) == Hints(everywhere=True)


def test_lost_events_mean_everywhere_once(hints, now):
    hints.add_everywhere()
    now[0] += 1
    assert hints.wait(0) == Hints(everywhere=True)
    assert not hints.wait(0)


def test_a_waiting_thread_is_woken():
    hints = HintCollector()
    threading.Timer(0.05, hints.wake).start()
    assert not hints.wait(30)


def test_a_hint_reaches_a_thread_that_is_waiting():
    hints = HintCollector(quiet=0.01)
    threading.Timer(0.05, hints.add_tree, [b"/a"]).start()
    assert hints.wait(30).trees == {b"/a"}
