"""Whether a few files that fell the worker cost the others anything.

    python tests/benchmarks/poison.py [--files 4000] [--seconds 1.0]

A library takes in very many small pictures, once as they are and once with poison among them:
1.95 % that cannot be decoded, and 0.05 % that crash the worker or make it hang (a worker that does
so on magic bytes, as in the tests, with a deadline of ``--seconds``). Goals: the poisoned run has
0.9 of the rate of the clean one; exactly the poison is among the problems; the memory of the
workers is flat: of the last third of the run not over 1.05 of the second.
"""

import argparse
import io
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from anitag_desktop.paths import LibraryPaths, bundled_models
from anitag_desktop.services import reading
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.tagging import TaggingQueue
from anitag_desktop.storage import problems
from anitag_desktop.storage.store import Store
from anitag_desktop.worker.client import WorkerClient, WorkerOptions
from tests.helpers import images, poisoned_child

UNDECODABLE, FELLING = 0.0195, 0.0005
RATE_GOAL, GROWTH_GOAL = 0.9, 1.05
_SAMPLE_SECONDS = 0.5
_MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Run:
    """What a run came to: files a second, the names among the problems, memory in MB by time."""

    rate: float
    problems: set[str]
    memory: list[float]

    @property
    def growth(self) -> float:
        """How the memory of the last third compares with that of the second."""
        third = len(self.memory) // 3
        if not third:
            return 1.0
        middle, last = self.memory[third : 2 * third], self.memory[2 * third :]
        return statistics.median(last) / statistics.median(middle)


def main() -> int:
    """Measure, print, and return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=4000)
    parser.add_argument("--seconds", type=float, default=1.0, help="deadline of each stage")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anitag-bench-") as name:
        root = Path(name)
        _write(root / "clean", args.files)
        poison = _poison(root / "poisoned", _write(root / "poisoned", args.files))
        with _poisoned_workers(args.seconds):
            clean = _run(root / "library clean", root / "clean")
            poisoned = _run(root / "library poisoned", root / "poisoned")
    share = poisoned.rate / clean.rate
    print(f"{args.files} files, {len(poison)} of them poison")
    for kind, run in (("clean", clean), ("poisoned", poisoned)):
        print(
            f"{kind:9} {run.rate:6.1f} files/s, worker memory at most {max(run.memory):.0f} MB, "
            f"in the end {run.growth:.3f} of what it was before"
        )
    print(f"poisoned is {share:.3f} of clean; {len(poisoned.problems)} problems")
    missed = [
        words
        for words, is_missed in (
            (f"{share:.3f} of the clean rate instead of {RATE_GOAL}", share < RATE_GOAL),
            ("other problems than the poison", poisoned.problems != poison),
            ("problems in the clean run", bool(clean.problems)),
            ("memory that grows", max(clean.growth, poisoned.growth) > GROWTH_GOAL),
        )
        if is_missed
    ]
    print(f"poison: {'missed: ' + '; '.join(missed) if missed else 'goals reached'}")
    return 1 if missed else 0


def _write(folder: Path, count: int) -> list[Path]:
    """Write small pictures, of which no two have the same bytes."""
    paths = []
    contents = []
    for seed in range(50):
        target = io.BytesIO()
        images.drawing(seed, 200, 280).save(target, "JPEG", quality=85)
        contents.append(target.getvalue())
    for number in range(count):
        path = folder / f"{number // 1000:03}" / f"{number:06}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = contents[number % len(contents)]
        comment = f"{number:08}".encode()
        path.write_bytes(content[:2] + b"\xff\xfe\0\x0a" + comment + content[2:])
        paths.append(path)
    return paths


def _poison(folder: Path, paths: Sequence[Path]) -> set[str]:
    """Spoil some files, spread evenly; return their names."""
    felling = max(1, round(len(paths) * FELLING))
    spoilt = max(1, round(len(paths) * UNDECODABLE))
    chosen = [paths[len(paths) * k // (felling + spoilt)] for k in range(felling + spoilt)]
    apart = max(1, len(chosen) // felling)
    for number, path in enumerate(chosen):
        turn, is_felling = divmod(number, apart)[0], number % apart == 0
        if is_felling and turn < felling:
            kind = (poisoned_child.CRASH, poisoned_child.HANG)[turn % 2]
            path.write_bytes(kind + f"{number}".encode())
        else:
            content = path.read_bytes()
            path.write_bytes(content[: len(content) * 6 // 10])
    return {path.name for path in chosen}


@contextmanager
def _poisoned_workers(seconds: float) -> Iterator[None]:
    """Have the library start workers that misbehave on magic bytes, in both runs."""
    limits = {"reading": seconds, "decoding": 20.0, "running": 20.0}
    program = "tests.helpers.poisoned_child"
    real = reading.WorkerClient

    def client(
        *args: object, options: WorkerOptions | None = None, **kwargs: object
    ) -> WorkerClient:
        options = replace(options or WorkerOptions(), limits=limits, program=program)
        return real(*args, **kwargs, options=options)

    reading.WorkerClient = client
    try:
        yield
    finally:
        reading.WorkerClient = real


def _run(library: Path, folder: Path) -> Run:
    with Store.open(LibraryPaths(library)) as store, _Memory() as memory:
        indexing = Indexer(store, quiet=0.0)
        tagging = TaggingQueue(store, indexing, Models(store, bundled=bundled_models()))
        indexing.add_folder(folder)
        indexing.scan()
        began = time.perf_counter()
        summary = tagging.run_until_idle()
        taken = time.perf_counter() - began
        tagging.stop()
        with store.library.read() as conn:
            found = {Path(os.fsdecode(row.path)).name for row in problems.every(conn)}
    return Run((summary.images + len(found)) / taken, found, memory.samples)


class _Memory:
    """Samples the memory of all child processes together, in MB."""

    def __init__(self) -> None:
        self.samples: list[float] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> "_Memory":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._done.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._done.wait(_SAMPLE_SECONDS):
            used = 0.0
            for child in psutil.Process().children():
                try:
                    used += child.memory_info().rss / _MEGABYTE
                except psutil.Error:
                    continue
            if used:
                self.samples.append(used)


if __name__ == "__main__":
    sys.exit(main())
