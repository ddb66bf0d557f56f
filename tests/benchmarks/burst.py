"""Whether a burst of new files is found whole, in a tree of very many folders.

    python tests/benchmarks/burst.py [--files 10000] [--folders 10000] [--patience 120]

The folders are watched by the real follower; then the files are created as fast as one process
can, one in each folder, and once more the same number into new folders. Printed are the time from
the last file to the last row in the library, and the CPU time of it all. Goal: none missed, without
waiting for the rescan that comes every 15 minutes.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.storage import readings
from anitag_desktop.storage.store import Store


def make_folders(root: Path, count: int) -> list[Path]:
    """Make ``count`` folders, a hundred in each of the first level."""
    folders = [root / f"{number // 100:04}" / f"{number:06}" for number in range(count)]
    for folder in folders:
        folder.mkdir(parents=True)
    return folders


def wait_for(store: Store, count: int, patience: float) -> int:
    """Wait until ``count`` files are known; return how many are."""
    give_up = time.monotonic() + patience
    while True:
        with store.library.read() as conn:
            known = readings.count_waiting(conn)
        if known >= count or time.monotonic() > give_up:
            return known
        time.sleep(0.05)


def burst(store: Store, name: str, paths: list[Path], before: int, patience: float) -> int:
    """Create the files, wait, print; return how many were missed."""
    cpu, started = time.process_time(), time.perf_counter()
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(8))
    created = time.perf_counter()
    known = wait_for(store, before + len(paths), patience)
    ended = time.perf_counter()
    missed = before + len(paths) - known
    print(
        f"{name:22} {len(paths)} files in {created - started:.1f} s, all known "
        f"{ended - created:.1f} s later, {time.process_time() - cpu:.1f} s CPU, {missed} missed"
    )
    return missed


def main() -> int:
    """Measure, print, return 1 when a file was missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--folders", type=int, default=10_000)
    parser.add_argument("--patience", type=float, default=120.0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anitag-bench-") as place:
        root = Path(place) / "pictures"
        folders = make_folders(root, args.folders)
        with Store.open(LibraryPaths(Path(place) / "library")) as store:
            missed = measure(store, root, folders, args)
    verdict = "reached" if not missed else "MISSED"
    print(f"{missed} of {2 * args.files} files missed (goal 0): {verdict}")
    return 1 if missed else 0


def measure(store: Store, root: Path, folders: list[Path], args: argparse.Namespace) -> int:
    """Follow the folders through both bursts; return how many files were missed."""
    indexer = Indexer(store)
    indexer.add_folder(root)
    indexer.start_watching()
    try:
        while indexer.folders()[0].last_scan is None:
            time.sleep(0.05)
        old = [folders[n % len(folders)] / f"{n}.png" for n in range(args.files)]
        missed = burst(store, "into watched folders", old, 0, args.patience)
        new = [root / "new" / f"{n % 1000:04}" / f"{n}.png" for n in range(args.files)]
        return missed + burst(store, "into new folders", new, args.files - missed, args.patience)
    finally:
        indexer.stop_watching()


if __name__ == "__main__":
    sys.exit(main())
