"""Providers that do not start, lie or dawdle: each is left for the CPU, with its reason."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition import providers, session
from anitag_desktop.recognition.accelerator import CUDA, DIRECTML, why_not
from anitag_desktop.recognition.device_failure import MEMORY, DeviceError
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.proof import Proof
from anitag_desktop.recognition.providers import Chosen, Means
from anitag_desktop.recognition.recognizer import Reading
from anitag_desktop.recognition.session import CPU, OnnxRecognizer
from tests.helpers import models, true_errors
from tests.helpers.failing_session import FailingSession


@pytest.fixture
def package(tmp_path: Path) -> ModelPackage:
    return ModelPackage.load(models.write_package(tmp_path / "model"))


class FakeGpu(OnnxRecognizer):
    """The CPU that says it is a GPU, with a fault of its own."""

    def __init__(
        self, real: OnnxRecognizer, name: str = CUDA, *, shift: float = 0, seconds: float = 0
    ) -> None:
        super().__init__(real.package, real._session)
        self._name, self._shift, self._seconds = name, shift, seconds

    @property
    def provider(self) -> str:
        return self._name

    def recognise(self, pixels: np.ndarray) -> list[Reading]:
        time.sleep(self._seconds * len(pixels))
        found = super().recognise(pixels)
        return [Reading(np.clip(r.scores + self._shift, 0, 1), r.embedding) for r in found]


class SlowCpu(OnnxRecognizer):
    def recognise(self, pixels: np.ndarray) -> list[Reading]:
        time.sleep(0.02)
        return super().recognise(pixels)


Make = Callable[[OnnxRecognizer], OnnxRecognizer]


class Machine:
    """A machine whose GPU ``make`` makes; ``opened`` are the providers that were asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, make: Make) -> None:
        self.opened: list[str] = []
        self.options: list[Mapping[str, str] | None] = []
        self._make = make
        monkeypatch.setattr(providers, "open_on", self._open)

    def _open(self, package: ModelPackage, names: list[str], more=None) -> OnnxRecognizer:
        self.opened.append(names[0])
        self.options.append(more)
        real = session.open_on(package, [CPU])
        return SlowCpu(package, real._session) if names[0] == CPU else self._make(real)


def choose(package: ModelPackage, **means: object) -> Chosen:
    return providers.open_model(package, Means(**{"available": [CUDA, CPU], **means}))


def test_cpu_is_measured(package: ModelPackage) -> None:
    chosen = providers.open_model(package)
    assert (chosen.provider, chosen.reason) == (CPU, "")


def test_provider_that_proves_itself_is_used(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    Machine(monkeypatch, lambda real: FakeGpu(real, shift=0.001))
    chosen = choose(package)
    assert (chosen.provider, chosen.reason) == (CUDA, "")
    (proof,) = chosen.proofs
    assert (proof.reason, proof.gap) == ("", pytest.approx(0.001, abs=1e-5))
    assert proof.speed > 1


def test_cpu_that_was_chosen_is_used_and_nothing_else_tried(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(monkeypatch, FakeGpu)
    chosen = choose(package, device="cpu")
    words = "the CPU was chosen in the settings"
    assert (chosen.provider, chosen.reason, chosen.proofs) == (CPU, words, ())
    assert machine.opened == [CPU]


def test_provider_that_was_chosen_is_used_though_it_is_slow(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    Machine(monkeypatch, lambda real: FakeGpu(real, seconds=0.05))
    by_itself = choose(package)
    assert by_itself.provider == CPU
    for known in ((), by_itself.proofs):
        chosen = choose(package, device="cuda", known=known)
        assert chosen.provider == CUDA
        assert chosen.reason.startswith("CUDA was chosen, though it takes 0.0")


def test_provider_that_was_chosen_is_not_used_if_it_is_wrong(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    Machine(monkeypatch, lambda real: FakeGpu(real, shift=0.2))
    chosen = choose(package, device="cuda")
    assert chosen.provider == CPU
    assert chosen.reason.startswith("CUDA is not used: its scores differ")


def test_only_the_provider_that_was_chosen_is_tried(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(monkeypatch, lambda real: FakeGpu(real, DIRECTML))
    chosen = choose(package, device="directml", available=[CUDA, DIRECTML, CPU])
    assert (chosen.provider, chosen.reason) == (DIRECTML, "")
    assert CUDA not in machine.opened


def test_provider_that_was_chosen_and_cannot_be_says_why(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    Machine(monkeypatch, FakeGpu)
    found = choose(package, device="webgpu")
    reason = "WebGPU is not used: it was chosen in the settings and is not installed"
    assert (found.provider, found.reason) == (CPU, reason)
    denying = replace(package, manifest=replace(package.manifest, denied_providers=(CUDA,)))
    assert choose(denying, device="cuda").reason.endswith("the model is known not to run on it")
    given_up = choose(package, device="cuda", available=())
    assert (given_up.provider, given_up.reason) == (CPU, "")  # its own reason has been told


def test_proof_is_asked_for_once(package: ModelPackage, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, FakeGpu)
    known = choose(package).proofs
    machine.opened.clear()
    again = choose(package, known=known)
    assert (again.provider, again.proofs, machine.opened) == (CUDA, (), [CUDA])


@pytest.mark.parametrize("part", ["provider", "model", "runtime", "machine"])
def test_proof_of_something_else_is_none(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    Machine(monkeypatch, FakeGpu)
    (proof,) = choose(package).proofs
    other = replace(proof, subject=replace(proof.subject, **{part: "another"}))
    assert len(choose(package, known=[other]).proofs) == 1


def test_failed_proof_is_not_tried_again(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(monkeypatch, lambda real: FakeGpu(real, shift=0.2))
    known = choose(package).proofs
    machine.opened.clear()
    again = choose(package, known=known)
    assert (again.provider, machine.opened) == (CPU, [CPU])
    assert again.reason.startswith("CUDA is not used: its scores differ")


def test_provider_that_says_something_else_is_not(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    Machine(monkeypatch, lambda real: FakeGpu(real, shift=0.2))
    chosen = choose(package)
    assert chosen.provider == CPU
    assert chosen.reason.startswith("CUDA is not used: its scores differ from the CPU's by 0.2")


def test_provider_whose_batches_are_wrong_is_not(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Mixed(FakeGpu):
        def recognise(self, pixels: np.ndarray) -> list[Reading]:
            return super().recognise(pixels)[::-1]

    Machine(monkeypatch, Mixed)
    assert "its scores differ" in choose(package).reason


def test_provider_whose_vectors_are_wrong_is_not(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Bent(FakeGpu):
        def recognise(self, pixels: np.ndarray) -> list[Reading]:
            return [Reading(r.scores, r.embedding + 0.01) for r in super().recognise(pixels)]

    Machine(monkeypatch, Bent)
    assert "its vectors differ from the CPU's by" in choose(package).reason


def test_provider_that_is_slower_is_not(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    Machine(monkeypatch, lambda real: FakeGpu(real, seconds=0.06))
    chosen = choose(package)
    assert chosen.provider == CPU
    assert "and the CPU, on all its cores, 0.02" in chosen.reason


def test_speed_is_compared_with_all_cores(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    Machine(monkeypatch, lambda real: FakeGpu(real, seconds=0.01))
    assert choose(package).provider == CUDA
    assert choose(package, cores=8).provider == CPU


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (true_errors.CUDA_OLD_DRIVER, "its driver is too old"),
        (true_errors.CUDA_NO_KERNEL, "has no code for this graphics card"),
        (true_errors.CUDA_NO_DEVICE, "no graphics card of this kind"),
        (true_errors.CUDNN_MISSING, "libcudnn.so.9 is missing"),
        (true_errors.CUDA_OOM, "its memory is full"),
        (true_errors.DIRECTML_REMOVED, "the device was lost or reset"),
    ],
)
def test_provider_that_fails_is_named_and_tried_the_next_time(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    def make(real: OnnxRecognizer) -> OnnxRecognizer:
        real._session = FailingSession(real._session, CUDA, text)
        return real

    Machine(monkeypatch, make)
    chosen = choose(package)
    assert chosen.provider == CPU
    assert chosen.reason.startswith("CUDA is not used: ")
    assert words in chosen.reason
    assert chosen.proofs == ()


def test_the_next_one_is_tried(package: ModelPackage, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, lambda real: FakeGpu(real, DIRECTML))
    chosen = choose(package, available=[CPU, DIRECTML, CUDA])
    assert (chosen.provider, machine.opened[:2]) == (DIRECTML, [CUDA, DIRECTML])


def test_what_is_tried_is_told_before(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Proof] = []
    Machine(monkeypatch, FakeGpu)
    chosen = choose(package, tell=told.append)
    assert [one.subject for one in told] == [chosen.proofs[0].subject]


@pytest.mark.filterwarnings("ignore:Specified provider")
def test_provider_that_takes_the_cpu_without_a_word_is_named(package: ModelPackage) -> None:
    chosen = choose(package)
    assert chosen.provider == CPU
    assert "CUDA is not used: it is installed and does not start" in chosen.reason


def test_library_that_does_not_load_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import onnxruntime

    (tmp_path / "capi").mkdir()
    (tmp_path / "capi" / "libonnxruntime_providers_cuda.so").write_bytes(b"no library")
    monkeypatch.setattr(onnxruntime, "__file__", str(tmp_path / "__init__.py"))
    assert "libonnxruntime_providers_cuda.so" in why_not(CUDA)
    assert why_not(DIRECTML) == "it is installed and does not start on this machine"


def test_accelerator_that_fails_while_it_runs(package: ModelPackage) -> None:
    recognizer = session.open_on(package, [CPU])
    recognizer._session = FailingSession(recognizer._session, CUDA, true_errors.CUDA_OOM)
    with pytest.raises(DeviceError) as caught:
        recognizer.recognise(providers.noise(package, 2))
    assert caught.value.diagnosis.kind == MEMORY
    recognizer._session = FailingSession(recognizer._session, CPU, "the model is nonsense")
    with pytest.raises(AnitagError, match="the model is nonsense"):
        recognizer.recognise(providers.noise(package, 2))


def test_denied_provider_is_not_tried(tmp_path: Path) -> None:
    denied = models.write_package(tmp_path / "model", runtime={"ep_deny": [CUDA]})
    assert choose(ModelPackage.load(denied)).reason == ""


def test_batches_are_cut_for_a_network_with_a_fixed_one(tmp_path: Path) -> None:
    folder = models.write_wd(tmp_path / "model", 32, batch=1)
    recognizer = session.open_on(ModelPackage.load(folder), [CPU])
    pixels = providers.noise(recognizer.package, 3)
    pixels[1] = 0
    found = recognizer.recognise(pixels)
    assert len(found) == 3
    assert np.array_equal(found[0].scores, found[2].scores)
    assert not np.array_equal(found[0].scores, found[1].scores)


def test_weights_that_changed_after_they_were_listed(package: ModelPackage) -> None:
    content = bytearray(package.weights.read_bytes())
    content[-1] ^= 1
    package.weights.write_bytes(bytes(content))
    with pytest.raises(AnitagError, match=r"sha256 of model\.onnx"):
        session.open_on(package, [CPU])


def test_logits_taken_for_probabilities(tmp_path: Path) -> None:
    folder = models.write_package(tmp_path / "model")
    manifest = models.own_manifest(folder, 32)
    manifest["outputs"][0]["activation"] = "none"
    models.write_manifest(folder, manifest)
    with pytest.raises(AnitagError, match="may lack a sigmoid"):
        providers.open_model(ModelPackage.load(folder))


def test_softmax(tmp_path: Path) -> None:
    folder = models.write_package(tmp_path / "model")
    manifest = models.own_manifest(folder, 32)
    manifest["outputs"][0]["activation"] = "softmax"
    models.write_manifest(folder, manifest)
    recognizer = session.open_on(ModelPackage.load(folder), [CPU])
    (found,) = recognizer.recognise(providers.noise(recognizer.package, 1))
    assert found.scores.sum() == pytest.approx(1)
