"""How much of what is possible the recognition pipeline reaches, with a light and a heavy model.

    python tests/benchmarks/pipeline.py [--rounds 5] [--light 40] [--heavy 4] [--threads N]

Rates are pictures per second, medians of rounds that take turns; in brackets the milliseconds of
CPU time for each picture, which say more on a busy machine:

* raw       the model alone: preloaded tensors, the worker's own session settings and threads
* prepare   all but the model: read, hash, decode, facts, thumbnail, the model's pixels
* decode    plain Pillow: open and load, nothing else
* pipeline  the whole worker on real files: own process, messages, written thumbnails

The bound is what raw and prepare allow when they share the cores: 1 / (1/raw + 1/prepare). Goals:
the pipeline reaches 0.95 of the bound with either model, and 0.92 of raw with the heavy one.
"""

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from anitag_desktop.recognition import decoding, facts, geometry, preprocessing, reading
from anitag_desktop.recognition.giving_back import keep_memory
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.providers import noise
from anitag_desktop.recognition.session import CPU, open_on
from anitag_desktop.worker.client import RECOGNISER, WorkerClient
from anitag_desktop.worker.looking import to_scores
from anitag_desktop.worker.messages import Failed, RecogniseJob
from tests.benchmarks.networks import WRITERS
from tests.helpers import images

BOUND_GOAL = 0.95
RAW_GOAL = 0.92
KINDS = (
    ("jpg", 2000, 3000, {"quality": 90}),
    ("png", 1200, 1700, {}),
    ("webp", 1200, 1700, {"quality": 90}),
    ("jpg", 800, 1133, {"quality": 90}),
)

Work = Callable[[int], None]


@dataclass(frozen=True)
class Cost:
    """Seconds for one picture: of the clock with all threads at work, and of the CPUs."""

    clock: float
    cpu: float

    def __add__(self, other: "Cost") -> "Cost":
        """Return what both cost one after the other."""
        return Cost(self.clock + other.clock, self.cpu + other.cpu)

    def __str__(self) -> str:
        return f"{1 / self.clock:.2f}/s ({1000 * self.cpu:.1f} ms)"


@dataclass(frozen=True)
class Round:
    """What each part cost when its turn came."""

    raw: Cost
    prepare: Cost
    decode: Cost
    pipeline: Cost

    @property
    def bound(self) -> Cost:
        """What raw and prepare allow together."""
        return self.raw + self.prepare


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and return 1 when a goal is missed."""
    args = _arguments(argv)
    decoding.harden()
    keep_memory()
    with tempfile.TemporaryDirectory(prefix="anitag-bench-") as name:
        folder = Path(name)
        files = write_files(folder / "pictures", args.files)
        print(f"{len(files)} files, {args.threads} threads, {args.rounds} rounds")
        missed = []
        for kind, count in (("light", args.light), ("heavy", args.heavy)):
            if count:
                package = ModelPackage.load(WRITERS[kind](folder / kind))
                rounds = _measure(package, files, count, args)
                missed += _print(kind, rounds)
    verdict = f"missed: {'; '.join(missed)}" if missed else "goals reached"
    print(f"pipeline: {verdict}")
    return 1 if missed else 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="benchmark of the recognition pipeline")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--light", type=int, default=40, help="pictures a round, light model")
    parser.add_argument("--heavy", type=int, default=4, help="pictures a round, heavy model")
    parser.add_argument("--files", type=int, default=8, help="different picture files")
    parser.add_argument("--threads", type=int, default=cores)
    return parser.parse_args(argv)


def write_files(folder: Path, count: int) -> list[Path]:
    """Write drawn pictures of each kind in turn; return their paths."""
    folder.mkdir()
    paths = []
    for number in range(count):
        suffix, width, height, options = KINDS[number % len(KINDS)]
        paths.append(folder / f"{number}.{suffix}")
        images.illustration(number, width, height).save(paths[-1], **options)
    return paths


def works(package: ModelPackage, files: Sequence[Path]) -> dict[str, Work]:
    """Return what is done for a picture in each part but the pipeline."""
    recognizer = open_on(package, [CPU])
    pixels = noise(package, 1)
    operations = package.manifest.preprocess

    def raw(number: int) -> None:
        to_scores(package.key, recognizer.recognise(pixels)[0])

    def prepare(number: int) -> None:
        file = reading.read_file(bytes(files[number % len(files)]))
        picture = decoding.decode(file.content, limit=geometry.limit_for(operations))
        thumbnail = facts.thumbnail_of(picture)
        facts.facts_of(file, picture, thumbnail)
        facts.as_jpeg(thumbnail)
        preprocessing.model_input(picture, operations)

    def least(number: int) -> None:
        content = files[number % len(files)].read_bytes()
        limit = geometry.limit_for(operations)
        picture = decoding.decode(content, limit=limit, is_hashed=False)
        seen = preprocessing.model_input(picture, operations)
        recognizer.recognise(seen[None])

    def decode(number: int) -> None:
        from PIL import Image

        with Image.open(files[number % len(files)]) as image:
            image.load()

    raw(0)
    return {"raw": raw, "prepare": prepare, "decode": decode, "least": least}


def _measure(
    package: ModelPackage, files: Sequence[Path], count: int, args: argparse.Namespace
) -> list[Round]:
    rounds = []
    work = works(package, files)
    more = max(count, 2 * len(files))
    with Pipeline(package.folder, files, args.threads) as pipeline:
        parts = {
            "raw": lambda: measured(work["raw"], count, args.threads),
            "prepare": lambda: measured(work["prepare"], more, args.threads),
            "decode": lambda: measured(work["decode"], more, args.threads),
            "pipeline": lambda: pipeline.cost(count),
        }
        for number in range(args.rounds):
            order = list(parts) if number % 2 == 0 else list(reversed(parts))
            rounds.append(Round(**{name: parts[name]() for name in order}))
    return rounds


def measured(work: Work, count: int, threads: int) -> Cost:
    """Do so many pictures' work in threads; return what one cost."""
    with ThreadPoolExecutor(threads) as pool:
        clock, cpu = time.perf_counter(), cpu_seconds()
        list(pool.map(work, range(count)))
        return Cost((time.perf_counter() - clock) / count, (cpu_seconds() - cpu) / count)


def cpu_seconds() -> float:
    """Return the CPU time of this process and of its children that run."""
    ours = psutil.Process()
    return sum(sum(p.cpu_times()[:2]) for p in (ours, *ours.children()))


class Pipeline:
    """A recogniser that is warm."""

    def __init__(self, model: Path, files: Sequence[Path], threads: int) -> None:
        self._files = files
        self._left = 0
        self._done = threading.Event()
        self._client = WorkerClient(
            RECOGNISER, [model], model / "thumbnails", self._count, threads=threads
        )

    def __enter__(self) -> "Pipeline":
        self._client.start()
        self.cost(2)
        return self

    def __exit__(self, *exception: object) -> None:
        self._client.close(timeout=0)

    def cost(self, count: int) -> Cost:
        """Have so many pictures recognised; return what one cost."""
        self._left = count
        self._done.clear()
        clock, cpu = time.perf_counter(), cpu_seconds()
        for number in range(count):
            path = bytes(self._files[number % len(self._files)])
            self._client.submit(RecogniseJob(self._client.new_job_id(), path))
        self._done.wait()
        return Cost((time.perf_counter() - clock) / count, (cpu_seconds() - cpu) / count)

    def _count(self, answer: object) -> None:
        if isinstance(answer, Failed):
            print(f"a picture failed: {answer}", file=sys.stderr)
            os._exit(2)
        self._left -= 1
        if self._left == 0:
            self._done.set()


def _print(kind: str, rounds: Sequence[Round]) -> list[str]:
    """Print one model's rates and ratios; return the goals that were missed."""
    for name in ("raw", "prepare", "decode", "bound", "pipeline"):
        costs: list[Cost] = [getattr(r, name) for r in rounds]
        middle = Cost(_median(c.clock for c in costs), _median(c.cpu for c in costs))
        print(f"{kind}: {name:8} {middle}")
    of_bound = _median(r.bound.clock / r.pipeline.clock for r in rounds)
    of_raw = _median(r.raw.clock / r.pipeline.clock for r in rounds)
    of_decode = _median(r.decode.clock / r.pipeline.clock for r in rounds)
    of_cpu = _median(r.bound.cpu / r.pipeline.cpu for r in rounds)
    print(f"{kind}: pipeline is {of_bound:.3f} of the bound (by CPU time {of_cpu:.3f}), ", end="")
    print(f"{of_raw:.3f} of raw, {of_decode:.3f} of decode")
    missed = []
    if of_bound < BOUND_GOAL:
        missed.append(f"{kind} {of_bound:.3f} of the bound instead of {BOUND_GOAL}")
    if kind == "heavy" and of_raw < RAW_GOAL:
        missed.append(f"{kind} {of_raw:.3f} of raw instead of {RAW_GOAL}")
    return missed


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)


if __name__ == "__main__":
    sys.exit(main())
