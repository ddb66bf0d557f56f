"""What is written while people search: corrections of many pictures, a rename, a busy tagger.

Each is held against a plain statement that does the same to the tables, where there is one.
"""

import random
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

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
from tests.helpers.seeding import facts

MANY, CORRECTION_GOAL, RENAME_GOAL, BUSY_GOAL = 10_000, 1_000.0, 2_000.0, 1.5
MODEL = ModelKey("m", "1")
BATCH, PAUSE = 16, 0.1
"""So many pictures are stored at a time, with such a pause: a fast tagger on a strong machine."""


def measure_writes(paths: LibraryPaths) -> Iterator[str]:
    """Print what writing costs; yield what misses its goal."""
    with Store.open(paths) as store:
        index = BitmapSearchIndex(store)
        index.load()
        searcher = Searcher(store, index)
        yield from measure_corrections(paths, store, searcher)
        yield from measure_rename(paths, store, searcher)
        yield from measure_busy(store, searcher)


def measure_corrections(paths: LibraryPaths, store: Store, searcher: Searcher) -> Iterator[str]:
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
        wall, cpu = took(run)
        shown, _ = took(lambda: searcher.count(name))
        assert searcher.count(name) == left
        print(
            f"{what}: {wall:.0f} ms, {cpu:.0f} of processors, {wall / hand:.1f} times a bare "
            f"INSERT into image_tags; the first search after it {shown:.0f} ms"
        )
        if cpu > CORRECTION_GOAL:
            yield what


def bare_insert(paths: LibraryPaths, draw: random.Random) -> float:
    """Return the milliseconds that one statement takes to give as many pictures a tag."""
    with closing(sqlite3.connect(paths.index_db)) as plain:
        [most] = plain.execute("SELECT max(id) FROM images").fetchone()
        drawn = str(draw.sample(range(1, most + 1), min(MANY, most)))
        insert = "INSERT INTO image_tags SELECT 99999999, value, 'user', NULL FROM json_each(?)"
        wall, _ = took(lambda: (plain.execute(insert, (drawn,)), plain.commit()))
        plain.execute("DELETE FROM image_tags WHERE tag_id = 99999999")
        plain.commit()
    return wall


def measure_rename(paths: LibraryPaths, store: Store, searcher: Searcher) -> Iterator[str]:
    corrector, administration = Corrector(store), TagAdministration(store)
    name, other = tag_name(20), f"renamed_{random.randrange(10**9)}"
    count = searcher.count(name)
    wall, cpu = took(lambda: administration.rename(name, other))
    shown, _ = took(lambda: searcher.count(other))
    assert searcher.count(other) == count
    hand = bare_rename(paths)
    print(
        f"renaming a tag on {count} pictures: {wall:.0f} ms, {wall / hand:.0f} times a bare "
        f"UPDATE of its row; the first search after it {shown:.0f} ms"
    )
    corrector.undo()
    if cpu > RENAME_GOAL:
        yield "renaming"


def bare_rename(paths: LibraryPaths) -> float:
    with closing(sqlite3.connect(paths.library_db)) as plain:
        plain.execute("PRAGMA synchronous=FULL")
        rename = "UPDATE tags SET name = name WHERE name = ?"
        return took(lambda: (plain.execute(rename, (tag_name(21),)), plain.commit()))[0]


def measure_busy(store: Store, searcher: Searcher) -> Iterator[str]:
    """Ask the same questions alone and beside a writer."""
    draw = random.Random(5)
    texts = [f"{tag_name(draw.randrange(60))} {tag_name(draw.randrange(20))}" for _ in range(150)]
    alone = ask_all(searcher, texts)
    with busy_writer(store) as stored:
        beside = ask_all(searcher, texts)
    ratio = statistics.median(beside) / statistics.median(alone)
    print(
        f"questions beside a writer of {len(stored)} pictures: p50 {statistics.median(beside):.2f} "
        f"ms, p95 {p95(beside):.2f}; alone {statistics.median(alone):.2f} and {p95(alone):.2f}; "
        f"p50 {ratio:.2f} times, p95 {p95(beside) / p95(alone):.2f} times"
    )
    if ratio > BUSY_GOAL:
        yield "questions beside a writer"


def ask_all(searcher: Searcher, texts: list[str]) -> list[float]:
    """Ask at the speed of somebody who types fast; return the milliseconds of each page."""
    times = []
    for text in texts:
        searcher._index._found.clear()
        times.append(took(lambda text=text: searcher.search(text).ids[:200])[0])
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


def p95(times: list[float]) -> float:
    return sorted(times)[round(0.95 * (len(times) - 1))]


def took(run: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds of the clock, and of all threads on processors."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return (time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3
