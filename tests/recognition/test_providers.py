"""Providers that do not start, lie or dawdle: each is left for the CPU, with its reason."""

import time
from pathlib import Path

import numpy as np
import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition import providers, session
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.recognizer import Reading
from anitag_desktop.recognition.session import CPU, OnnxRecognizer
from tests.helpers import models

CUDA = "CUDAExecutionProvider"


@pytest.fixture
def package(tmp_path: Path) -> ModelPackage:
    return ModelPackage.load(models.write_package(tmp_path / "model"))


class FakeGpu(OnnxRecognizer):
    """The CPU that says it is CUDA, with a fault of its own."""

    def __init__(self, real: OnnxRecognizer, *, shift: float, seconds: float) -> None:
        super().__init__(real.package, real._session)
        self._shift, self._seconds = shift, seconds

    @property
    def provider(self) -> str:
        return CUDA

    def recognise(self, pixels: np.ndarray) -> list[Reading]:
        time.sleep(self._seconds)
        found = super().recognise(pixels)
        return [Reading(np.clip(r.scores + self._shift, 0, 1), r.embedding) for r in found]


class SlowCpu(OnnxRecognizer):
    def recognise(self, pixels: np.ndarray) -> list[Reading]:
        time.sleep(0.02)
        return super().recognise(pixels)


def install(monkeypatch: pytest.MonkeyPatch, *, shift: float, seconds: float) -> None:
    def open_on(package: ModelPackage, names: list[str]) -> OnnxRecognizer:
        real = session.open_on(package, [CPU])
        if names[0] == CUDA:
            return FakeGpu(real, shift=shift, seconds=seconds)
        return SlowCpu(package, real._session)

    monkeypatch.setattr(providers, "open_on", open_on)


def test_cpu_is_measured(package: ModelPackage) -> None:
    chosen = providers.open_model(package)
    assert (chosen.provider, chosen.reason) == (CPU, "")


def test_provider_that_proves_itself_is_used(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, shift=0.001, seconds=0)
    chosen = providers.open_model(package, [CUDA, CPU])
    assert (chosen.provider, chosen.reason) == (CUDA, "")


def test_provider_that_says_something_else_is_not(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, shift=0.2, seconds=0)
    chosen = providers.open_model(package, [CUDA, CPU])
    assert chosen.provider == CPU
    assert chosen.reason.startswith("CUDA is not used: its scores differ from the CPU's by 0.2")


def test_provider_that_is_slower_is_not(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, shift=0, seconds=0.06)
    chosen = providers.open_model(package, [CUDA, CPU])
    assert chosen.provider == CPU
    assert "the CPU 0.02" in chosen.reason


@pytest.mark.filterwarnings("ignore:Specified provider")
def test_provider_that_does_not_start_is_named(package: ModelPackage) -> None:
    chosen = providers.open_model(package, [CUDA, CPU])
    assert chosen.provider == CPU
    assert "CUDA is not used: it is installed and does not start" in chosen.reason


def test_denied_provider_is_not_tried(tmp_path: Path) -> None:
    denied = models.write_package(tmp_path / "model", runtime={"ep_deny": [CUDA]})
    assert providers.open_model(ModelPackage.load(denied), [CUDA]).reason == ""


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
