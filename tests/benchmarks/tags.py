"""Tags among many pictures: counting, relating, previewing, renaming, importing lists.

``make bench NAME=tags`` builds 100,000 pictures; ``--pictures 1000000 --keep FOLDER`` a million, as
``search`` does. Goals: renaming the commonest tag <= 2 s, related tags within 50 ms, lists of tags
within 50 ms (each the processor's time of the asking thread, at its 95th percentile, from memory).
The ratio of a rename is to one bare SQL statement that renames.
"""

import argparse
import random
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from anitag_desktop.domain.tag_change import ChangeKind, TagChange
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.importing import Importer
from anitag_desktop.services.searching import Searcher
from anitag_desktop.storage.bitmap_search_index import BitmapSearchIndex
from anitag_desktop.storage.store import Store

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.benchmarks.search_library import GENERAL, build, tag_name

RELATED_GOAL, LIST_GOAL, RENAME_GOAL = 50.0, 50.0, 2_000.0
LISTED, ALIASES, IMPLIED = 200_000, 60_000, 40_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="the library that the search benchmark keeps")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        paths = LibraryPaths(asked.keep or Path(folder) / "library")
        with Store.open(paths) as store:
            if not asked.keep or not Searcher(store).count(""):
                build(store, asked.pictures)
            missed = [
                *measure_reading(store),
                *measure_renaming(store),
                *measure_list(store, folder),
            ]
    print("every goal is met" if not missed else f"MISSED: {', '.join(missed)}")
    return 1 if missed else 0


def measure_reading(store: Store) -> list[str]:
    """Measure what the window asks while somebody looks at tags."""
    index = BitmapSearchIndex(store)
    index.load()
    searcher, draw = Searcher(store, index), random.Random(3)
    names = [tag_name(number) for number in (*range(5), *draw.sample(range(5, GENERAL), 35))]
    searcher.facets(names[0])  # lists that are made once
    related = [thread_ms(lambda n=name: searcher.related_to_tag(n)) for name in names]
    lists = [thread_ms(lambda: searcher.tag_counts(limit=200)) for _ in range(10)]
    print_line("related tags", related)
    print_line("tags of all pictures", lists)
    admin = TagAdministration(store)
    in_memory = [thread_ms(lambda: admin.list_tags(counts=searcher.counts())) for _ in range(3)]
    print_line("all tags for the dialog", in_memory)
    print_line("all tags by SQL", [wall_ms(admin.list_tags)])
    merge = TagChange(ChangeKind.MERGE, names[0], names[1])
    print_line("preview of a merge (SQL)", [wall_ms(lambda: admin.preview(merge))])
    goals = {"related tags": (related, RELATED_GOAL), "tag lists": (lists, LIST_GOAL)}
    return [what for what, (times, goal) in goals.items() if percentile(times) > goal]


def measure_renaming(store: Store) -> list[str]:
    """Rename the commonest tag, and take it back."""
    admin, name = TagAdministration(store), tag_name(0)
    count = admin.show(name).count
    renamed = wall_ms(lambda: admin.rename(name, "something_else"))
    undone = wall_ms(lambda: Corrector(store).undo())
    with sqlite3.connect(store.paths.library_db) as conn:
        bare = wall_ms(
            lambda: conn.execute("UPDATE tags SET name = 'other' WHERE name = ?", (name,))
        )
        conn.rollback()
    print(f"renaming a tag on {count:,} pictures   {renamed:8.1f} ms   undoing {undone:.1f} ms")
    print(f"  one bare UPDATE {bare:.2f} ms: ratio {renamed / bare:.1f}")
    return ["renaming"] if renamed > RENAME_GOAL else []


def measure_list(store: Store, folder: str) -> list[str]:
    """Import a list of tags with aliases and implications, and take it back."""
    path = Path(folder) / "tags.csv"
    with path.open("w", encoding="utf-8") as out:
        for n in range(LISTED):
            alias = f"also_listed_{n}" if n < ALIASES else ""
            out.write(f"listed_{n:06},{(0, 1, 3, 4)[n % 4]},{LISTED - n},{alias}\n")
    pairs = Path(folder) / "tag_implications.csv"
    with pairs.open("w", encoding="utf-8") as out:
        out.write("id,antecedent_name,consequent_name,status\n")
        for n in range(IMPLIED):
            out.write(f"{n},listed_{n + 1000:06},listed_{n % 1000:06},active\n")
    importer = Importer(store)
    for what, file in (
        (f"{LISTED:,} tags, {ALIASES:,} aliases", path),
        (f"{IMPLIED:,} implications", pairs),
    ):
        print_line(f"importing {what}", [wall_ms(lambda f=file: importer.import_path(str(f)))])
    print_line("taking both back", [wall_ms(lambda: Corrector(store).undo(2))])
    return []


def wall_ms(run: Callable[[], object]) -> float:
    """Return how long something took by the clock."""
    started = time.perf_counter()
    run()
    return (time.perf_counter() - started) * 1000


def thread_ms(run: Callable[[], object]) -> float:
    """Return the processor time of this thread."""
    started = time.thread_time()
    run()
    return (time.thread_time() - started) * 1000


def percentile(times: list[float]) -> float:
    """Return the 95th."""
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.95))]


def print_line(what: str, times: list[float]) -> None:
    print(f"{what:45} p50 {statistics.median(times):9.1f} ms   p95 {percentile(times):9.1f} ms")


if __name__ == "__main__":
    sys.exit(main())
