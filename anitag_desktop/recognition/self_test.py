"""The self-test of an accelerator: does it say what the CPU says, and is it faster?

Made pictures go through the model's own preprocessing, then through both. A score may differ by
``SCORE_TOLERANCE``: thresholds are given in hundredths, and float32 on CUDA, with TF32 as is its
default, differs by about 0.001. Vectors and raw boxes may differ by ``VECTOR_TOLERANCE`` of their
length: half precision, with which some providers count by themselves, differs by about 0.001.
"""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.recognition.detection import Box
from anitag_desktop.recognition.device_failure import MEMORY, DeviceError
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.recognizer import Reading, Recognizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from anitag_desktop.recognition.recognizer import Floats

    Pixels = NDArray[np.uint8]

SCORE_TOLERANCE = 0.01
VECTOR_TOLERANCE = 0.02
BOX_TOLERANCE = 0.03
"""Of sides, as a fraction of the picture's, and of scores."""

BOX_FLOOR = 0.4
"""Boxes less sure than this may come and go."""

_RUNS = 3
_BATCH = 4
"""So many pictures at once show how fast it is; of a small memory, fewer."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What the CPU says of the probes (a reading each), and how long one picture takes it.

    ``seconds`` are those of one picture while all cores work.
    """

    readings: tuple[Reading, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """The largest difference, the speed in times the CPU's, and what is wrong, if anything."""

    gap: float
    speed: float
    reason: str


def refer(cpu: Recognizer, pixels: "Floats", cores: int) -> Reference:
    """Ask the CPU; it runs one picture at a time on each of its ``cores``."""
    readings = [cpu.recognise(one[None])[0] for one in pixels]
    return Reference(tuple(readings), _seconds(cpu, pixels[:1]) / cores)


def compare(ours: Recognizer, pixels: "Floats", reference: Reference) -> Outcome:
    """Ask an accelerator, several at once, as it will be asked, and compare.

    Raises:
        DeviceError: it cannot do it.
    """
    readings, size = _ask(ours, pixels)
    pairs = list(zip(readings, reference.readings, strict=True))
    gap = max(difference(one, cpu) for one, cpu in pairs)
    wrong = [words for one, cpu in pairs if (words := disagreement(one, cpu))]
    if wrong:
        return Outcome(gap, 0.0, wrong[0])
    seconds = _seconds(ours, pixels[:1].repeat(size, axis=0)) / size
    return Outcome(gap, reference.seconds / seconds, _slowness(seconds, reference.seconds))


def _ask(ours: Recognizer, pixels: "Floats") -> tuple[list[Reading], int]:
    """Return the readings, and how many pictures at once the device has memory for."""
    size = _BATCH
    while (readings := _attempt(ours, pixels, size)) is None:
        size //= 2
    return readings, size


def _attempt(ours: Recognizer, pixels: "Floats", size: int) -> list[Reading] | None:
    """Return the readings, None if the device's memory is too small for ``size`` at once."""
    starts = range(0, len(pixels), size)
    try:
        return [one for start in starts for one in ours.recognise(pixels[start : start + size])]
    except DeviceError as error:
        if error.diagnosis.kind != MEMORY or size == 1:
            raise
        return None


def probes(package: ModelPackage) -> "Floats":
    """Return three made pictures in the model's layout: noise, a slope of colours, and stripes."""
    import numpy as np

    width, height = package.manifest.input.size
    made = (_slope(width, height), _stripes(width, height))
    return np.stack([noise(package), *(_prepared(package, one) for one in made)])


def noise(package: ModelPackage) -> "Floats":
    """Return a random picture, always the same, in the model's layout."""
    return _prepared(package, _noise(*package.manifest.input.size))


def _prepared(package: ModelPackage, picture: "Pixels") -> "Floats":
    from PIL import Image

    from anitag_desktop.recognition.preprocessing import preprocess

    return preprocess(Image.fromarray(picture), package.manifest.preprocess)


def difference(one: Reading, other: Reading) -> float:
    """Return by how much two readings' scores (or, without any, vectors) differ at most."""
    pairs = ((one.scores, other.scores), (one.embedding, other.embedding))
    gaps = [float(abs(a - b).max()) for a, b in pairs if a is not None and b is not None]
    return gaps[0] if gaps else 0.0


def disagreement(ours: Reading, cpu: Reading) -> str:
    """Return in words in what a reading differs from the CPU's by too much; empty if in nothing."""
    if ours.scores is not None and cpu.scores is not None:
        gap = float(abs(ours.scores - cpu.scores).max())
        if not gap <= SCORE_TOLERANCE:
            return f"its scores differ from the CPU's by {gap:.3f}"
    if ours.embedding is not None and cpu.embedding is not None:
        share = _relative(ours.embedding, cpu.embedding)
        if not share <= VECTOR_TOLERANCE:
            return f"its vectors differ from the CPU's by {100 * share:.1f} %"
    if not _same_boxes(ours, cpu):
        return "it finds other boxes than the CPU"
    return ""


def _relative(ours: "Floats", cpu: "Floats") -> float:
    import numpy as np

    length = float(np.linalg.norm(cpu))
    return float(np.linalg.norm(ours - cpu)) / length if length else float(np.abs(ours).max())


def _same_boxes(ours: Reading, cpu: Reading) -> bool:
    """Tell whether each sure box of either has its like among all boxes of the other."""
    if ours.boxes is None or cpu.boxes is None:
        return ours.boxes is cpu.boxes
    pairs = ((ours.boxes, cpu.boxes), (cpu.boxes, ours.boxes))
    return all(
        any(_is_like(box, other) for other in others)
        for boxes, others in pairs
        for box in boxes
        if box.score >= BOX_FLOOR
    )


def _is_like(one: Box, other: Box) -> bool:
    sides = (one.left, one.top, one.right, one.bottom)
    others = (other.left, other.top, other.right, other.bottom)
    is_near = all(abs(a - b) <= BOX_TOLERANCE for a, b in zip(sides, others, strict=True))
    return is_near and one.label == other.label and abs(one.score - other.score) <= BOX_TOLERANCE


def _seconds(recognizer: Recognizer, pixels: "Floats") -> float:
    """Return the shortest of some runs; all that there was to warm up has been."""
    times = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        recognizer.recognise(pixels)
        times.append(time.perf_counter() - start)
    return min(times)


def _slowness(seconds: float, cpu: float) -> str:
    if seconds <= cpu:
        return ""
    return f"it takes {seconds:.3f} s a picture and the CPU, on all its cores, {cpu:.3f} s"


def _noise(width: int, height: int) -> "Pixels":
    import numpy as np

    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def _slope(width: int, height: int) -> "Pixels":
    import numpy as np

    across = np.linspace(0, 255, width)[None, :].repeat(height, axis=0)
    down = np.linspace(255, 0, height)[:, None].repeat(width, axis=1)
    return np.stack([across, down, (across + down) / 2], axis=2).astype(np.uint8)


def _stripes(width: int, height: int) -> "Pixels":
    import numpy as np

    y, x = np.mgrid[0:height, 0:width]
    planes = [(x // 8 + y // 16) % 2, (x // 16) % 2, (y // 4) % 2]
    return (np.stack(planes, axis=2) * 200 + 28).astype(np.uint8)
