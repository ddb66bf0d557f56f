"""Worker processes on an accelerator that fails as they do: no picture is lost or blamed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from anitag_desktop.worker.client import WorkerOptions
from anitag_desktop.worker.descent import Descent
from anitag_desktop.worker.messages import (
    Failed,
    ProviderReport,
    Recognised,
    RecogniseJob,
    VerifyJob,
)
from anitag_desktop.worker.proof_book import PROOFS, ProofBook
from tests.helpers import accelerated_child, images, models, poisoned_child, true_errors
from tests.helpers.accelerated_child import RUNS, STARTS, VARIABLE, Faults, encoded
from tests.helpers.workers import Worker, worker

pytestmark = pytest.mark.integration

PICTURES = 40


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return models.write_package(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return images.write_drawings(tmp_path_factory.mktemp("pictures"), PICTURES)


class Bench:
    """Starts workers on the device, with one log and one book of proofs."""

    def __init__(self, folder: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        # Nowhere else may the process write.
        self.log = folder / "thumbnails" / "log"
        self.book = ProofBook(folder / PROOFS)
        self._folder, self._model, self._monkeypatch = folder, model, monkeypatch

    @contextmanager
    def worker(
        self, *, running: float = 20.0, start: float = 60.0, device: str = "automatic", **faults
    ) -> Iterator[Worker]:
        self.log.parent.mkdir(exist_ok=True)
        self.log.write_text("")
        self._monkeypatch.setenv(VARIABLE, encoded(Faults(str(self.log), **faults)))
        options = WorkerOptions(
            limits={"reading": 20.0, "decoding": 20.0, "running": running},
            start_seconds=start,
            program=accelerated_child.__name__,
            proofs=self._folder / PROOFS,
            device=device,
        )
        with worker(self._folder / "thumbnails", [self._model], options=options) as started:
            yield started

    def run(self, pictures: list[Path], **faults) -> tuple[list[object], ProviderReport]:
        with self.worker(**faults) as started:
            return started.recognise(pictures), started.client.provider()

    def logged(self, word: str) -> list[str]:
        return [line for line in self.log.read_text().splitlines() if line.startswith(word)]


@pytest.fixture
def bench(tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, model, monkeypatch)


@pytest.fixture(scope="module")
def by_cpu(
    model: Path, pictures: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> list[np.ndarray]:
    with worker(tmp_path_factory.mktemp("thumbnails"), [model]) as started:
        return [scores_of(answer) for answer in started.recognise(pictures)]


def scores_of(answer: object) -> np.ndarray:
    assert isinstance(answer, Recognised), answer
    found = np.zeros(len(models.LABELS))
    for index, score in answer.models[0].scores:
        found[index] = score
    return found


def assert_same(answers: list[object], by_cpu: list[np.ndarray]) -> None:
    assert len(answers) == len(by_cpu)
    for answer, expected in zip(answers, by_cpu, strict=True):
        np.testing.assert_allclose(scores_of(answer), expected, atol=1e-3)


def test_it_runs_in_batches_and_says_what_the_cpu_says(
    bench: Bench, pictures: list[Path], by_cpu: list[np.ndarray]
) -> None:
    answers, report = bench.run(pictures)
    assert_same(answers, by_cpu)
    assert (report.name, report.measured, report.reason) == ("CUDA", True, "")
    assert report.by_model == ("CUDA",)
    sizes = [int(line.split()[1]) for line in bench.logged(RUNS)]
    assert max(sizes) > 1


def test_proof_is_kept_for_the_next_process(bench: Bench, pictures: list[Path]) -> None:
    bench.run(pictures[:1])
    (proof,) = bench.book.read()
    assert (proof.reason, proof.speed > 1) == ("", True)
    first = len(bench.logged(RUNS))
    _, report = bench.run(pictures[:1])
    assert report.name == "CUDA"
    assert len(bench.logged(RUNS)) < first


def test_wrong_scores_are_not_used(
    bench: Bench, pictures: list[Path], by_cpu: list[np.ndarray]
) -> None:
    answers, report = bench.run(pictures, shift=3.0)
    assert_same(answers, by_cpu)
    assert (report.name, report.measured) == ("CPU", True)
    assert report.reason.startswith("CUDA is not used: its scores differ from the CPU's by")


def test_full_memory_halves_the_batches(
    bench: Bench, pictures: list[Path], by_cpu: list[np.ndarray]
) -> None:
    # Two are sure to gather; six need luck on a busy machine.
    answers, report = bench.run(pictures * 2, room=1)
    assert_same(answers, by_cpu * 2)
    assert report.name == "CUDA"
    assert report.reason.endswith(" at once: its memory is full")
    assert len(bench.logged(STARTS)) == 1


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (true_errors.CUDA_OOM, "its memory is full"),
        (true_errors.CUDA_ILLEGAL_ACCESS, "the device was lost or reset"),
        (true_errors.DIRECTML_HUNG, "the device was lost or reset"),
        ("something unheard of", "something unheard of"),
        ("crash", "SIGSEGV"),
    ],
)
def test_failure_is_met_with_a_fresh_process_then_with_the_cpu(
    bench: Bench, pictures: list[Path], by_cpu: list[np.ndarray], then: str, words: str
) -> None:
    # Of what ends the process, pictures that were being decoded are suspected first.
    times = 4 if then == "crash" else 1
    answers, report = bench.run(pictures * times, good_runs=14, then=then, room=1)
    assert_same(answers, by_cpu * times)
    assert report.name == "CPU"
    assert report.reason == f"CUDA is not used any more: {words}"
    assert len(bench.logged(STARTS)) >= 2
    assert then == "crash" or len(bench.logged(STARTS)) == 2


def test_device_that_was_reset_is_used_again(
    bench: Bench, pictures: list[Path], by_cpu: list[np.ndarray]
) -> None:
    answers, report = bench.run(
        pictures, good_runs=14, then=true_errors.DIRECTML_REMOVED, bad_starts=1, room=1
    )
    assert_same(answers, by_cpu)
    assert report.name == "CUDA"
    assert report.reason.startswith("CUDA was started anew: the device was lost or reset")


def test_hanging_device_blames_no_picture(
    bench: Bench, pictures: list[Path], by_cpu: list[np.ndarray]
) -> None:
    answers, report = bench.run(pictures, good_runs=14, then="hang", room=1, running=2.0)
    assert_same(answers, by_cpu)
    assert (report.name, report.reason) == ("CPU", "CUDA is not used any more: it hangs")


def test_device_that_ends_the_process_at_its_start_is_remembered(
    bench: Bench, pictures: list[Path], by_cpu: list[np.ndarray]
) -> None:
    for _ in range(2):
        answers, report = bench.run(pictures, at_start="crash")
        assert_same(answers, by_cpu)
        words = "CUDA is not used: trying it ended the process (SIGSEGV)"
        assert (report.name, report.reason) == ("CPU", words)
    assert bench.logged(STARTS) == []


def test_who_says_cpu_never_meets_a_device_that_ends_every_process(
    bench: Bench, pictures: list[Path], by_cpu: list[np.ndarray]
) -> None:
    answers, report = bench.run(pictures, device="cpu", at_start="crash")
    assert_same(answers, by_cpu)
    words = "the CPU was chosen in the settings"
    assert (report.name, report.measured, report.reason) == ("CPU", True, words)
    assert "landlock" in report.sandbox or "landlock" not in bench.run(pictures[:1])[1].sandbox
    assert bench.logged(STARTS) == []
    assert bench.book.read() == ()


def test_device_that_is_not_installed_is_told(bench: Bench, pictures: list[Path]) -> None:
    _, report = bench.run(pictures[:1], device="directml")
    words = "DirectML is not used: it was chosen in the settings and is not installed"
    assert (report.name, report.reason) == ("CPU", words)
    assert bench.run(pictures[:1], device="cuda")[1].name == "CUDA"


def test_device_that_hangs_at_its_start(
    bench: Bench, pictures: list[Path], by_cpu: list[np.ndarray]
) -> None:
    answers, report = bench.run(pictures, at_start="hang", start=2.0)
    assert_same(answers, by_cpu)
    words = "CUDA is not used: trying it ended the process (it did not get ready in time)"
    assert (report.name, report.reason) == ("CPU", words)


def test_driver_that_is_too_old_is_asked_again_the_next_time(
    bench: Bench, pictures: list[Path]
) -> None:
    _, report = bench.run(pictures[:1], at_start=true_errors.CUDA_OLD_DRIVER)
    words = "CUDA is not used: its driver is too old for this package"
    assert (report.name, report.reason, bench.book.read()) == ("CPU", words, ())
    assert bench.run(pictures[:1])[1].name == "CUDA"


def test_picture_that_crashes_the_decoder_is_blamed_and_the_device_kept(
    bench: Bench, pictures: list[Path], by_cpu: list[np.ndarray], tmp_path: Path
) -> None:
    poison = tmp_path / "poison.png"
    poison.write_bytes(poisoned_child.CRASH)
    answers, report = bench.run([*pictures[:20], poison, *pictures[20:]])
    (blamed,) = [answer for answer in answers if isinstance(answer, Failed)]
    assert (answers.index(blamed), blamed.code) == (20, "crashed_worker")
    assert_same([answer for answer in answers if answer is not blamed], by_cpu)
    assert report.name == "CUDA"


def test_check_of_a_model_survives_its_device(bench: Bench) -> None:
    with bench.worker(good_runs=5, then=true_errors.CUDA_OOM) as started:
        (answer,) = started.ask(VerifyJob(started.client.new_job_id()))
        report = started.client.provider()
    assert [finding.name for finding in answer.findings if not finding.ok] == []
    assert report.reason.startswith("CUDA was started anew: its memory is full")


def test_stopping_while_the_device_hangs_answers_everything(
    bench: Bench, pictures: list[Path]
) -> None:
    with bench.worker(good_runs=14, then="hang", room=1) as started:
        started.wait_until_ready()
        for path in pictures:
            started.client.submit(RecogniseJob(started.client.new_job_id(), bytes(path)))
        started.client.close(timeout=0.2)
    assert len(started.answers) == len(pictures)
    left = [answer for answer in started.answers if isinstance(answer, Failed)]
    assert {answer.code for answer in left} == {"worker_closed"}


def test_book_survives_nonsense(tmp_path: Path) -> None:
    path = tmp_path / PROOFS
    for content in ("", "[", "{}", "[1]", '[[["a", "b", "c"], "", 0, 0, ""]]', "null", "[" * 9999):
        path.write_text(content)
        assert ProofBook(path).read() == ()


def test_book_has_one_proof_of_a_subject(bench: Bench, pictures: list[Path]) -> None:
    bench.run(pictures[:1])
    (proof,) = bench.book.read()
    newer = replace(proof, reason="it is slower")
    bench.book.add([newer])
    other = replace(newer, subject=replace(proof.subject, machine="another"))
    bench.book.add([other])
    assert bench.book.read() == (newer, other)
    bench.book.forget()
    assert bench.book.read() == ()


def test_smaller_batches_do_not_hide_that_it_was_started_anew() -> None:
    descent = Descent()
    descent.shrink("CUDA", 4, "its memory is full")
    descent.fail("CUDA", "it was lost")
    descent.shrink("CUDA", 2, "its memory is full")
    assert descent.words == (
        "CUDA was started anew: it was lost; CUDA gets 2 at once: its memory is full"
    )
    descent.fail("CUDA", "it was lost")
    assert descent.words == "CUDA is not used any more: it was lost"


def test_device_that_has_done_well_for_long_is_forgiven() -> None:
    descent = Descent()
    descent.fail("CUDA", "it was lost")
    for _ in range(5000):
        descent.note_answer()
    assert descent.words == ""
    descent.fail("CUDA", "it was lost")
    assert descent.largest_batch > 0
    descent.fail("CUDA", "it was lost")
    assert descent.largest_batch == 0
