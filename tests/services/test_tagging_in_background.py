"""Tagging by itself: begun, paused, stopped, followed and asked for by others."""

import threading
import time

import pytest

from anitag_desktop.services import reading, tagging
from anitag_desktop.services.renewing import RenewedReader
from anitag_desktop.services.tagging import TaggingQueue
from anitag_desktop.worker.client import WorkerClient
from tests.helpers import indexed
from tests.helpers.desks import Desk, wait_for
from tests.helpers.images import drawing, write_drawings
from tests.helpers.models import write_package

pytestmark = pytest.mark.integration


class TestBackground:
    def test_new_pictures_are_tagged_by_themselves(self, desk, root):
        desk.indexing.add_folder(root)
        heard = []
        desk.tagging.subscribe(heard.append)
        desk.tagging.start()
        desk.tagging.start()
        for number in range(2):
            drawing(number).save(root / f"{number}.png")
            desk.indexing.scan()
            wait_for(lambda number=number: desk.counts() == (number + 1, number + 1, 0))
        wait_for(lambda: desk.tagging.progress().state == "idle")
        states = [progress.state for progress in heard]
        assert "running" in states
        assert max(p.done for p in heard) >= 1
        assert any(p.measured and p.provider for p in heard)
        desk.tagging.stop()

    def test_that_nothing_waits_any_more_is_told_once(self, desk):
        told = []
        queue = TaggingQueue(desk.store, desk.indexing, desk.models, lambda up: told.append(up()))
        queue.run_until_idle()
        assert told == [False]
        queue.start()
        wait_for(lambda: len(told) == 2)
        for _ in range(3):
            queue.prioritise([])
            time.sleep(0.05)
        queue.stop()
        assert told == [False, False]

    def test_who_waits_for_the_background_gets_its_summary(self, desk, root):
        write_drawings(root, 5)
        desk.tagging.start()
        desk.indexing.add_folder(root)
        desk.indexing.scan()
        summary = desk.tagging.run_until_idle([1])
        assert summary.images == 5
        assert desk.counts() == (5, 5, 0)

    def test_a_bug_is_shown_once_holds_up_nobody_and_tagging_survives_it(
        self, desk, root, monkeypatch
    ):
        write_drawings(root, 3)
        desk.indexing.add_folder(root)
        desk.indexing.scan()
        shown = []
        monkeypatch.setattr(threading, "excepthook", lambda caught: shown.append(caught.exc_value))
        monkeypatch.setattr(tagging, "_RETRY_SECONDS", 0.05)
        tries = []

        def fail():
            tries.append(1)
            return 1 / 0

        with monkeypatch.context() as patch:
            patch.setattr(desk.models, "ensure_active", fail)
            desk.tagging.start()
            wait_for(lambda: len(tries) > 2)
            with pytest.raises(ZeroDivisionError):
                desk.tagging.run_until_idle()
        assert len(shown) == 1
        wait_for(lambda: desk.counts() == (3, 3, 0))
        assert desk.tagging.run_until_idle().images == 3

    def test_paused_work_waits_and_goes_on(self, desk, root):
        write_drawings(root, 5)
        desk.tagging.pause()
        desk.tagging.start()
        desk.indexing.add_folder(root)
        desk.indexing.scan()
        time.sleep(0.7)
        assert desk.tagging.progress().state == "paused"
        assert desk.counts()[2] == 5
        desk.tagging.resume()
        wait_for(lambda: desk.counts() == (5, 5, 0))

    @pytest.mark.parametrize("is_paused", [True, False])
    def test_pausing_while_the_work_begins_counts(self, desk, root, monkeypatch, is_paused):
        write_drawings(root, 3)
        desk.indexing.add_folder(root)
        desk.indexing.scan()
        begun = threading.Event()

        class Slow(RenewedReader):
            def __init__(self, *args, **options):
                super().__init__(*args, **options)
                desk.tagging._set_paused(is_paused)  # as another thread may do just here
                begun.set()

        monkeypatch.setattr(tagging, "RenewedReader", Slow)
        desk.tagging._set_paused(not is_paused)
        desk.tagging.start()
        assert begun.wait(10)
        if is_paused:
            wait_for(lambda: desk.tagging.progress().state == "paused")
            time.sleep(0.7)
            assert desk.counts()[0] == 0
            desk.tagging.resume()
        wait_for(lambda: desk.counts() == (3, 3, 0))

    def test_stopping_is_quick_and_the_rest_waits(self, desk, root, store):
        write_drawings(root, 40)
        desk.indexing.add_folder(root)
        desk.indexing.scan()
        desk.tagging.start()
        wait_for(lambda: desk.counts()[0] > 0)
        started = time.monotonic()
        desk.tagging.stop()
        assert time.monotonic() - started < 5
        done, runs, waiting = desk.counts()
        assert done + waiting == 40
        assert runs == done
        assert desk.tagging.run_until_idle().tagged == waiting

    def test_a_change_of_model_is_followed(self, store, root, tmp_path):
        folder = tmp_path / "models"
        write_package(folder / "a", id="test/a")
        write_package(folder / "b", id="test/b")
        desk = Desk(store, folder)
        write_drawings(root, 3)
        desk.indexing.add_folder(root)
        desk.indexing.scan()
        desk.tagging.start()
        try:
            wait_for(lambda: desk.counts() == (3, 3, 0))
            desk.models.use("test/b")
            wait_for(lambda: desk.counts() == (3, 6, 0))
        finally:
            desk.tagging.stop()

    def test_what_the_user_looks_at_comes_first(self, store, root, tmp_path, monkeypatch):
        folder = tmp_path / "models"
        write_package(folder / "a", id="test/a")
        write_package(folder / "b", id="test/b")
        desk = Desk(store, folder)
        write_drawings(root, 30)
        desk.take_in(root)
        desk.models.use("test/b")
        order, lock = [], threading.Lock()
        submit = WorkerClient.submit

        def noting(self, job, **options):
            with lock:
                order.append(job.path)
            return submit(self, job, **options)

        monkeypatch.setattr(WorkerClient, "submit", noting)
        monkeypatch.setattr(reading, "IN_FLIGHT", 2)
        with store.library.read() as conn:
            wanted = {row.image_id: row.path for row in indexed.known(conn, 1).values()}
        desk.tagging.pause()
        desk.tagging.start()
        wait_for(lambda: desk.tagging._reader is not None)
        desk.tagging.prioritise([17, 23])
        desk.tagging.resume()
        wait_for(lambda: desk.counts() == (30, 60, 0))
        desk.tagging.stop()
        assert order[:2] == [wanted[17], wanted[23]]
        assert len(order) == len(set(order)) == 30
