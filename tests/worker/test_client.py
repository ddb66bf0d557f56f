"""The whole worker: real processes, real pictures, real ONNX; and children that misbehave."""

import hashlib
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import SCORE_FLOOR
from anitag_desktop.worker.client import VIEWER, WorkerClient, WorkerOptions
from anitag_desktop.worker.messages import (
    Failed,
    Identified,
    IdentifyJob,
    Previewed,
    PreviewJob,
    Recognised,
    RecogniseJob,
    Verified,
    VerifyJob,
)
from tests.helpers import images, models, poisoned_child
from tests.helpers.workers import Worker, worker

pytestmark = pytest.mark.integration

POISONED = WorkerOptions(
    limits={"reading": 1.0, "decoding": 20.0, "running": 20.0},
    program="tests.helpers.poisoned_child",
)

PATIENT = replace(POISONED, limits={**POISONED.limits, "reading": 3.0})


@pytest.fixture(scope="module")
def wd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return models.write_wd(tmp_path_factory.mktemp("models") / "wd", 448, embedding=True)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return models.write_package(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture
def thumbnails(tmp_path: Path) -> Path:
    return tmp_path / "thumbnails"


def square_over_white(image: Image.Image) -> Image.Image:
    """What a WD model should see of a picture."""
    side = max(image.size)
    square = Image.new("RGB", (side, side), (255, 255, 255))
    place = ((side - image.width) // 2, (side - image.height) // 2)
    square.paste(image, place, image if image.mode == "RGBA" else None)
    return square.resize((448, 448), Image.Resampling.BICUBIC)


def scores_of(answer: object, model: int = 0) -> np.ndarray:
    assert isinstance(answer, Recognised), answer
    found = np.zeros(len(models.LABELS))
    for index, score in answer.models[model].scores:
        found[index] = score
    return found


KINDS = {
    "a.png": ("RGB", {}),
    "a.jpg": ("RGB", {"quality": 95, "subsampling": 0}),
    "a.webp": ("RGBA", {"lossless": True}),
    "grey.png": ("L", {}),
    "cmyk.jpg": ("CMYK", {"quality": 100, "subsampling": 0}),
    "alpha.png": ("RGBA", {}),
    "a.gif": ("P", {}),
    "a.tiff": ("RGB", {}),
}


def test_wd_scores_are_exact_through_the_whole_worker(
    tmp_path: Path, thumbnails: Path, wd: Path
) -> None:
    paths, wanted = [], []
    for name, (mode, options) in KINDS.items():
        image = images.quadrants(600, 480, mode=mode)
        image.save(tmp_path / name, **options)
        paths.append(tmp_path / name)
        # What JPEG loses is not the worker's: the reference is what plain Pillow reads back.
        with Image.open(tmp_path / name) as saved:
            seen = saved.convert("RGBA" if mode == "RGBA" else "RGB")
        wanted.append(models.expected_scores(square_over_white(seen)))
    with worker(thumbnails, [wd]) as working:
        answers = working.recognise(paths)
    for path, answer, scores in zip(paths, answers, wanted, strict=True):
        kept = np.where(scores >= SCORE_FLOOR, scores, 0)
        assert np.abs(scores_of(answer) - kept).max() < 1e-3, path.name


def test_one_read_gives_facts_thumbnail_scores_and_vector(
    tmp_path: Path, thumbnails: Path, wd: Path, small: Path
) -> None:
    path = tmp_path / "a.png"
    images.illustration(1, 900, 600).save(path)
    with worker(thumbnails, [wd, small]) as working:
        (answer,) = working.recognise([path])
        report = working.client.provider()
    assert isinstance(answer, Recognised)
    facts = answer.facts
    assert (facts.width, facts.height, facts.format, facts.frames) == (900, 600, "png", 1)
    assert facts.bytes == path.stat().st_size == answer.stat.size
    assert answer.has_thumbnail
    with Image.open(thumbnails / facts.sha256[:2] / f"{facts.sha256}.jpg") as thumbnail:
        assert thumbnail.size == (384, 256)
    assert [m.key.model_id for m in answer.models] == ["local/wd", "anitag/test"]
    for found in answer.models:
        vector = np.frombuffer(found.embedding, "<f2").astype(np.float32)
        assert len(vector) == models.EMBEDDING_WIDTH
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-2)
    assert (report.name, report.measured, report.reason) == ("CPU", True, "")


def test_every_kind_of_file_has_its_outcome(tmp_path: Path, thumbnails: Path, small: Path) -> None:
    good, bad = images.write_good(tmp_path / "good"), images.write_bad(tmp_path / "bad")
    os.mkfifo(tmp_path / "pipe.png")
    with worker(thumbnails, [small]) as working:
        answers = working.recognise([*good.values(), *bad.values(), tmp_path / "pipe.png"])
        assert len(working.answers) == len(answers)
    for name, answer in zip(good, answers, strict=False):
        assert isinstance(answer, Recognised), name
    codes = [getattr(answer, "code", "none") for answer in answers[len(good) :]]
    assert codes == [code for _, code in images.BAD.values()] + ["picture_not_a_file"]


def test_identity_without_decoding(tmp_path: Path, thumbnails: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    with worker(thumbnails) as working:
        found, gone = working.ask(
            IdentifyJob(1, bytes(tmp_path / "a")), IdentifyJob(2, bytes(tmp_path / "b"))
        )
    assert isinstance(found, Identified)
    assert found.md5 == "900150983cd24fb0d6963f7d28e17f72"
    assert found.stat.size == 3
    assert gone == Failed(2, "picture_gone")


def test_without_a_model_there_are_facts_and_thumbnails(tmp_path: Path, thumbnails: Path) -> None:
    (path,) = images.write_drawings(tmp_path / "p", 1)
    with worker(thumbnails) as working:
        (answer,) = working.recognise([path])
        assert working.client.provider().measured is False
    assert isinstance(answer, Recognised)
    assert answer.models == ()
    assert answer.has_thumbnail


def test_previews_come_through_shared_memory(tmp_path: Path, thumbnails: Path) -> None:
    images.quadrants(800, 400, mode="RGBA").save(tmp_path / "a.png")
    images.illustration(1, 3000, 1500).save(tmp_path / "b.jpg")
    (tmp_path / "c.png").write_bytes(b"text")
    jobs = [PreviewJob(i, bytes(tmp_path / n), 500) for i, n in enumerate(("a.png", "b.jpg"), 1)]
    with worker(thumbnails, role=VIEWER) as working:
        one, two, bad = working.ask(*jobs, PreviewJob(3, bytes(tmp_path / "c.png"), 500))
    assert isinstance(one, Previewed)
    pixels = np.frombuffer(one.pixels, np.uint8).reshape(one.height, one.width, 4)
    assert pixels.shape == (250, 500, 4)
    assert tuple(pixels[10, 10]) == (*images.QUADRANTS[0], 255)
    assert pixels[240, 490, 3] == 0
    assert isinstance(two, Previewed)
    assert (two.width, two.height) == (500, 250)
    assert bad == Failed(3, "picture_unknown")


def test_many_previews_never_mix(tmp_path: Path, thumbnails: Path) -> None:
    jobs, colours = [], {}
    for number in range(24):
        colour = (number * 10, 255 - number * 10, number)
        Image.new("RGB", (64 + number, 64), colour).save(tmp_path / f"{number}.png")
        jobs.append(PreviewJob(number, bytes(tmp_path / f"{number}.png"), 2000))
        colours[number] = bytes((*colour, 255))
    with worker(thumbnails, role=VIEWER) as working:
        for answer in working.ask(*jobs):
            assert isinstance(answer, Previewed)
            assert answer.pixels == colours[answer.job_id] * (answer.width * answer.height)


def test_verification_runs_in_the_worker(thumbnails: Path, small: Path) -> None:
    with worker(thumbnails, [small], threads=1) as working:
        (answer,) = working.ask(VerifyJob(1))
    assert isinstance(answer, Verified)
    assert {f.name for f in answer.findings} >= {"files", "scores", "answer", "density"}
    assert all(f.ok for f in answer.findings)


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


POISONS = {
    "crash": (poisoned_child.CRASH, "crashed_worker"),
    "exit": (poisoned_child.EXIT, "crashed_worker"),
    "hang": (poisoned_child.HANG, "took_too_long"),
    "garbage": (poisoned_child.GARBAGE, "crashed_worker"),
    "memory": (poisoned_child.MEMORY, "out_of_memory"),
    "print": (poisoned_child.PRINT, "picture_unknown"),
}


@pytest.mark.parametrize("kind", POISONS)
def test_a_poison_costs_only_itself(tmp_path: Path, thumbnails: Path, kind: str) -> None:
    content, code = POISONS[kind]
    paths = images.write_drawings(tmp_path / "p", 12)
    poisons = [write(tmp_path, f"{n}.png", content) for n in range(2)]
    mixed = [*paths[:5], poisons[0], *paths[5:9], poisons[1], *paths[9:]]
    with worker(thumbnails, options=POISONED) as working:
        answers = dict(zip(mixed, working.recognise(mixed), strict=True))
        assert len(working.answers) == len(mixed)
    assert [type(answers[path]) for path in paths] == [Recognised] * len(paths)
    for poison in poisons:
        answer = answers[poison]
        assert isinstance(answer, Failed)
        assert (answer.code, answer.blames_file) == (code, True)


def test_crash_is_told_by_its_signal(tmp_path: Path, thumbnails: Path) -> None:
    poison = write(tmp_path, "a.png", poisoned_child.CRASH)
    with worker(thumbnails, options=POISONED) as working:
        (answer,) = working.recognise([poison])
    assert answer == Failed(1, "crashed_worker", {"reason": "SIGSEGV"})


def test_what_no_answer_can_be_sent_of_is_late(tmp_path: Path, thumbnails: Path) -> None:
    poison = write(tmp_path, "a.png", poisoned_child.UNSENDABLE)
    with worker(thumbnails, options=POISONED) as working:
        (answer,) = working.ask(IdentifyJob(1, bytes(poison)))
    assert answer == Failed(1, "took_too_long", {"seconds": 1.0})


def test_nonsense_is_the_fault_of_the_picture_that_makes_a_process_say_it(
    tmp_path: Path, thumbnails: Path
) -> None:
    paths = images.write_drawings(tmp_path / "p", 8)
    poison = write(tmp_path, "a.png", poisoned_child.NONSENSE)
    with worker(thumbnails, threads=2, options=POISONED) as working:
        answers = working.ask(
            *(IdentifyJob(n, bytes(path)) for n, path in enumerate([poison, *paths]))
        )
    (failure,) = [answer for answer in answers if isinstance(answer, Failed)]
    assert (failure.job_id, failure.code) == (0, "crashed_worker")
    assert "it sent not a message" in str(failure.params["reason"])


def test_nobody_waits_for_the_second_trial(tmp_path: Path, thumbnails: Path) -> None:
    paths = images.write_drawings(tmp_path / "p", 8)
    poison = write(tmp_path, "a.png", poisoned_child.HANG)
    with worker(thumbnails, threads=1, options=PATIENT) as working:
        (failure, *_) = working.recognise([poison, *paths])
        assert working.answers[-1] is failure
        assert working.client.pending() == 0
    assert isinstance(failure, Failed)
    assert failure.code == "took_too_long"


def test_stopping_during_a_second_trial_answers_everything(
    tmp_path: Path, thumbnails: Path
) -> None:
    paths = images.write_drawings(tmp_path / "p", 3)
    poison = write(tmp_path, "a.png", poisoned_child.HANG)
    with worker(thumbnails, threads=1, options=PATIENT) as working:
        client = working.client
        for path in (poison, *paths):
            client.submit(RecogniseJob(client.new_job_id(), bytes(path)))
        while len(working.answers) < len(paths):
            time.sleep(0.005)
        assert client.pending() == 1
        client.close(timeout=0.1)
        assert working.answers[-1] == Failed(1, "worker_closed")


def child_of_this_process() -> psutil.Process:
    for process in psutil.Process().children():
        if any("worker.child" in part for part in process.cmdline()):
            return process
    raise AssertionError("no worker process")


def test_killing_the_child_loses_nothing(tmp_path: Path, thumbnails: Path, small: Path) -> None:
    paths = images.write_drawings(tmp_path / "p", 60)
    with worker(thumbnails, [small]) as working:
        client = working.client
        for path in paths:
            client.submit(RecogniseJob(client.new_job_id(), bytes(path)))
        for _ in range(3):
            before = len(working.answers)
            while len(working.answers) < before + 5:
                time.sleep(0.005)
            child_of_this_process().kill()
        working.wait()
    assert sorted(answer.job_id for answer in working.answers) == list(range(1, 61))
    assert all(isinstance(answer, Recognised) for answer in working.answers)


def test_a_stopped_child_is_replaced(tmp_path: Path, thumbnails: Path) -> None:
    paths = images.write_drawings(tmp_path / "p", 6)
    options = WorkerOptions(limits={"reading": 1.0, "decoding": 1.0, "running": 1.0})
    with worker(thumbnails, options=options) as working:
        working.recognise(paths[:1])
        child_of_this_process().send_signal(signal.SIGSTOP)
        client = working.client
        for path in paths:
            client.submit(RecogniseJob(client.new_job_id(), bytes(path)))
        # Nothing was begun, so no deadline counts: it has to be killed from outside.
        time.sleep(0.3)
        child_of_this_process().kill()
        working.wait()
    assert len(working.answers) == 7


def test_child_is_replaced_after_enough_work(tmp_path: Path, thumbnails: Path) -> None:
    paths = images.write_drawings(tmp_path / "p", 9)
    seen = set()
    others = {p.pid for p in psutil.Process().children()}
    options = WorkerOptions(recycle_after=3)
    with worker(thumbnails, options=options, threads=1) as working:
        for path in paths:
            working.recognise([path])
            seen |= {p.pid for p in psutil.Process().children()} - others
    assert len(working.answers) == 9
    assert len(seen) >= 3


def test_idle_child_goes_and_comes_back(tmp_path: Path, thumbnails: Path) -> None:
    (path,) = images.write_drawings(tmp_path / "p", 1)
    others = set(psutil.Process().children())  # what earlier tests left: trackers of resources
    with worker(thumbnails, options=WorkerOptions(idle_seconds=0.2)) as working:
        working.recognise([path])
        deadline = time.monotonic() + 10
        while set(psutil.Process().children()) - others and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not set(psutil.Process().children()) - others
        assert len(working.recognise([path])) == 1


def test_model_that_cannot_be_loaded_fails_jobs_without_blaming_files(
    tmp_path: Path, thumbnails: Path
) -> None:
    broken = models.write_package(tmp_path / "model", files=[])
    (path,) = images.write_drawings(tmp_path / "p", 1)
    with worker(thumbnails, [broken]) as working:
        (answer,) = working.recognise([path])
        report = working.client.provider()
    assert isinstance(answer, Failed)
    assert (answer.code, answer.blames_file) == ("model_refused", False)
    assert "weights" in report.reason


def test_a_reason_without_a_sentence_is_no_reason(tmp_path: Path, thumbnails: Path) -> None:
    options = WorkerOptions(program="tests.helpers.speechless_child")
    with worker(thumbnails, options=options) as working:
        (answer,) = working.recognise([tmp_path / "a.png"])
    assert isinstance(answer, Failed)
    assert str(AnitagError(answer.code, **answer.params)).startswith("The recognition process")


def test_program_that_cannot_start(tmp_path: Path, thumbnails: Path) -> None:
    options = WorkerOptions(program="tests.helpers.no_such_program")
    with worker(thumbnails, options=options) as working:
        (answer,) = working.recognise([tmp_path / "a.png"])
    assert answer == Failed(1, "worker_died", {"reason": "exit code 1"})


def test_pause_and_urgent(tmp_path: Path, thumbnails: Path) -> None:
    paths = images.write_drawings(tmp_path / "p", 4)
    with worker(thumbnails, threads=1) as working:
        working.wait_until_ready()
        client = working.client
        client.pause()
        for path in paths[:3]:
            client.submit(RecogniseJob(client.new_job_id(), bytes(path)))
        client.submit(RecogniseJob(99, bytes(paths[3])), urgent=True)
        time.sleep(0.2)
        assert (client.pending(), working.answers) == (4, [])
        client.resume()
        working.wait()
    assert working.answers[0].job_id == 99


def test_paused_before_the_start(tmp_path: Path, thumbnails: Path) -> None:
    (path,) = images.write_drawings(tmp_path / "p", 1)
    made = Worker(thumbnails)
    made.client.pause()
    made.client.start()
    made.client.submit(RecogniseJob(1, bytes(path)))
    made.wait_until_ready()
    time.sleep(0.1)
    assert made.answers == []
    made.client.resume()
    made.wait()
    made.client.close()
    made.client.start()
    assert isinstance(made.answers[0], Recognised)


def test_close_answers_what_is_left(tmp_path: Path, thumbnails: Path) -> None:
    paths = images.write_drawings(tmp_path / "p", 20)
    made = Worker(thumbnails, threads=1)
    made.client.start()
    for path in paths:
        made.client.submit(RecogniseJob(made.client.new_job_id(), bytes(path)))
    made.client.close(timeout=0)
    assert sorted(answer.job_id for answer in made.answers) == list(range(1, 21))
    left = [answer for answer in made.answers if isinstance(answer, Failed)]
    assert left
    assert {(a.code, a.blames_file) for a in left} == {("worker_closed", False)}
    with pytest.raises(ValueError, match="closed"):
        made.client.submit(RecogniseJob(50, b"x"))


def test_close_without_start_and_twice(thumbnails: Path) -> None:
    made = Worker(thumbnails)
    made.client.submit(RecogniseJob(1, b"x"))
    made.client.close()
    made.client.close()
    assert made.answers == [Failed(1, "worker_closed")]


@pytest.mark.expects_log
def test_a_listener_that_fails_stops_nothing(tmp_path: Path, thumbnails: Path) -> None:
    seen = []

    def listen(answer: object) -> None:
        seen.append(answer)
        raise RuntimeError("a mistake")

    client = WorkerClient("recogniser", [], thumbnails, listen, threads=1)
    client.start()
    for path in images.write_drawings(tmp_path / "p", 3):
        client.submit(RecogniseJob(client.new_job_id(), bytes(path)))
    while client.pending():
        time.sleep(0.01)
    client.close()
    assert len(seen) == 3


def test_slow_listener_is_no_lateness(tmp_path: Path, thumbnails: Path) -> None:
    paths = images.write_drawings(tmp_path / "p", 8)
    seen = []

    def listen(answer: object) -> None:
        time.sleep(0.4)
        seen.append(answer)

    options = WorkerOptions(limits={"reading": 0.5, "decoding": 0.5, "running": 0.5})
    client = WorkerClient("recogniser", [], thumbnails, listen, threads=2, options=options)
    client.start()
    for path in paths:
        client.submit(RecogniseJob(client.new_job_id(), bytes(path)))
    while client.pending():
        time.sleep(0.01)
    client.close()
    assert [type(answer) for answer in seen] == [Recognised] * 8


def test_jobs_may_come_from_many_threads(tmp_path: Path, thumbnails: Path) -> None:
    (path,) = images.write_drawings(tmp_path / "p", 1)
    with worker(thumbnails) as working:
        client = working.client

        def submit() -> None:
            for _ in range(50):
                client.submit(IdentifyJob(client.new_job_id(), bytes(path)))

        threads = [threading.Thread(target=submit) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        working.wait()
    assert sorted(answer.job_id for answer in working.answers) == list(range(1, 201))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems offer less")
def test_sandbox_is_in_force_where_the_system_has_it(thumbnails: Path) -> None:
    with worker(thumbnails) as working:
        working.wait_until_ready()
        assert "rlimits" in working.client.provider().sandbox


def test_child_dies_with_its_parent(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path\n"
        "from anitag_desktop.worker.client import WorkerClient\n"
        f"c = WorkerClient('recogniser', [], Path({str(tmp_path)!r}) / 't', print, threads=1)\n"
        "c.start()\n"
        "while not c.provider().sandbox: time.sleep(0.01)\n"
        "print('ready', flush=True); time.sleep(60)"
    )
    import subprocess

    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().strip() == "ready"
        (child,) = psutil.Process(parent.pid).children()
        parent.kill()
        parent.wait()
        child.wait(timeout=5)


def test_the_app_side_loads_neither_pillow_nor_onnxruntime(tmp_path: Path, small: Path) -> None:
    (path,) = images.write_drawings(tmp_path / "p", 1)
    code = (
        "import sys, time, os; from pathlib import Path\n"
        "from anitag_desktop.worker.client import WorkerClient\n"
        "from anitag_desktop.worker.messages import RecogniseJob\n"
        "got = []\n"
        f"model, folder = Path({str(small)!r}), Path({str(tmp_path)!r})\n"
        "c = WorkerClient('recogniser', [model], folder, got.append)\n"
        f"c.start(); c.submit(RecogniseJob(1, {bytes(path)!r}))\n"
        "while c.pending(): time.sleep(0.01)\n"
        "c.close()\n"
        "heavy = [m for m in ('numpy', 'PIL', 'onnxruntime', 'sqlalchemy') if m in sys.modules]\n"
        "print(type(got[0]).__name__, heavy)"
    )
    import subprocess

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Recognised []"


def test_start_that_fails_is_told_in_words(tmp_path: Path) -> None:
    blocked = tmp_path / "thumbnails"
    blocked.write_text("a file where the folder should be")
    with worker(blocked) as working:
        (answer,) = working.recognise([tmp_path / "a.png"])
    assert isinstance(answer, Failed)
    assert answer.code == "worker_died"
    assert "thumbnails" in str(answer.params["reason"])


def test_full_disk_costs_the_thumbnail_only(tmp_path: Path, thumbnails: Path) -> None:
    (path,) = images.write_drawings(tmp_path / "p", 1)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    thumbnails.mkdir()
    (thumbnails / sha256[:2]).write_text("no folder can be made here")
    with worker(thumbnails) as working:
        (answer,) = working.recognise([path])
    assert isinstance(answer, Recognised)
    assert not answer.has_thumbnail


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_thumbnails_are_for_their_owner_alone(tmp_path: Path, thumbnails: Path) -> None:
    (path,) = images.write_drawings(tmp_path / "p", 1)
    with worker(thumbnails) as working:
        working.recognise([path])
    made = [thumbnails, *thumbnails.rglob("*")]
    assert len(made) == 3
    assert not any(one.stat().st_mode & 0o077 for one in made)
