"""Search speed on a library of many pictures with about 30 tags each, against the issue's goals.

``make bench NAME=search`` builds 100,000 pictures; a million take some minutes and 4 GB:
``python -m tests.benchmarks.search --pictures 1000000``. With ``--keep FOLDER`` the library is
built there once and used again as long as it is what would be built. ``search_library`` says what
is in it.

Each kind of query is asked through the service as the window calls it: the first page of 200 of 40
different queries, each for the first time; the next page; exact counts of 40 others. ``--bare``
asks plain SQL the same, for the ratio. Printed are p50 and p95 of wall time and of the processor
time of the asking thread, the goal, and whether it is met; the last line is the verdict.
"""

import argparse
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2]))
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.searching import Searcher
from anitag_desktop.storage.bitmap_search_index import BitmapSearchIndex
from anitag_desktop.storage.connections import connect_reading
from anitag_desktop.storage.store import Store
from tests.benchmarks.search_kept import kept_library
from tests.benchmarks.search_kinds import KINDS, PAGE, PLACED, RANGED, Query
from tests.benchmarks.search_library import tag_name
from tests.benchmarks.search_table import Table, Took, once
from tests.benchmarks.search_typing import measure_completion, measure_counting
from tests.benchmarks.search_writes import measure_writes

PAGE_GOAL, COUNT_GOAL, RANGE_GOAL, PLACE_GOAL = 10.0, 2.0, 25.0, 100.0
LOAD_GOAL = 500.0
REPEATS = 40


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="build the library here, or use it again")
    parser.add_argument("--bare", action="store_true", help="ask plain SQL the same, for the ratio")
    parser.add_argument("--clock", action="store_true", help="hold the goals against the clock")
    parser.add_argument("--likeness", action="store_true", help="measure likeness of as many, too")
    parser.add_argument("--only", help="measure only the kinds with this in their names")
    args = parser.parse_args()
    with TemporaryDirectory() as folder:
        paths = kept_library(args.keep or Path(folder), args.pictures)
        table = Table(args.clock)
        kinds = {name: kind for name, kind in KINDS.items() if (args.only or "") in name}
        if not args.only:
            measure_load(paths, table)
        measure_searches(paths, table, kinds, args.bare)
        if not args.only:
            measure_writes(paths, table)
    if args.likeness:
        measure_likeness(args.pictures, table)
    return table.end()


def measure_likeness(pictures: int, table: Table) -> None:
    """Run the benchmark of likeness, which has a library of its own; it prints its own rows."""
    run = [sys.executable, str(Path(__file__).with_name("likeness.py")), "--pictures"]
    if subprocess.run([*run, str(pictures)], check=False).returncode:
        table.missed.append("likeness")


def measure_load(paths: LibraryPaths, table: Table) -> None:
    size = sum(file.stat().st_size for file in paths.root.glob("*.db")) / 2**20
    table.fact("both databases", size, "MB")
    with Store.open(paths) as store:
        before = memory()
        import anitag_desktop.storage.bitmap_engine  # noqa: F401 - the window imports it before

        index = BitmapSearchIndex(store)
        loads = [once(index.load)]
        table.fact("memory of the index", memory() - before, "MB")
        loads += [once(BitmapSearchIndex(store).load) for _ in range(4)]
        table.times("index load", loads, LOAD_GOAL)
        index = BitmapSearchIndex(store)
        index.load()
        before = memory()
        table.once("prepared in the background", once(index.prepare))
        table.fact("memory of what is prepared", memory() - before, "MB")
        table.fact("memory of the process", memory(), "MB")


def memory() -> float:
    """Return the megabytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def measure_searches(
    paths: LibraryPaths,
    table: Table,
    kinds: dict[str, Callable[[random.Random], Query]],
    has_bare: bool,
) -> None:
    with Store.open(paths) as store:
        index = BitmapSearchIndex(store)
        index.load()
        index.prepare()
        searcher = Searcher(store, index)
        for kind, make in kinds.items():
            measure_kind(searcher, table, kind, make)
            if has_bare:
                compare_with_bare(searcher, paths, table, kind, make)
        if kinds.keys() == KINDS.keys():
            measure_pages(searcher, table)
            measure_counting(store, searcher, table)
            measure_completion(searcher, table)


def measure_kind(
    searcher: Searcher, table: Table, kind: str, make: Callable[[random.Random], Query]
) -> None:
    draw = random.Random(kind)
    texts = [make(draw)[0] for _ in range(REPEATS)]
    pages = [asked(searcher, lambda t=t: searcher.search(t).ids[:PAGE]) for t in texts]
    results = [searcher.search(text).ids for text in texts[:10]]
    following = [once(lambda ids=ids: ids[PAGE : 2 * PAGE]) for ids in results]
    others = [make(draw)[0] for _ in range(REPEATS)]
    counts = [asked(searcher, lambda t=t: searcher.count(t)) for t in others]
    own = PLACE_GOAL if kind in PLACED else RANGE_GOAL if kind in RANGED else None
    table.times(f"{kind}: first page", pages, own or PAGE_GOAL)
    table.times(f"{kind}: next page", following, own or PAGE_GOAL)
    table.times(f"{kind}: count", counts, own or COUNT_GOAL)


def compare_with_bare(
    searcher: Searcher,
    paths: LibraryPaths,
    table: Table,
    kind: str,
    make: Callable[[random.Random], Query],
) -> None:
    """Print how much of the time of a bare statement for the same the first page takes."""
    draw = random.Random(kind)
    queries = [make(draw) for _ in range(5)]
    with closing(connect_reading(paths.library_db, paths.index_db)) as plain:
        hand = [once(lambda q=q: run_bare(plain, q)).cpu for q in queries]
    ours = [asked(searcher, lambda q=q: searcher.search(q[0]).ids[:PAGE]).cpu for q in queries]
    table.fact(f"{kind}: of bare SQL", statistics.median(ours) / statistics.median(hand), "times")


def run_bare(plain: sqlite3.Connection, query: Query) -> list[object]:
    _, sql, parameters = query
    return plain.execute(sql, parameters).fetchall()


def measure_pages(searcher: Searcher, table: Table) -> None:
    """Print what pages deep in a result cost, which is kept in order once it is."""
    for text in ("", "order:filesize", "order:random:5", tag_name(2)):
        ids = searcher.search(text).ids
        pages = (1, 2, 10, 100, len(ids) // PAGE)
        starts = [(page - 1) * PAGE for page in pages]
        times = [once(partial(ids.__getitem__, slice(at, at + PAGE))) for at in starts]
        table.times(f"pages 1 to the last of {text or 'everything'!r}", times)


def asked(searcher: Searcher, run: Callable[[], object]) -> Took:
    """Measure a question that was not asked before."""
    searcher._index._found.clear()
    return once(run)


if __name__ == "__main__":
    sys.exit(main())
