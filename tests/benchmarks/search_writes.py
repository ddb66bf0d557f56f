"""What is written while people search: corrections of many pictures, a rename, a busy tagger.

Each is held against a plain statement that does the same to the tables, where there is one.
"""

import random
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import chain

from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.prediction import Label, ModelKey, Score
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.searching import Searcher
from anitag_desktop.storage import files, images, predictions
from anitag_desktop.storage.bitmap_search_index import BitmapSearchIndex
from anitag_desktop.storage.predictions import ModelRun
from anitag_desktop.storage.store import Store
from tests.benchmarks.search_library import TAGS_EACH, tag_name
from tests.benchmarks.search_table import Table, Took, once, p
from tests.helpers.seeding import facts

MANY, CORRECTION_GOAL, RENAME_GOAL, BUSY_GOAL = 10_000, 1_000.0, 2_000.0, 1.5
MODEL = ModelKey("m", "1")
ROUNDS = 9
BATCH, PAUSE = 16, 0.1
"""So many pictures are stored at a time, with such a pause: a fast tagger on a strong machine."""

BUSY = f"""
import time
while True:
    end = time.process_time() + 0.045  # what storing a batch takes
    while time.process_time() < end:
        pass
    time.sleep({PAUSE})
"""


def measure_writes(paths: LibraryPaths, table: Table) -> None:
    """Print what writing costs, and what it costs those who read meanwhile."""
    with Store.open(paths) as store:
        index = BitmapSearchIndex(store)
        index.load()
        index.prepare()
        searcher = Searcher(store, index)
        measure_corrections(paths, store, searcher, table)
        measure_rename(paths, store, searcher, table)
        measure_busy(store, searcher, table)


def measure_corrections(
    paths: LibraryPaths, store: Store, searcher: Searcher, table: Table
) -> None:
    draw = random.Random()
    corrector, name = Corrector(store), f"mark_{draw.randrange(10**9)}"
    ids = list(searcher.search(f"order:random:{draw.randrange(10**6)}").ids[:MANY])
    hand = statistics.median(bare_insert(paths, draw) for _ in range(3))
    for what, run, left in (
        (f"tagging {len(ids)} pictures", lambda: corrector.correct(ids, add=[name]), len(ids)),
        ("undoing it", corrector.undo, 0),
        ("tagging them again", corrector.redo, len(ids)),
        ("undoing that", corrector.undo, 0),
    ):
        took = of_all_threads(run)
        table.once(what, took, CORRECTION_GOAL)
        table.fact("- of a bare INSERT into image_tags", took.wall / hand, "times")
        table.once("- the first search after it", of_all_threads(lambda: searcher.count(name)))
        assert searcher.count(name) == left


def bare_insert(paths: LibraryPaths, draw: random.Random) -> float:
    """Return the milliseconds that one statement takes to give as many pictures a tag."""
    with closing(sqlite3.connect(paths.index_db)) as plain:
        [most] = plain.execute("SELECT max(id) FROM images").fetchone()
        drawn = str(draw.sample(range(1, most + 1), min(MANY, most)))
        insert = "INSERT INTO image_tags SELECT 99999999, value, 'user', NULL FROM json_each(?)"
        wall = once(lambda: (plain.execute(insert, (drawn,)), plain.commit())).wall
        plain.execute("DELETE FROM image_tags WHERE tag_id = 99999999")
        plain.commit()
    return wall


def measure_rename(paths: LibraryPaths, store: Store, searcher: Searcher, table: Table) -> None:
    corrector, administration = Corrector(store), TagAdministration(store)
    name, other = tag_name(20), f"renamed_{random.randrange(10**9)}"
    count = searcher.count(name)
    took = of_all_threads(lambda: administration.rename(name, other))
    table.once(f"renaming a tag on {count} pictures", took, RENAME_GOAL)
    table.fact("- of a bare UPDATE of its row", took.wall / bare_rename(paths), "times")
    table.once("- the first search after it", of_all_threads(lambda: searcher.count(other)))
    assert searcher.count(other) == count
    corrector.undo()


def bare_rename(paths: LibraryPaths) -> float:
    with closing(sqlite3.connect(paths.library_db)) as plain:
        plain.execute("PRAGMA synchronous=FULL")
        rename = "UPDATE tags SET name = name WHERE name = ?"
        return once(lambda: (plain.execute(rename, (tag_name(21),)), plain.commit())).wall


def measure_busy(store: Store, searcher: Searcher, table: Table) -> None:
    """Ask the same questions alone and beside a writer, in turns, and compare turn by turn.

    Other programs use the machine, too: the middle one of the turns' ratios counts, and beside it
    stands what a process does to the questions that uses a processor as much, and nothing else.
    """
    draw = random.Random(5)
    turns: dict[str, list[list[Took]]] = {
        "alone": [],
        "beside a process": [],
        "beside a writer": [],
    }
    for _ in range(ROUNDS):
        texts = [
            f"{tag_name(draw.randrange(60))} {tag_name(draw.randrange(20))}" for _ in range(60)
        ]
        turns["alone"].append(ask_all(searcher, texts))
        with busy_process():
            turns["beside a process"].append(ask_all(searcher, texts))
        with busy_writer(store):
            turns["beside a writer"].append(ask_all(searcher, texts))
    for who, times in turns.items():
        table.times(f"questions {who}", list(chain.from_iterable(times)))
    for percent in (50, 95):
        for who, goal in (("beside a process", None), ("beside a writer", BUSY_GOAL)):
            pairs = zip(turns["alone"], turns[who], strict=True)
            ratios = [p(percent, busy).wall / p(percent, idle).wall for idle, busy in pairs]
            table.fact(f"- p{percent} {who}", statistics.median(ratios), "times", goal)


@contextmanager
def busy_process() -> Iterator[None]:
    """Use a processor as a busy writer does, for as long as the block runs."""
    with subprocess.Popen([sys.executable, "-c", BUSY]) as process:
        try:
            yield
        finally:
            process.kill()


def ask_all(searcher: Searcher, texts: list[str]) -> list[Took]:
    """Ask at the speed of somebody who types fast; return the time of each page."""
    times = []
    for text in texts:
        searcher._index._found.clear()
        times.append(once(lambda text=text: searcher.search(text).ids[:200]))
        time.sleep(0.02)
    return times


@contextmanager
def busy_writer(store: Store) -> Iterator[list[str]]:
    """Store new pictures with their tags for as long as the block runs."""
    stored: list[str] = []
    stop = threading.Event()
    draw = random.Random()

    def work() -> None:
        while not stop.wait(PAUSE):
            names = [f"busy {draw.randrange(10**12)}" for _ in range(BATCH)]
            store.library.write(lambda conn, names=names: add(conn, names))
            predictions.store_many(store, [seen(draw, name) for name in names])
            stored.extend(names)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield stored
    finally:
        stop.set()
        thread.join()


def add(conn, names: list[str]) -> None:
    for name in names:
        image_id = images.add(conn, facts(name), time.time())
        path = f"/pictures/busy/{name}.png".encode()
        files.upsert(conn, 1, path, FileStat(1, 1, 1, image_id, 1), image_id)


def seen(draw: random.Random, name: str) -> ModelRun:
    tags = {tag_name(min(int(draw.paretovariate(0.5)), 7_999)) for _ in range(TAGS_EACH)}
    scores = [Score(Label(tag, TagCategory.GENERAL), 0.9) for tag in tags]
    return ModelRun(facts(name).sha256, MODEL, scores, None)


def of_all_threads(run: Callable[[], object]) -> Took:
    """Measure one run: milliseconds of the clock, and of all threads on processors."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return Took((time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3)
