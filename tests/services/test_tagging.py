"""Every file gets its outcome and every picture its tags, once, whatever happens on the way."""

import os
import shutil
import subprocess
import threading
import time
from collections import Counter
from contextlib import suppress

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.services import reading, tagging
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.renewing import RenewedReader
from anitag_desktop.services.tagging import TaggingQueue
from anitag_desktop.storage import files, images, problems, readings
from anitag_desktop.worker.client import WorkerClient
from anitag_desktop.worker.messages import Failed, RecogniseJob
from tests.helpers import indexed
from tests.helpers.images import BAD, drawing, quadrants, write_bad, write_drawings, write_good
from tests.helpers.libraries import open_store
from tests.helpers.models import write_package

pytestmark = pytest.mark.integration

KEY = ModelKey("anitag/test", "1")


@pytest.fixture(scope="module")
def bundled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundled")
    write_package(folder / "test")
    return folder


class Desk:
    """The services of one library, on real parts."""

    def __init__(self, store, bundled, quiet=0.0):
        self.store = store
        self.models = Models(store, bundled)
        self.indexing = Indexer(store, quiet=quiet)
        self.tagging = TaggingQueue(store, self.indexing, self.models)

    def take_in(self, *folders):
        """Add folders, look, and read until nothing waits."""
        for folder in folders:
            self.indexing.add_folder(folder)
        self.indexing.scan()
        return self.tagging.run_until_idle()

    def problems(self):
        with self.store.library.read() as conn:
            return {p.path.rpartition(b"/")[2].decode(): p.code for p in problems.every(conn)}

    def tags(self):
        """The effective tags of each file that is there, by name."""
        with self.store.library.read() as conn:
            rows = conn.exec_driver_sql(
                "SELECT f.path, t.name FROM files f JOIN images i ON i.id = f.image_id "
                "JOIN idx.images x ON x.sha256 = i.sha256 "
                "JOIN idx.image_tags it ON it.image_id = x.id "
                "JOIN idx.tags xt ON xt.id = it.tag_id JOIN tags t ON t.uid = xt.uid "
                "WHERE f.status = 'present'"
            ).all()
        found = {}
        for path, name in rows:
            found.setdefault(path.rpartition(b"/")[2].decode(), set()).add(name)
        return found

    def counts(self):
        with self.store.library.read() as conn:
            runs = conn.exec_driver_sql("SELECT count(*) FROM idx.runs").scalar_one()
            return images.count(conn), runs, readings.count_waiting(conn)


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def desk(store, bundled):
    desk = Desk(store, bundled)
    yield desk
    desk.tagging.stop()


@pytest.fixture
def jobs(monkeypatch):
    """Counts the jobs that are given to workers, by kind."""
    counted = Counter()
    submit = WorkerClient.submit

    def counting(self, job, **options):
        counted[type(job).__name__] += 1
        return submit(self, job, **options)

    monkeypatch.setattr(WorkerClient, "submit", counting)
    return counted


def test_every_file_has_one_outcome(desk, root):
    good, bad = write_good(root / "good"), write_bad(root / "bad")
    os.mkfifo(root / "pipe.png")
    summary = desk.take_in(root)
    expected = {name: code for name, (_, code) in BAD.items()} | {"pipe.png": "picture_not_a_file"}
    assert desk.problems() == expected
    assert summary.problems == len(bad) + 1
    assert set(desk.tags()) == set(good)
    assert summary.images == summary.tagged == desk.counts()[0]
    assert summary.images_per_second > 0
    assert summary.provider == "CPU"
    assert desk.counts()[2] == 0


def test_the_tags_are_those_of_the_picture(desk, root):
    quadrants().save(root / "a.png")
    desk.take_in(root)
    # The look-alike model reads the colours of the quadrants; see tests/helpers/models.
    assert {"general", "rating:general"} & desk.tags()["a.png"]
    with desk.store.library.read() as conn:
        [facts] = images.facts(conn, [1]).values()
    assert (facts.width, facts.height, facts.format) == (64, 64, "png")
    assert desk.store.paths.thumbnail(facts.sha256).exists()


def test_doing_it_again_reads_nothing(desk, root, jobs):
    write_drawings(root, 5)
    write_bad(root / "bad")
    desk.take_in(root)
    before, tags = Counter(jobs), desk.tags()
    summary = desk.take_in(root)
    assert jobs == before
    assert (summary.tagged, summary.images, summary.problems) == (0, 5, len(BAD))
    assert desk.tags() == tags


def test_copies_are_tagged_once(desk, root, jobs):
    drawing(1).save(root / "a.bmp")
    for number in range(12):
        shutil.copy(root / "a.bmp", root / f"copy-{number}.bmp")
        drawing(2 + number).save(root / f"same-size-{number}.bmp")
    summary = desk.take_in(root)
    assert (summary.images, summary.tagged) == (13, 13)
    assert jobs["RecogniseJob"] == 13
    assert desk.counts()[:2] == (13, 13)
    shutil.copy(root / "a.bmp", root / "late.bmp")
    assert desk.take_in(root).tagged == 0
    assert jobs["RecogniseJob"] == 13
    assert desk.tags()["late.bmp"] == desk.tags()["a.bmp"]


def test_copies_of_a_broken_file_are_each_a_problem(desk, root):
    for number in range(4):
        (root / f"{number}.png").write_bytes(b"not a picture")
    desk.take_in(root)
    assert desk.problems() == {f"{number}.png": "picture_unknown" for number in range(4)}


def test_films_are_problems_that_nobody_reads_and_written_down_once(desk, root, jobs, store):
    drawing(1).save(root / "a.png")
    (root / "film.mp4").write_bytes(b"frames")
    summary = desk.take_in(root)
    assert (summary.images, summary.tagged, summary.problems) == (1, 1, 1)
    assert desk.problems() == {"film.mp4": "picture_unsupported"}
    assert jobs["RecogniseJob"] == 1
    heard = []
    store.changes.subscribe(lambda change: heard.append(change.problems))
    desk.take_in(root)
    assert True not in heard
    (root / "film.mp4").unlink()
    desk.take_in(root)
    assert desk.problems() == {}


def test_a_repaired_file_becomes_a_picture_and_its_problem_goes(desk, root):
    (root / "a.png").write_bytes(b"not a picture")
    desk.take_in(root)
    drawing(1).save(root / "a.png")
    assert desk.take_in(root).tagged == 1
    assert desk.problems() == {}


def test_a_picture_that_breaks_becomes_a_problem_and_stays_known(desk, root):
    drawing(1).save(root / "a.png")
    desk.take_in(root)
    (root / "a.png").write_bytes(b"not a picture")
    desk.take_in(root)
    assert desk.problems() == {"a.png": "picture_unknown"}
    assert desk.tags() == {}
    drawing(1).save(root / "a.png")
    assert desk.take_in(root).tagged == 0
    assert desk.tags() != {}


def test_a_touched_picture_is_hashed_and_nothing_more(desk, root, jobs):
    drawing(1).save(root / "a.png")
    desk.take_in(root)
    os.utime(root / "a.png", (1000, 1000))
    desk.take_in(root)
    assert jobs == {"RecogniseJob": 1, "IdentifyJob": 1}
    assert desk.counts() == (1, 1, 0)


@pytest.mark.parametrize("when", [-10_000_000_000, 13_000_000_000])
def test_a_file_from_another_age_is_a_picture_like_any(desk, root, when):
    drawing(1).save(root / "a.png")
    os.utime(root / "a.png", (when, when))
    assert desk.take_in(root).tagged == 1
    assert desk.take_in(root).tagged == 0


def test_without_a_model_there_are_facts_and_thumbnails(store, root, tmp_path):
    desk = Desk(store, tmp_path / "no-models")
    write_drawings(root, 3)
    summary = desk.take_in(root)
    assert (summary.images, summary.tagged, summary.provider) == (3, 0, "")
    assert len(list(store.paths.thumbnails.rglob("*.jpg"))) == 3
    assert desk.take_in(root).images == 3


def test_another_model_looks_at_everything_again_and_the_first_need_not(
    store, root, tmp_path, jobs
):
    folder = tmp_path / "models"
    write_package(folder / "a", id="test/a")
    write_package(folder / "b", id="test/b")
    desk = Desk(store, folder)
    write_drawings(root, 4)
    assert desk.take_in(root).tagged == 4
    desk.models.use("test/b")
    assert desk.tagging.run_until_idle().tagged == 4
    assert desk.counts() == (4, 8, 0)
    desk.models.use("test/a")
    assert desk.tagging.run_until_idle().tagged == 0
    assert jobs["RecogniseJob"] == 8


def test_only_the_named_folders_are_worked_on(desk, tmp_path):
    for name in "ab":
        write_drawings(tmp_path / name, 3, seed=ord(name))
        desk.indexing.add_folder(tmp_path / name)
    desk.indexing.scan()
    [first, second] = desk.indexing.folders()
    summary = desk.tagging.run_until_idle([first.id])
    assert (summary.images, summary.tagged) == (3, 3)
    assert desk.counts() == (3, 3, 3)
    assert desk.tagging.run_until_idle([second.id]).tagged == 3


def test_a_broken_model_is_told_and_the_pictures_are_read_all_the_same(store, root, tmp_path):
    folder = tmp_path / "models"
    package = write_package(folder / "broken")
    weights = bytearray((package / "model.onnx").read_bytes())
    weights[len(weights) // 2 :] = bytes(len(weights) - len(weights) // 2)
    desk = Desk(store, folder)
    desk.models.active()
    (package / "model.onnx").write_bytes(bytes(weights))
    write_drawings(root, 3)
    with pytest.raises(AnitagError) as failure:
        desk.take_in(root)
    assert (failure.value.code, failure.value.params["model"]) == ("model_unusable", "anitag/test")
    assert desk.counts() == (3, 0, 0)
    assert desk.problems() == {}


def damage_middle(weights):
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 255  # the size stays: only the worker finds out
    weights.write_bytes(bytes(content))


def cut_off_the_end(weights):
    os.truncate(weights, weights.stat().st_size - 100)


@pytest.mark.parametrize("damage", [damage_middle, cut_off_the_end])
class TestChosenModelThatIsDamaged:
    @pytest.fixture
    def weights(self, desk, tmp_path):
        desk.models.add(write_package(tmp_path / "mine", 48, id="test/mine"))
        (folder,) = desk.store.paths.models.iterdir()
        return folder / "model.onnx"

    def test_nothing_tags_in_its_place_until_it_is_mended(
        self, desk, root, tmp_path, weights, damage
    ):
        desk.models.use("test/mine")
        damage(weights)
        write_drawings(root, 3)
        with pytest.raises(AnitagError, match="test/mine, which is to tag") as failure:
            desk.take_in(root)
        assert failure.value.code == "model_unusable"
        assert desk.counts() == (3, 0, 0)
        shutil.rmtree(weights.parent)
        desk.models.add(tmp_path / "mine")
        assert desk.tagging.run_until_idle().tagged == 3

    def test_another_that_was_chosen_goes_on(self, desk, root, weights, damage):
        desk.models.use("test/mine", "anitag/test")
        damage(weights)
        write_drawings(root, 3)
        with pytest.raises(AnitagError, match="test/mine"):
            desk.take_in(root)
        assert desk.counts() == (3, 3, 0)
        assert len(desk.tags()) == 3

    def test_the_strip_is_told_and_told_no_more(self, desk, root, tmp_path, weights, damage):
        desk.models.use("test/mine")
        damage(weights)
        write_drawings(root, 2)
        desk.indexing.add_folder(root)
        desk.indexing.scan()
        desk.tagging.start()
        wait_for(lambda: "test/mine, which is to tag" in desk.tagging.progress().error)
        shutil.rmtree(weights.parent)
        desk.models.add(tmp_path / "mine")
        wait_for(lambda: desk.counts() == (2, 2, 0))
        wait_for(lambda: not desk.tagging.progress().error)


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


class TestFullDisk:
    @pytest.fixture
    def full(self, store, monkeypatch):
        """Whether the disk is full; set it to make room."""
        state = {"full": False, "refused": 0, "room_after": None}
        write = store.library.write

        def writing(step):
            if state["full"] and "save" in getattr(step, "__qualname__", ""):
                state["refused"] += 1
                state["full"] = state["refused"] != state["room_after"]
                raise AnitagError("disk_full", path=store.paths.library_db)
            return write(step)

        monkeypatch.setattr(store.library, "write", writing)
        monkeypatch.setattr(reading, "_FULL_DISK_SECONDS", 0.1)
        return state

    def test_work_stands_still_and_goes_on_when_there_is_room(self, desk, root, full, jobs):
        write_drawings(root, 6)
        full.update(full=True, room_after=3)
        heard = []
        desk.tagging.subscribe(heard.append)
        desk.indexing.add_folder(root)
        desk.indexing.scan()
        assert desk.tagging.run_until_idle().tagged == 6
        assert jobs["RecogniseJob"] == 6
        paused = [p for p in heard if p.state == "paused"]
        assert paused[0].error.startswith("The disk is full")
        assert heard[-1].error == ""

    def test_a_run_that_is_waited_for_ends_and_loses_nothing(self, desk, root, full, monkeypatch):
        monkeypatch.setattr("anitag_desktop.services.tagging.ROOM_PATIENCE", 0.3)
        write_drawings(root, 3)
        full["full"] = True
        with pytest.raises(AnitagError) as failure:
            desk.take_in(root)
        assert failure.value.code == "disk_full"
        full["full"] = False
        assert desk.take_in(root).images == 3


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


def fill_up(path):
    """Write a file until the disk takes no more."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


@pytest.mark.skipif(os.getuid() != 0, reason="mounting is not permitted here")
def test_a_really_full_disk_loses_nothing(tmp_path, bundled, root, monkeypatch):
    monkeypatch.setattr("anitag_desktop.services.tagging.ROOM_PATIENCE", 0.3)
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not permitted here")
    try:
        write_drawings(root, 6)
        with open_store(place / "library") as store:
            desk = Desk(store, bundled)
            desk.indexing.add_folder(root)
            desk.indexing.scan()
            desk.models.ensure_active()
            filler = place / "filler"
            fill_up(filler)
            with pytest.raises(AnitagError) as failure:
                desk.tagging.run_until_idle()
            assert failure.value.code == "disk_full"
            filler.unlink()
            desk.tagging.run_until_idle()
            assert desk.counts() == (6, 6, 0)
            assert desk.problems() == {}
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
