"""In which precision a checkpoint runs on a GPU of torch: here one that is made of the CPU."""

from pathlib import Path

import numpy as np
import pytest

from anitag_desktop.recognition import self_test, torch_session
from anitag_desktop.recognition.device_failure import DeviceError
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.providers import Means, open_model
from tests.helpers import true_errors
from tests.helpers.checkpoints import write_random_checkpoint

pytest.importorskip("torch")

pytestmark = pytest.mark.training


class FakeGpu:
    """A GPU of torch that is the CPU in the precision that is asked for; ``faults`` by precision.

    A fault is a number that is added to every score, or an error's words.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **faults: object) -> None:
        self.opened: list[str] = []
        self._faults = faults
        self._open = torch_session.open_checkpoint
        monkeypatch.setattr(torch_session, "has_cuda", lambda: True)
        monkeypatch.setattr(torch_session, "open_checkpoint", self._made)
        # Whether it is faster is for a real one to show.
        monkeypatch.setattr(self_test, "_slowness", lambda _ours, _cpu: "")

    def _made(self, package: ModelPackage, device: str = "cpu", precision: str = "") -> object:
        recognizer = self._open(package, "cpu", precision)
        if device == "cuda":
            self.opened.append(precision)
            recognizer._device = "cuda"
            recognizer._outputs = self._outputs(recognizer, self._faults.get(precision))
        return recognizer

    def _outputs(self, recognizer: object, fault: object) -> object:
        real = recognizer._outputs

        def outputs(pixels: np.ndarray) -> dict[str, np.ndarray]:
            if isinstance(fault, str):
                raise RuntimeError(fault)
            recognizer._device = "cpu"
            found = real(pixels)
            recognizer._device = "cuda"
            return {name: values + (fault or 0) for name, values in found.items()}

        return outputs


@pytest.mark.parametrize(
    ("faults", "opened", "provider", "reason"),
    [
        ({}, ["fp16"], "CUDAExecutionProvider", ""),
        ({"fp16": float("inf")}, ["fp16", "bf16"], "CUDAExecutionProvider", ""),
        ({"fp16": 1.0, "bf16": 1.0}, ["fp16", "bf16", "fp32"], "CUDAExecutionProvider", ""),
        (
            {"fp16": 1.0, "bf16": 1.0, "fp32": 1.0},
            ["fp16", "bf16", "fp32"],
            "CPUExecutionProvider",
            "CUDA is not used: its scores differ from the CPU's by",
        ),
        (
            dict.fromkeys(("fp16", "bf16", "fp32"), true_errors.TORCH_OOM),
            ["fp16", "bf16", "fp32"],
            "CPUExecutionProvider",
            "CUDA is not used: its memory is full",
        ),
    ],
)
def test_precision_is_the_first_that_says_what_full_precision_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faults, opened, provider: str, reason: str
) -> None:
    write_random_checkpoint(tmp_path / "m")
    gpu = FakeGpu(monkeypatch, **faults)
    package = ModelPackage.load(tmp_path / "m")
    chosen = open_model(package)
    assert (gpu.opened, chosen.provider) == (opened, provider)
    assert chosen.reason.startswith(reason)
    gpu.opened.clear()
    again = open_model(package, Means(known=chosen.proofs))
    assert again.provider == provider
    if provider.startswith("CUDA"):
        # What has failed, and said nothing wrong, may do it the next time.
        assert gpu.opened == (opened if float("inf") in faults.values() else opened[-1:])


def test_cpu_stays_in_full_precision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_random_checkpoint(tmp_path / "m")
    gpu = FakeGpu(monkeypatch)
    chosen = open_model(ModelPackage.load(tmp_path / "m"), Means(available=()))
    assert (chosen.provider, gpu.opened) == ("CPUExecutionProvider", [])
    assert chosen.recognizer._precision == "fp32"


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_half_precision_is_near_full_precision(tmp_path: Path, precision: str) -> None:
    write_random_checkpoint(tmp_path / "m")
    package = ModelPackage.load(tmp_path / "m")
    pixels = self_test.probes(package)
    full = torch_session.open_checkpoint(package).recognise(pixels)
    half = torch_session.open_checkpoint(package, precision=precision).recognise(pixels)
    assert any((a.scores != b.scores).any() for a, b in zip(full, half, strict=True))
    for one, other in zip(half, full, strict=True):
        assert self_test.disagreement(one, other) == ""


def test_gpu_that_fails_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_random_checkpoint(tmp_path / "m")
    package = ModelPackage.load(tmp_path / "m")
    recognizer = torch_session.open_checkpoint(package)
    recognizer._device = "cuda"

    def fail(_pixels: np.ndarray) -> dict[str, np.ndarray]:
        raise RuntimeError(true_errors.TORCH_OOM)

    monkeypatch.setattr(recognizer, "_outputs", fail)
    with pytest.raises(DeviceError, match="its memory is full"):
        recognizer.recognise(self_test.probes(package))
