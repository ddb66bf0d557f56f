import threading
import time

import pytest
import shiboken6
from PySide6.QtCore import QObject

from anitag_desktop.gui.tasks import Priority, Tasks

pytestmark = pytest.mark.gui


def test_work_runs_on_a_thread_and_its_result_comes_back_on_the_main_one(qtbot, tasks):
    owner, threads, got = QObject(), [], []

    def work() -> int:
        threads.append(threading.current_thread())
        return 42

    def on_done(result: int) -> None:
        threads.append(threading.current_thread())
        got.append(result)

    tasks.run_in_background(work, on_done, owner=owner)
    qtbot.waitUntil(lambda: got == [42])
    assert threads[0] is not threading.main_thread()
    assert threads[1] is threading.main_thread()


def test_a_failure_goes_to_who_asked_else_to_the_signal(qtbot, tasks):
    owner, asked, others = QObject(), [], []
    tasks.failed.connect(others.append)

    def work() -> None:
        raise ValueError("no")

    tasks.run_in_background(work, print, asked.append, owner=owner)
    tasks.run_in_background(work, print, owner=owner)
    qtbot.waitUntil(lambda: len(asked) == len(others) == 1)
    assert isinstance(asked[0], ValueError)


def test_a_newer_task_of_a_topic_replaces_the_older_one(qtbot, tasks):
    owner, go, got = QObject(), threading.Event(), []

    def slow() -> str:
        go.wait(5)
        return "old"

    tasks.run_in_background(slow, got.append, owner=owner, topic="search")
    tasks.run_in_background(lambda: "new", got.append, owner=owner, topic="search")
    tasks.run_in_background(lambda: "other", got.append, owner=owner, topic="highlight")
    qtbot.waitUntil(lambda: set(got) == {"new", "other"})
    go.set()
    qtbot.wait(60)
    assert sorted(got) == ["new", "other"]


def test_long_work_hears_that_it_was_replaced_or_that_the_window_closes(qtbot, tasks):
    owner, begun, ended, got = QObject(), threading.Event(), [], []

    def slow(is_given_up) -> None:
        begun.set()
        while not is_given_up():
            time.sleep(0.001)
        ended.append(True)

    tasks.ask(slow, got.append, owner=owner, topic="search")
    assert begun.wait(5)
    tasks.run_in_background(lambda: "new", got.append, owner=owner, topic="search")
    qtbot.waitUntil(lambda: ended == [True] and got == ["new"])
    begun.clear()
    tasks.ask(slow, got.append, owner=owner)
    assert begun.wait(5)
    assert tasks.close(timeout=5)
    assert ended == [True, True]


def test_nothing_is_delivered_to_an_owner_that_is_gone(qtbot, tasks):
    owner, go, got = QObject(), threading.Event(), []
    tasks.run_in_background(lambda: go.wait(5), got.append, owner=owner)
    shiboken6.delete(owner)
    go.set()
    qtbot.wait(60)
    assert got == []


def test_urgent_work_comes_before_what_waits(qtbot, qapp):
    tasks = Tasks(threads=1)
    owner, go, order = QObject(), threading.Event(), []
    tasks.run_in_background(lambda: go.wait(5), lambda _: None, owner=owner)
    for name, priority in (("thumb", Priority.THUMBNAIL), ("search", Priority.URGENT)):
        tasks.run_in_background(
            lambda name=name: order.append(name), lambda _: None, owner=owner, priority=priority
        )
    go.set()
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == ["search", "thumb"]
    assert tasks.close()


def test_long_work_and_decoding_never_hold_up_a_search(qtbot, tasks):
    owner, go, got = QObject(), threading.Event(), []
    for priority in (Priority.LONG, Priority.DECODE):
        for _ in range(8):
            tasks.run_in_background(
                lambda: go.wait(5), lambda _: None, owner=owner, priority=priority
            )
    tasks.run_in_background(lambda: 1, got.append, owner=owner, priority=Priority.URGENT)
    qtbot.waitUntil(lambda: got == [1])
    go.set()


def test_closing_ends_the_threads_and_drops_what_waits(qapp):
    tasks, owner, done = Tasks(threads=1), QObject(), []
    go = threading.Event()
    tasks.run_in_background(lambda: go.wait(5), lambda _: None, owner=owner)
    tasks.run_in_background(lambda: done.append(1), lambda _: None, owner=owner)
    threading.Timer(0.1, go.set).start()
    assert tasks.close(timeout=3)
    assert done == []
    tasks.run_in_background(lambda: done.append(2), lambda _: None, owner=owner)
    assert done == []


def test_closing_gives_up_on_a_thread_that_hangs(qapp):
    tasks, owner = Tasks(threads=1), QObject()
    began, go = threading.Event(), threading.Event()
    tasks.run_in_background(lambda: (began.set(), go.wait(10)), lambda _: None, owner=owner)
    began.wait(5)
    assert not tasks.close(timeout=0.2)
    go.set()
