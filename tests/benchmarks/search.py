"""Search speed on a library of many pictures with about 30 tags each.

``make bench NAME=search`` builds 100,000 pictures; a million take some minutes and 3 GB:
``python -m tests.benchmarks.search --pictures 1000000`` (with ``--keep FOLDER`` the library is
built once and used again). ``search_library`` says what is in it.

Each line is one kind of query, through the service as the window calls it: the first page of 200
of 40 different queries of the kind, each asked for the first time, in p50 and p95 of wall time and
of the processor time of the asking thread (other programs on the machine add to the one, not to
the other), the processor time of the next page, and the time of exact counts of other queries. The
goals are held against the processor's time.
"""

import argparse
import random
import resource
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.searching import Searcher
from anitag_desktop.storage.bitmap_search_index import BitmapSearchIndex
from anitag_desktop.storage.connections import connect_reading
from anitag_desktop.storage.store import Store

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.benchmarks.many_names import many_names
from tests.benchmarks.search_kinds import KINDS, PAGE, RANGED, Query
from tests.benchmarks.search_library import GENERAL, build, tag_name
from tests.benchmarks.search_writes import measure_writes

PAGE_GOAL, COUNT_GOAL, RANGE_GOAL = 10.0, 2.0, 25.0
COMPLETION_GOAL, FACETS_GOAL, LOAD_GOAL = 10.0, 50.0, 500.0
REPEATS = 40


class Took(NamedTuple):
    """Milliseconds of the clock, and of the asking thread on a processor."""

    wall: float
    cpu: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="build the library here, or use it again")
    parser.add_argument("--bare", action="store_true", help="ask plain SQL the same, for the ratio")
    args = parser.parse_args()
    with TemporaryDirectory() as folder:
        paths = LibraryPaths((args.keep or Path(folder)) / "library")
        prepare(paths, args.pictures)
        missed = [*measure_load(paths), *measure_searches(paths, args.bare)]
        missed += measure_writes(paths)
    print(f"FAIL: {', '.join(missed)}" if missed else "PASS")
    return 1 if missed else 0


def prepare(paths: LibraryPaths, pictures: int) -> None:
    if paths.library_db.exists():
        return
    with timed("built", pictures), Store.open(paths) as store:
        build(store, pictures)
    print(f"index.db {paths.index_db.stat().st_size / 2**20:.0f} MB without the bitmaps, ", end="")
    with Store.open(paths) as store, timed("bitmaps made from SQL and saved", pictures):
        index = BitmapSearchIndex(store)
        index.load()
        index.close()
    print(f"index.db {paths.index_db.stat().st_size / 2**20:.0f} MB with them")


@contextmanager
def timed(what: str, pictures: int) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{pictures} pictures: {what} in {wall:.1f} s, {cpu:.1f} s of a processor")


def measure_load(paths: LibraryPaths) -> Iterator[str]:
    with Store.open(paths) as store:
        before = memory()
        took = once(lambda: BitmapSearchIndex(store).load())
        size = sum(file.stat().st_size for file in paths.root.glob("*.db")) / 2**20
        print(
            f"loading: {took.wall:.0f} ms, {took.cpu:.0f} ms of a processor; "
            f"{memory() - before:.0f} MB of memory more ({memory():.0f} in all); "
            f"both databases {size:.0f} MB"
        )
        index = BitmapSearchIndex(store)
        index.load()
        before = memory()
        took_more = once(index.prepare)
        print(
            f"in the background after that: {took_more.wall:.0f} ms, {took_more.cpu:.0f} of a "
            f"processor; {memory() - before:.0f} MB of memory more"
        )
    if took.cpu > LOAD_GOAL:
        yield "loading"


def memory() -> float:
    """Return the megabytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def measure_searches(paths: LibraryPaths, has_bare: bool) -> Iterator[str]:
    """Print a line for each kind; yield those that miss a goal."""
    with Store.open(paths) as store:
        index = BitmapSearchIndex(store)
        index.load()
        index.prepare()
        searcher = Searcher(store, index)
        plain = connect_reading(paths.library_db, paths.index_db) if has_bare else None
        print(
            f"{'query':<15}{'p50 ms':>8}{'p95':>7}{'cpu p50':>9}{'p95':>7}{'next':>7}"
            f"{'count p50':>11}{'p95':>7}{'cpu p95':>9}{'found':>9}{'x bare':>8}"
        )
        for kind, make in KINDS.items():
            yield from measure_kind(searcher, plain, kind, make)
        measure_pages(searcher)
        yield from measure_facets(searcher)
        yield from measure_completion(searcher)
        yield from measure_many_names()
        if plain:
            plain.close()


def measure_kind(
    searcher: Searcher,
    plain: sqlite3.Connection | None,
    kind: str,
    make: Callable[[random.Random], Query],
) -> Iterator[str]:
    draw = random.Random(kind)
    queries = [make(draw) for _ in range(REPEATS)]
    pages = [asked(searcher, lambda q=q: searcher.search(q[0]).ids[:PAGE]) for q in queries]
    following = [measure_next(searcher, text) for text, *_ in queries[:10]]
    others = [make(draw) for _ in range(REPEATS)]
    counts = [asked(searcher, lambda text=text: searcher.count(text)) for text, *_ in others]
    ratio = ""
    if plain:
        hand = [once(lambda q=q: plain.execute(q[1], q[2]).fetchall()).cpu for q in queries[:5]]
        ratio = f"{statistics.median(p.cpu for p in pages) / statistics.median(hand):>8.3f}"
    goal = RANGE_GOAL if kind in RANGED else PAGE_GOAL
    count_goal = RANGE_GOAL if kind in RANGED else COUNT_GOAL
    print(
        f"{kind:<15}{p(50, pages).wall:>8.2f}{p(95, pages).wall:>7.2f}{p(50, pages).cpu:>9.2f}"
        f"{p(95, pages).cpu:>7.2f}{p(50, following).cpu:>7.2f}{p(50, counts).wall:>11.2f}"
        f"{p(95, counts).wall:>7.2f}{p(95, counts).cpu:>9.2f}"
        f"{searcher.count(queries[0][0]):>9}{ratio}"
    )
    if p(95, pages).cpu > goal:
        yield kind
    if p(95, counts).cpu > count_goal:
        yield f"count of {kind}"


def measure_next(searcher: Searcher, text: str) -> Took:
    ids = searcher.search(text).ids
    return once(lambda: ids[PAGE : 2 * PAGE])


def measure_pages(searcher: Searcher) -> None:
    """Print what pages deep in a result cost, which is kept in order once it is."""
    for text in ("", "order:filesize", "order:random:5", tag_name(2)):
        ids = searcher.search(text).ids
        pages = (1, 2, 10, 100, len(ids) // PAGE)
        starts = [(page - 1) * PAGE for page in pages]
        times = [once(partial(ids.__getitem__, slice(at, at + PAGE))) for at in starts]
        shown = ", ".join(f"{n}: {t.cpu:.2f}" for n, t in zip(pages, times, strict=True))
        print(f"pages of {text or 'everything'!r}, ms of a processor: {shown}")


def measure_facets(searcher: Searcher) -> Iterator[str]:
    draw = random.Random(3)
    texts = ["", *(tag_name(draw.randrange(60)) for _ in range(10))]
    texts += [f"{tag_name(draw.randrange(20))} {tag_name(draw.randrange(100))}" for _ in range(10)]
    texts += [tag_name(draw.randrange(300, GENERAL)) for _ in range(10)]
    times = [asked(searcher, lambda text=text: searcher.facets(text)) for text in texts]
    print_line("facets", times)
    if p(95, times).cpu > FACETS_GOAL:
        yield "facets"


def measure_completion(searcher: Searcher) -> Iterator[str]:
    took = once(lambda: searcher.complete("a", 1))
    print(f"completion: its names read in {took.wall:.0f} ms, {took.cpu:.0f} of a processor")
    typed = ["w", "c", "s", "wo", "ch", "se", "wor", "word1", "ser", "thing5", "wt"]
    typed += ["charatcer12_(series)", "wrod12_thing101", "serise12"]
    befores = ["", tag_name(3) + " ", f"{tag_name(20)} -{tag_name(5)} "]
    texts = [before + one for before in befores for one in typed] * 3
    times = [asked(searcher, lambda t=t: searcher.complete(t, len(t))) for t in texts]
    print_line("completion", times)
    if p(95, times).cpu > COMPLETION_GOAL:
        yield "completion"


def measure_many_names() -> Iterator[str]:
    completer, typed = many_names()
    for kind, make in typed.items():
        texts = [make() for _ in range(REPEATS)]
        completer.complete(texts[0], len(texts[0]))  # some lists are made when they are needed
        times = [once(lambda t=t: completer.complete(t, len(t))) for t in texts]
        print_line(f"among 200,000 names, {kind}", times)
        if p(95, times).cpu > COMPLETION_GOAL:
            yield f"completion of {kind}"


def print_line(what: str, times: list[Took]) -> None:
    wall, cpu = (f"{p(50, times)[at]:.1f} and {p(95, times)[at]:.1f}" for at in (0, 1))
    print(f"{what}: p50 and p95 {wall} ms, {cpu} of a processor")


def p(percent: int, times: list[Took]) -> Took:
    """Return the time that so many percent do not exceed."""
    place = round(percent / 100 * (len(times) - 1))
    walls, cpus = sorted(one.wall for one in times), sorted(one.cpu for one in times)
    return Took(walls[place], cpus[place])


def asked(searcher: Searcher, run: Callable[[], object]) -> Took:
    """Measure a question that was not asked before."""
    searcher._index._found.clear()
    return once(run)


def once(run: Callable[[], object]) -> Took:
    wall, cpu = time.perf_counter(), time.thread_time()
    run()
    return Took((time.perf_counter() - wall) * 1e3, (time.thread_time() - cpu) * 1e3)


if __name__ == "__main__":
    sys.exit(main())
