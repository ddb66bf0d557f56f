"""Choosing what a model runs on: the fastest provider that proves itself, else the CPU.

A provider is believed only after it has run: it is compared with the CPU on the same noise, and
taken if it says the same and is not slower.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.recognizer import Reading, Recognizer
from anitag_desktop.recognition.session import CPU, OnnxRecognizer, open_on

if TYPE_CHECKING:
    from anitag_desktop.recognition.recognizer import Floats

ACCELERATORS = (
    "CUDAExecutionProvider",
    "MIGraphXExecutionProvider",
    "ROCMExecutionProvider",
    "DmlExecutionProvider",
)
"""Tried in this order where installed. CoreML is many times slower with these networks, and
OpenVINO in half precision gave nonsense, so neither is chosen by itself."""

TOLERANCE = 0.01
"""By how much a score may differ from the CPU's."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A loaded model, the provider that really ran, and why it is not a faster one."""

    recognizer: Recognizer
    provider: str
    reason: str


def open_model(package: ModelPackage, available: Sequence[str] | None = None) -> Chosen:
    """Load a package on the best provider that works, and run it once.

    ``available`` are the providers to consider, the installed ones by default.

    Raises:
        AnitagError: ``model_refused`` or ``model_failed``: it does not work on the CPU either.
    """
    if package.manifest.backend == "torch":
        return _open_checkpoint(package)
    reason = ""
    for name in _candidates(package, available):
        try:
            return Chosen(_proven(package, name), name, "")
        except AnitagError as error:
            reason = f"{short(name)} is not used: {error.params.get('reason', error)}"
    recognizer = open_on(package, [CPU])
    recognizer.recognise(noise(package, 1))
    return Chosen(recognizer, recognizer.provider, reason)


def _open_checkpoint(package: ModelPackage) -> Chosen:
    """Load a checkpoint: on a GPU in half or in full precision if it says the same as the CPU."""
    from anitag_desktop.recognition.torch_session import CPU, CUDA, has_cuda, open_checkpoint

    reference = open_checkpoint(package)
    pixels = noise(package, 1)
    wanted = reference.recognise(pixels)[0]
    reason = ""
    for half in (True, False) if has_cuda() else ():
        try:
            recognizer = open_checkpoint(package, "cuda", half=half)
            _compare(package, recognizer.recognise(pixels)[0], wanted)
            return Chosen(recognizer, CUDA, "")
        except AnitagError as error:
            reason = f"{short(CUDA)} is not used: {error.params.get('reason', error)}"
    return Chosen(reference, CPU, reason)


def short(provider: str) -> str:
    """Return a provider's name as people say it: ``CPU``, ``CUDA``."""
    return provider.removesuffix("ExecutionProvider")


def noise(package: ModelPackage, count: int) -> "Floats":
    """Return a batch of ``count`` times the same random picture in the model's layout."""
    import numpy as np
    from PIL import Image

    from anitag_desktop.recognition.preprocessing import preprocess

    width, height = package.manifest.input.size
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    one = preprocess(Image.fromarray(pixels), package.manifest.preprocess)
    return np.repeat(one[None], count, axis=0)


def _candidates(package: ModelPackage, available: Sequence[str] | None) -> list[str]:
    if available is None:
        import onnxruntime

        available = onnxruntime.get_available_providers()
    denied = package.manifest.denied_providers
    return [name for name in ACCELERATORS if name in available and name not in denied]


def _proven(package: ModelPackage, name: str) -> OnnxRecognizer:
    recognizer = open_on(package, [name, CPU])
    if recognizer.provider != name:
        raise _rejection(package, "it is installed and does not start on this machine")
    reference = open_on(package, [CPU])
    pixels = noise(package, 1)
    _compare(package, recognizer.recognise(pixels)[0], reference.recognise(pixels)[0])
    ours, cpu = _seconds(recognizer, pixels), _seconds(reference, pixels)
    if ours > cpu:
        raise _rejection(package, f"it takes {ours:.3f} s a picture and the CPU {cpu:.3f} s")
    return recognizer


def _compare(package: ModelPackage, ours: Reading, cpu: Reading) -> None:
    difference = _difference(ours, cpu)
    if not difference <= TOLERANCE:
        raise _rejection(package, f"its scores differ from the CPU's by {difference:.3f}")


def _difference(one: Reading, other: Reading) -> float:
    pairs = ((one.scores, other.scores), (one.embedding, other.embedding))
    gaps = [float(abs(a - b).max()) for a, b in pairs if a is not None and b is not None]
    return max(gaps, default=float("inf"))


def _seconds(recognizer: OnnxRecognizer, pixels: "Floats") -> float:
    """Return the shortest of three runs, the first of which has warmed everything up."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        recognizer.recognise(pixels)
        times.append(time.perf_counter() - start)
    return min(times)


def _rejection(package: ModelPackage, reason: str) -> AnitagError:
    return AnitagError("model_failed", model=package.key.model_id, reason=reason)
