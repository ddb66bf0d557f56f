"""Files that vanish, change, are locked or still written while they are read."""

import threading
import time
from collections import Counter

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.storage import files
from anitag_desktop.worker.client import WorkerClient
from anitag_desktop.worker.messages import Failed, RecogniseJob
from tests.helpers import indexed
from tests.helpers.desks import Desk
from tests.helpers.images import drawing, write_drawings

pytestmark = pytest.mark.integration


def test_a_file_that_vanishes_on_the_way_holds_nothing_up(desk, root):
    write_drawings(root, 3)
    desk.indexing.add_folder(root)
    desk.indexing.scan()
    next(root.iterdir()).unlink()
    assert desk.tagging.run_until_idle().images == 2
    assert desk.problems() == {}
    desk.indexing.scan()
    assert desk.counts() == (2, 2, 0)


def test_a_file_that_changes_on_the_way_is_read_again(desk, root, monkeypatch):
    drawing(1).save(root / "a.png")
    desk.indexing.add_folder(root)
    desk.indexing.scan()
    submit = WorkerClient.submit

    def changing(self, job, **options):
        if isinstance(job, RecogniseJob) and not (root / "done").exists():
            (root / "done").touch()
            drawing(2).save(root / "a.png")
        return submit(self, job, **options)

    # The worker reads the second picture, but what was handed over was the first.
    monkeypatch.setattr(WorkerClient, "submit", changing)
    desk.tagging.run_until_idle()
    with desk.store.library.read() as conn:
        [row] = indexed.known(conn, 1).values()
        assert row.image_id is not None
        assert row.stat.size == (root / "a.png").stat().st_size
    assert desk.indexing.scan().changed == 0


def test_a_locked_file_is_tried_again_before_it_is_a_problem(desk, root, monkeypatch):
    write_drawings(root, 2)
    refused = Counter()
    deliver = WorkerClient._deliver

    def refusing(self, answer):
        if refused[answer.job_id % 2] < 1:
            refused[answer.job_id % 2] += 1
            answer = Failed(answer.job_id, "picture_unreadable", {"reason": "locked"})
        deliver(self, answer)

    monkeypatch.setattr(WorkerClient, "_deliver", refusing)
    assert desk.take_in(root).images == 2
    assert sum(refused.values()) == 2
    assert desk.problems() == {}


def test_a_file_that_stays_locked_is_a_problem(desk, root, monkeypatch):
    write_drawings(root, 1)
    monkeypatch.setattr("anitag_desktop.services.dispatching._LOCKED_SECONDS", 0.05)
    deliver = WorkerClient._deliver

    def refusing(self, answer):
        deliver(self, Failed(answer.job_id, "picture_unreadable", {"reason": "Permission denied"}))

    monkeypatch.setattr(WorkerClient, "_deliver", refusing)
    desk.take_in(root)
    assert list(desk.problems().values()) == ["picture_unreadable"]


def test_a_worker_that_cannot_start_is_told_and_no_file_is_blamed(desk, root, monkeypatch):
    write_drawings(root, 2)
    deliver = WorkerClient._deliver

    def dying(self, answer):
        deliver(self, Failed(answer.job_id, "worker_died", {"reason": "no memory"}))

    with monkeypatch.context() as patch:
        patch.setattr(WorkerClient, "_deliver", dying)
        with pytest.raises(AnitagError) as failure:
            desk.take_in(root)
        assert failure.value.code == "worker_died"
    assert desk.problems() == {}
    assert desk.take_in(root).tagged == 2


def test_files_that_are_still_written_are_waited_for(store, bundled, root):
    desk = Desk(store, bundled, quiet=0.4)
    whole = root.parent / "whole.png"
    drawing(1, 200, 200).save(whole)
    content = whole.read_bytes()

    def write_slowly():
        with (root / "slow.png").open("wb") as file:
            for start in range(0, len(content), len(content) // 20 + 1):
                file.write(content[start : start + len(content) // 20 + 1])
                file.flush()
                time.sleep(0.05)

    (root / "slow.png").touch()
    writer = threading.Thread(target=write_slowly)
    writer.start()
    summary = desk.take_in(root)
    writer.join()
    assert (summary.images, summary.tagged, summary.problems) == (1, 1, 0)


def test_a_pending_file_that_is_being_rewritten_is_not_read_half(store, bundled, root):
    desk = Desk(store, bundled, quiet=0.5)
    drawing(1).save(root / "a.png")
    desk.indexing.add_folder(root)
    desk.indexing.scan()
    whole = (root / "a.png").read_bytes()
    (root / "a.png").write_bytes(whole[: len(whole) // 2])
    finish = threading.Timer(0.3, (root / "a.png").write_bytes, [whole])
    finish.start()
    desk.tagging.run_until_idle()
    finish.join()
    assert desk.problems() == {}
    assert desk.counts() == (1, 1, 0)
    with store.library.read() as conn:
        assert files.pending(conn, 10) == []
