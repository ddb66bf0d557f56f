"""The library that is searched: built where none is kept, or where the kept one is another."""

import hashlib
import json
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from anitag_desktop.paths import LibraryPaths
from anitag_desktop.storage.bitmap_search_index import BitmapSearchIndex
from anitag_desktop.storage.store import Store
from tests.benchmarks import search_library

ADDED = 1.05
"""Each measuring of writes adds some pictures; of so many times more, all is built anew."""


def kept_library(folder: Path, pictures: int) -> LibraryPaths:
    """Return a library of so many pictures in a folder."""
    paths, note = LibraryPaths(folder / "library"), folder / "built.json"
    wanted = {"pictures": pictures, "builder": digest(), "schema": schema_of_today()}
    reason = why_not(paths, note, wanted)
    if reason is None:
        return paths
    if paths.root.exists():
        print(f"the library in {folder} is built anew: {reason}")
        shutil.rmtree(paths.root)
    build(paths, pictures)
    note.write_text(json.dumps(wanted))
    return paths


def why_not(paths: LibraryPaths, note: Path, wanted: dict[str, object]) -> str | None:
    """Return why a kept library cannot be used, None if it can."""
    try:
        built = json.loads(note.read_text())
    except (OSError, ValueError):
        return "nothing says how it was built"
    for name, value in wanted.items():
        if built.get(name) != value:
            return f"its {name} is another"
    return None if counts_fit(paths, int(str(wanted["pictures"]))) else "pictures are missing"


def counts_fit(paths: LibraryPaths, pictures: int) -> bool:
    if not (paths.library_db.exists() and paths.index_db.exists()):
        return False
    with closing(sqlite3.connect(paths.library_db)) as library:
        [images] = library.execute("SELECT count(*) FROM images").fetchone()
    with closing(sqlite3.connect(paths.index_db)) as index:
        [bitmaps] = index.execute("SELECT count(*) FROM bitmaps").fetchone()
    return pictures <= images <= pictures * ADDED and bitmaps > 0


def digest() -> str:
    return hashlib.sha256(Path(str(search_library.__file__)).read_bytes()).hexdigest()


def schema_of_today() -> list[str]:
    """Return a digest of the schema of each database."""
    with TemporaryDirectory() as folder:
        paths = LibraryPaths(Path(folder))
        Store.open(paths).close()
        return [digest_of_schema(path) for path in (paths.library_db, paths.index_db)]


def digest_of_schema(path: Path) -> str:
    with closing(sqlite3.connect(path)) as conn:
        own = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        rows = sorted(conn.execute(own), key=repr)
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def build(paths: LibraryPaths, pictures: int) -> None:
    with timed("built", pictures), Store.open(paths) as store:
        search_library.build(store, pictures)
    bare = paths.index_db.stat().st_size / 2**20
    with timed("bitmaps made from SQL and saved", pictures), Store.open(paths) as store:
        index = BitmapSearchIndex(store)
        index.load()
        index.close()
    print(f"index.db {bare:.0f} MB, {paths.index_db.stat().st_size / 2**20:.0f} with the bitmaps")


@contextmanager
def timed(what: str, pictures: int) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{pictures} pictures: {what} in {wall:.1f} s, {cpu:.1f} s of a processor")
