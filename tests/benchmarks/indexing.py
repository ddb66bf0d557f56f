"""How fast a folder is taken into a library, against decoding its pictures and nothing else.

    python tests/benchmarks/indexing.py [--pictures 80] [--rounds 3]

Each round takes a fresh library: the folder is scanned, every file is read, hashed, decoded once
for facts and thumbnail, and stored; without a model, then with the bundled one. ``decode`` is plain
Pillow in as many threads as there are cores: open, load, nothing else. Medians of rounds that take
turns. Beside the decode, indexing pays for the hashes of bytes and pixels, the thumbnail, two
databases that survive a power cut, and the start of the child. Goals: a third of decode alone,
and a quarter with the bundled model; less means that a step is done twice.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from anitag_desktop.paths import LibraryPaths, bundled_models
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.tagging import TaggingQueue
from anitag_desktop.storage.store import Store
from tests.helpers import images

GOALS = {"no model": 0.33, "bundled model": 0.25}
KINDS = (("jpg", 2000, 3000), ("png", 1200, 1700), ("webp", 1200, 1700), ("jpg", 800, 1133))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description="benchmark of indexing")
    parser.add_argument("--pictures", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="anitag-bench-") as name:
        folder = Path(name)
        files = _write_files(folder / "pictures", args.pictures)
        empty = folder / "no models"
        empty.mkdir()
        parts: dict[str, Callable[[int], None]] = {
            "decode": lambda _: _decode(files),
            "no model": lambda n: _index(folder / f"plain {n}", folder / "pictures", empty),
            "bundled model": lambda n: _index(
                folder / f"tagged {n}", folder / "pictures", bundled_models()
            ),
        }
        seconds = _measure(parts, args.rounds)
    rates = {part: args.pictures / taken for part, taken in seconds.items()}
    for part, rate in rates.items():
        print(f"{part:<14}{rate:7.1f} pictures/s   {rate / rates['decode']:.2f} of decode alone")
    missed = [part for part, goal in GOALS.items() if rates[part] < goal * rates["decode"]]
    print(f"indexing: {'missed: ' + ', '.join(missed) if missed else 'goals reached'}")
    return 1 if missed else 0


def _write_files(folder: Path, count: int) -> list[Path]:
    folder.mkdir()
    paths = []
    for number in range(count):
        suffix, width, height = KINDS[number % len(KINDS)]
        paths.append(folder / f"{number}.{suffix}")
        images.illustration(number, width, height).save(paths[-1])
    return paths


def _measure(parts: dict[str, Callable[[int], None]], rounds: int) -> dict[str, float]:
    taken: dict[str, list[float]] = {part: [] for part in parts}
    for number in range(rounds):
        order = list(parts) if number % 2 == 0 else list(reversed(parts))
        for part in order:
            began = time.perf_counter()
            parts[part](number)
            taken[part].append(time.perf_counter() - began)
    return {part: statistics.median(times) for part, times in taken.items()}


def _decode(files: Sequence[Path]) -> None:
    from PIL import Image

    def load(path: Path) -> None:
        with Image.open(path) as image:
            image.load()

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(load, files))


def _index(library: Path, folder: Path, models: Path) -> None:
    with Store.open(LibraryPaths(library)) as store:
        indexing = Indexer(store)
        tagging = TaggingQueue(store, indexing, Models(store, bundled=models))
        indexing.add_folder(folder)
        indexing.scan()
        summary = tagging.run_until_idle()
        tagging.stop()
    if summary.problems:
        raise RuntimeError(f"{summary.problems} pictures could not be indexed")


if __name__ == "__main__":
    sys.exit(main())
