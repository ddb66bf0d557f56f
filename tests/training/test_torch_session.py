"""timm checkpoints where torch is: the scores and vectors of timm's own way to run them."""

import importlib
from pathlib import Path

import numpy as np
import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import SCORE_FLOOR
from anitag_desktop.recognition import self_test, torch_session
from anitag_desktop.recognition.device_failure import DeviceError
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.preprocessing import preprocess
from anitag_desktop.recognition.providers import Means, open_model
from anitag_desktop.recognition.verification import verify
from anitag_desktop.worker.messages import Recognised, VerifyJob
from tests.helpers import images, true_errors
from tests.helpers.checkpoints import TINY, write_checkpoint, write_random_checkpoint
from tests.helpers.look_alikes import square
from tests.helpers.workers import worker

pytest.importorskip("torch")

pytestmark = pytest.mark.training

SWIN = {
    "architecture": "swinv2_tiny_window8_256",
    "model_args": {
        "img_size": 32,
        "embed_dim": 12,
        "depths": [1, 1],
        "num_heads": [2, 2],
        "window_size": 4,
    },
}


@pytest.mark.parametrize("changes", [{}, SWIN], ids=["vit", "swin"])
def test_scores_are_those_of_timm(tmp_path: Path, changes) -> None:
    torch = importlib.import_module("torch")
    model = write_random_checkpoint(tmp_path / "m", **changes)
    package = ModelPackage.load(tmp_path / "m")
    chosen = open_model(package)
    assert [check for check in verify(chosen.recognizer) if not check.ok] == []
    pictures = [images.drawing(n, 90, 60) for n in range(3)]
    arrays = [preprocess(picture, package.manifest.preprocess) for picture in pictures]
    readings = chosen.recognizer.recognise(np.stack(arrays))
    for picture, reading in zip(pictures, readings, strict=True):
        pixels = np.asarray(square(picture, 32), np.float32)[..., ::-1] / 255
        batch = torch.from_numpy(((pixels - 0.5) / 0.5).transpose(2, 0, 1)[None].copy())
        with torch.no_grad():
            wanted = torch.sigmoid(model(batch))[0].numpy()
            vector = model.forward_head(model.forward_features(batch), pre_logits=True)[0].numpy()
        limit = 1e-4 if chosen.provider.startswith("CPU") else 1e-2
        assert np.abs(reading.scores - wanted).max() < limit
        assert float(reading.embedding @ (vector / np.linalg.norm(vector))) > 1 - 1e-3


@pytest.mark.integration
def test_a_checkpoint_in_a_worker_process(tmp_path: Path) -> None:
    """Torch is loaded behind the same limits as everything else that meets pictures."""
    write_random_checkpoint(tmp_path / "m")
    picture = images.drawing(1, 90, 60)
    picture.save(tmp_path / "a.png")
    package = ModelPackage.load(tmp_path / "m")
    [alone] = open_model(package).recognizer.recognise(
        preprocess(picture, package.manifest.preprocess)[None]
    )
    with worker(tmp_path / "thumbnails", [tmp_path / "m"]) as started:
        [answer] = started.recognise([tmp_path / "a.png"])
        [verified] = started.ask(VerifyJob(started.client.new_job_id()))
    assert isinstance(answer, Recognised), answer
    found = dict(answer.models[0].scores)
    assert all(abs(alone.scores[place] - score) < 1e-3 for place, score in found.items())
    assert len(found) == int((alone.scores >= SCORE_FLOOR).sum())
    assert answer.models[0].embedding is not None
    assert [f for f in verified.findings if not f.ok] == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"architecture": "vit_of_nobody"}, 'no architecture "vit_of_nobody"'),
        ({"model_args": {**TINY["model_args"], "depth": 2}}, "blocks.1"),
    ],
)
def test_tensors_have_to_fill_the_architecture(tmp_path: Path, changes, words: str) -> None:
    write_random_checkpoint(tmp_path / "m")
    tensors = write_checkpoint(tmp_path / "n", **changes)
    (tensors / "model.safetensors").write_bytes((tmp_path / "m/model.safetensors").read_bytes())
    with pytest.raises(AnitagError) as caught:
        open_model(ModelPackage.load(tmp_path / "n"))
    assert words in str(caught.value)


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
        assert gpu.opened == [opened[-1]]


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
