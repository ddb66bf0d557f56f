"""What a look at 100,000 files that did not change costs, against only asking the disk.

    python tests/benchmarks/scan.py [--files 100000] [--folders 1000] [--rounds 7]

* bare    os.scandir of every folder and DirEntry.stat of every file, nothing else
* rescan  ``Indexer.scan``: the same, the rows of all files read from library.db, every difference
          found (there is none), what is gone found (nothing is)

Both take turns; the ratio is that of the medians of CPU time, because other programs only make
both wait. Goal: at most 2.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from anitag_desktop.domain.image import ImageFacts
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.storage import files, images
from anitag_desktop.storage.readings import Reading, put_readings
from anitag_desktop.storage.store import Store

GOAL = 2.0


def make_tree(root: Path, count: int, folders: int) -> None:
    """Make ``count`` empty files spread over ``folders`` folders."""
    for number in range(folders):
        folder = root / f"{number % 40:02}" / f"folder-{number:05}"
        folder.mkdir(parents=True)
        for place in range(number, count, folders):
            (folder / f"{place:07}_picture.png").touch()


def bare(folder: str) -> int:
    """Ask the disk for every file, in the shortest way Python has."""
    count = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                count += bare(entry.path)
            else:
                entry.stat(follow_symlinks=False)
                count += 1
    return count


def make_known(store: Store, count: int) -> None:
    """Give every file an image, as after a first run."""
    facts = ImageFacts("0" * 64, "0" * 32, "0" * 64, 0, 1, 1, "png", 0)
    image_id = store.library.write(lambda conn: images.add(conn, facts, 1.0))
    with store.library.read() as conn:
        waiting = files.pending(conn, count)
    readings = [Reading(file.file_id, file.path, image_id, file.stat) for file in waiting]
    store.library.write(lambda conn: put_readings(conn, readings))


def cpu_seconds(work: Callable[[], object]) -> float:
    """Run ``work`` and return the CPU time of all threads that it took."""
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> int:
    """Measure, print, return 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--folders", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anitag-bench-") as place:
        root = Path(place) / "pictures"
        make_tree(root, args.files, args.folders)
        with Store.open(LibraryPaths(Path(place) / "library")) as store:
            ratio = measure(store, root, args)
    verdict = "reached" if ratio <= GOAL else "MISSED"
    print(
        f"rescan of {args.files} unchanged files = {ratio:.2f} x bare (goal {GOAL:.0f}): {verdict}"
    )
    return 0 if ratio <= GOAL else 1


def measure(store: Store, root: Path, args: argparse.Namespace) -> float:
    """Return how many times the CPU time of ``bare`` a rescan takes."""
    indexer = Indexer(store, quiet=0.0)
    indexer.add_folder(root)
    started = time.perf_counter()
    first = indexer.scan()
    print(f"first scan: {time.perf_counter() - started:.2f} s, {first.new} files")
    make_known(store, args.files)
    bares, rescans = [], []
    for _ in range(args.rounds):
        bares.append(cpu_seconds(lambda: bare(str(root))))
        rescans.append(cpu_seconds(lambda: check(indexer, args.files)))
    for name, seconds in (("bare", bares), ("rescan", rescans)):
        print(f"{name:8} {statistics.median(seconds) * 1000:7.0f} ms CPU (median)")
    return statistics.median(rescans) / statistics.median(bares)


def check(indexer: Indexer, count: int) -> None:
    """Rescan, and make sure that it saw everything and found nothing to do."""
    report = indexer.scan()
    if report != type(report)(seen=count):
        raise SystemExit(f"the rescan is wrong: {report}")


if __name__ == "__main__":
    sys.exit(main())
