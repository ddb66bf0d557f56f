"""Libraries for tests: an empty one is made once per session and copied for each test.

``open_store(root)`` gives a store; ``fill(store, ...)`` puts pictures with predictions into it
without decoding a file; ``tags_of(store, image_id)`` reads what the library says of one.
"""

import atexit
import hashlib
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import select

from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import ImageFacts
from anitag_desktop.domain.prediction import Label, ModelKey, Score, Thresholds
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.storage import files, folders, images, models, predictions
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.schema import idx_images, idx_tags, image_tags, rejected_tags, tags
from anitag_desktop.storage.schema import images as image_table
from anitag_desktop.storage.store import Store

MODEL = ModelKey("test/model", "1")
"""The model that ``fill`` registers and activates, with a threshold of 0.5 for everything."""


@cache
def empty_library() -> Path:
    """The folder of an empty library of the newest schema, closed; copy it, do not change it."""
    root = Path(mkdtemp(prefix="anitag-empty-library-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    Store.open(LibraryPaths(root)).close()
    return root


def copy_empty_library(root: Path) -> LibraryPaths:
    """Put an empty library into ``root`` and return its paths."""
    shutil.copytree(empty_library(), root, dirs_exist_ok=True)
    return LibraryPaths(root)


@contextmanager
def open_store(root: Path) -> Iterator[Store]:
    """An open store in ``root``, an empty one if there is none yet, closed at the end."""
    paths = LibraryPaths(root)
    if not paths.library_db.exists():
        copy_empty_library(root)
    store = Store.open(paths)
    try:
        yield store
    finally:
        store.close()


def facts_of(number: int) -> ImageFacts:
    """The facts of a made-up picture: ``number`` tells it from every other."""
    text = str(number).encode()
    sha256 = hashlib.sha256(text).hexdigest()
    md5 = hashlib.md5(text).hexdigest()
    return ImageFacts(sha256, md5, sha256[::-1], number, 100 + number, 100, "png", 1000 + number)


def add_image(store: Store, number: int, folder: bytes = b"/pictures") -> int:
    """Put a made-up picture with one present file into the library and return its id."""
    stat = FileStat(1000 + number, 1, 1, number + 1, 1)
    now = time.time()

    def step(conn):
        folder_id = folders.add(conn, folder, None, now)
        image_id = images.add(conn, facts_of(number), now + number)
        files.upsert(conn, folder_id, b"%s/%d.png" % (folder, number), stat, image_id)
        return image_id

    return store.library.write(step)


def use_model(
    store: Store, key: ModelKey = MODEL, thresholds: Thresholds | None = None
) -> ModelKey:
    """Register a model and make it the only active one."""

    def step(conn):
        models.register(conn, key, thresholds or Thresholds())
        models.activate(Doing(conn, None, time.time()), [key])

    store.library.write(step)
    return key


def predict(
    store: Store,
    number: int,
    scores: Mapping[str, float],
    key: ModelKey = MODEL,
    categories: Mapping[str, TagCategory] | None = None,
) -> None:
    """Store what a model says of the picture ``number``: scores by tag name."""
    known = categories or {}
    said = [Score(Label(n, known.get(n, category_of(n))), s) for n, s in scores.items()]
    predictions.store(store, facts_of(number).sha256, key, said, None)


def category_of(name: str) -> TagCategory:
    """Ratings by their name; everything else is general."""
    return TagCategory.RATING if name.startswith("rating:") else TagCategory.GENERAL


def fill(store: Store, predicted: Sequence[Mapping[str, float]]) -> list[int]:
    """Put one picture per mapping into the library, with these predictions of ``MODEL``."""
    use_model(store)
    ids = [add_image(store, number) for number in range(len(predicted))]
    for number, scores in enumerate(predicted):
        predict(store, number, scores)
    return ids


def tags_of(store: Store, image_id: int) -> dict[str, str]:
    """What ``image_tags`` says of a picture: source by tag name."""
    return {name: source for name, (source, _) in rows_of(store, image_id).items()}


def rows_of(store: Store, image_id: int) -> dict[str, tuple[str, int | None]]:
    """What ``image_tags`` says of a picture: source and stored score by tag name."""
    query = (
        select(tags.c.name, image_tags.c.source, image_tags.c.score)
        .join(idx_tags, idx_tags.c.uid == tags.c.uid)
        .join(image_tags, image_tags.c.tag_id == idx_tags.c.id)
        .join(idx_images, idx_images.c.id == image_tags.c.image_id)
        .join(image_table, image_table.c.sha256 == idx_images.c.sha256)
        .where(image_table.c.id == image_id)
    )
    with store.library.read() as conn:
        return {name: (source, score) for name, source, score in conn.execute(query)}


def rejected_of(store: Store, image_id: int) -> set[str]:
    """The tags that the user rejected on a picture."""
    query = (
        select(tags.c.name)
        .join(idx_tags, idx_tags.c.uid == tags.c.uid)
        .join(rejected_tags, rejected_tags.c.tag_id == idx_tags.c.id)
        .join(idx_images, idx_images.c.id == rejected_tags.c.image_id)
        .join(image_table, image_table.c.sha256 == idx_images.c.sha256)
        .where(image_table.c.id == image_id)
    )
    with store.library.read() as conn:
        return set(conn.execute(query).scalars())
