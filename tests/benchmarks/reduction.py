"""What reduced decoding changes of what a model sees, and what it saves, for each format.

    python tests/benchmarks/reduction.py [FOLDER OF PICTURES] [--sheets 4] [--input 448]

Each picture is written in each format, decoded as the worker does it and prepared for a model of
the WD family (white, square, bicubic); the reference is the whole picture, decoded by plain Pillow.
Pictures of the folder that are too small to be reduced are laid side by side to sheets that are
not: that is sharper than large pictures are, so the error is rather overstated. Without a folder
the sheets are drawn. Printed are the mean and the largest difference of 255, and the CPU time of
decoding and preparing against that of the whole path. Goal: under 0.2 on the mean for each format.
Most depends on how many pixels are left for each one of the input: the sheets have 3.3 (one of them
a square, which has no padding to share the error with: it is the worst) to 4.7.
"""

import argparse
import io
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from anitag_desktop.recognition import decoding
from anitag_desktop.recognition.fields import Fields
from anitag_desktop.recognition.formats import sniff
from anitag_desktop.recognition.geometry import limit_for, reducible
from anitag_desktop.recognition.operations import Operation, output_size, parse_operations
from anitag_desktop.recognition.preprocessing import model_input
from tests.helpers import images

GOAL = 0.2
WRITTEN: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 90},
    "PNG": {"compress_level": 1},
    "WEBP": {"quality": 90, "method": 1},
    "AVIF": {"quality": 80, "speed": 9},
    "GIF": {},
    "BMP": {},
    "TIFF": {},
}
SHEETS = ((2000, 3000), (3600, 2400), (3000, 3000), (2400, 4200))


@dataclass(frozen=True)
class Difference:
    """Of one picture in one format: differences of 255, and the share of the CPU time."""

    mean: float
    largest: float
    time: float


def main() -> int:
    """Measure, print, and return 1 when a format misses the goal."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pictures", nargs="?", type=Path, help="a folder of real pictures")
    parser.add_argument("--sheets", type=int, default=len(SHEETS))
    parser.add_argument("--input", type=int, default=448, help="side of the model's input")
    args = parser.parse_args()
    decoding.harden()
    steps = wd(args.input)
    sheets = list(_sheets(args.pictures, args.sheets))
    missed = []
    for form, options in WRITTEN.items():
        found = [compare(_written(sheet, form, options), steps) for sheet in sheets]
        mean = statistics.mean(one.mean for one in found)
        worst = max(one.mean for one in found)
        largest = max(one.largest for one in found)
        share = statistics.median(one.time for one in found)
        print(
            f"{form:5} mean {mean:.3f} (worst sheet {worst:.3f})  largest {largest:3.0f}  "
            f"{share:.2f} of the CPU time"
        )
        missed += [form] if mean >= GOAL else []
    print(f"reduction: {'missed: ' + ', '.join(missed) if missed else 'goals reached'}")
    return 1 if missed else 0


def wd(side: int) -> tuple[Operation, ...]:
    """Return the steps of the WD family."""
    white = [255, 255, 255]
    steps = [
        {"op": "flatten", "color": white},
        {"op": "pad_square", "color": white},
        {"op": "resize", "mode": "stretch", "size": [side, side], "kernel": "bicubic"},
        {"op": "float", "scale": 1.0},
    ]
    return parse_operations([Fields(step, "a step") for step in steps])


def compare(content: bytes, steps: tuple[Operation, ...]) -> Difference:
    """Return how what the worker prepares differs from what the whole picture gives."""

    def reduced() -> np.ndarray:
        picture = decoding.decode(content, limit=limit_for(steps), is_hashed=False)
        if picture.extent.factor == reducible(picture.image.size, steps) == 1:
            raise ValueError("a sheet is too small to be reduced")
        return model_input(picture, steps)

    def whole() -> np.ndarray:
        with Image.open(io.BytesIO(content)) as opened:
            image = opened.convert("RGB")
        side = max(image.size)
        square = Image.new("RGB", (side, side), (255, 255, 255))
        square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
        seen = square.resize(output_size(steps), Image.Resampling.BICUBIC)
        return np.asarray(seen, np.float32)

    (ours, quick), (theirs, slow) = _timed(reduced), _timed(whole)
    difference = np.abs(ours - theirs)
    return Difference(float(difference.mean()), float(difference.max()), quick / slow)


def _timed(work: Callable[[], np.ndarray]) -> tuple[np.ndarray, float]:
    started = time.process_time()
    return work(), time.process_time() - started


def _written(image: Image.Image, form: str, options: dict[str, object]) -> bytes:
    target = io.BytesIO()
    (image.quantize(256) if form == "GIF" else image).save(target, form, **options)
    return target.getvalue()


def _sheets(folder: Path | None, count: int) -> Iterator[Image.Image]:
    sizes = [SHEETS[number % len(SHEETS)] for number in range(count)]
    if folder is None:
        yield from (images.artwork(number, *size) for number, size in enumerate(sizes))
        return
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    files = [path for path in files if sniff(path.read_bytes()[:64])]
    rng = random.Random(0)
    for size in sizes:
        yield sheet(size, files, rng)


def sheet(size: tuple[int, int], files: list[Path], rng: random.Random) -> Image.Image:
    """Return real pictures side by side, in rows."""
    sheet = Image.new("RGB", size)
    top = 0
    while top < size[1]:
        left = 0
        height = size[1]
        while left < size[0]:
            with Image.open(rng.choice(files)) as opened:
                picture = opened.convert("RGB")
            if min(picture.size) >= 200:
                sheet.paste(picture, (left, top))
                left += picture.width
                height = min(height, picture.height)
        top += height
    return sheet


if __name__ == "__main__":
    sys.exit(main())
