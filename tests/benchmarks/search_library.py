"""A library of any number of pictures with about 30 tags each, written through the schema's tables.

Tags follow Zipf's law over 8,000 general tags and 3,000 characters, a tenth of which imply their
series. A picture in fifty is missing; of a few tags the models' scores are known.
"""

import json
import random
from collections.abc import Iterable, Iterator

import numpy as np
from sqlalchemy import Connection, Table

from anitag_desktop.domain.prediction import Thresholds
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.storage import closure, schema
from anitag_desktop.storage.models import thresholds_to_json
from anitag_desktop.storage.store import Store

GENERAL, CHARACTERS, SERIES = 8_000, 3_000, 300
TAGS_EACH = 34  # some are drawn twice
SCORED = range(10, 22)
"""The tags of which the models' scores are known."""

Rows = Iterable[tuple[object, ...]]


def tag_name(number: int) -> str:
    if number < GENERAL:
        return f"word{number % 89}_thing{number}"
    if number < GENERAL + CHARACTERS:
        return f"character{number - GENERAL}_(series)"
    return f"series{number - GENERAL - CHARACTERS}"


def build(store: Store, pictures: int) -> None:
    """Insert everything through the tables of the schema, in the order of their keys."""
    draw = random.Random(7)
    tags = GENERAL + CHARACTERS + SERIES
    store.library.write(lambda conn: fill_library(conn, draw, pictures, tags))
    # index.db numbers images in the order in which they were recognised, not added.
    numbers = np.random.default_rng(8).permutation(pictures) + 1
    pairs = drawn_pairs(pictures)
    store.index.write(lambda conn: fill_index(conn, numbers, tags))
    store.index.write(lambda conn: fill_tags(conn, numbers, pairs))
    store.index.write(lambda conn: fill_scores(conn, numbers, pairs))


def drawn_pairs(pictures: int) -> np.ndarray:
    """Return tag * 2**32 + picture (from 0 both), sorted, each once."""
    draw = np.random.default_rng(7)
    weights = np.concatenate([1 / (np.arange(GENERAL) + 2), 0.3 / (np.arange(CHARACTERS) + 2)])
    ends = np.cumsum(weights) / weights.sum()
    tags = np.searchsorted(ends, draw.random(pictures * TAGS_EACH)).astype(np.int64)
    tags = np.minimum(tags, GENERAL + CHARACTERS - 1)
    return np.unique(tags << 32 | np.repeat(np.arange(pictures, dtype=np.int64), TAGS_EACH))


def fill_library(conn: Connection, draw: random.Random, pictures: int, tags: int) -> None:
    categories = [TagCategory.GENERAL] * GENERAL + [TagCategory.CHARACTER] * CHARACTERS
    categories += [TagCategory.COPYRIGHT] * SERIES
    put(conn, schema.tags, [tag_row(n, categories[n]) for n in range(tags)])
    put(conn, schema.implications, [implication(n) for n in range(CHARACTERS) if n % 10 == 0])
    closure.rebuild(conn)
    put(conn, schema.folders, [{"id": 1, "path": b"/pictures", "added_at": 0}])
    thresholds = json.dumps(thresholds_to_json(Thresholds()))
    put(conn, schema.models, [{"model_id": "m", "revision": "1", "thresholds": thresholds}])
    put(conn, schema.settings, [{"name": "active_models", "value": '[["m", "1"]]'}])
    for start in range(1, pictures + 1, 10_000):
        chunk = range(start, min(start + 10_000, pictures + 1))
        put(conn, schema.images, [image_row(draw, number) for number in chunk])
        put(conn, schema.files, [file_row(draw, number) for number in chunk])
        put_many(conn, "subjects (uid, image_id, kind)", ((sha256(n), n, "picture") for n in chunk))


def fill_index(conn: Connection, numbers: np.ndarray, tags: int) -> None:
    put(conn, schema.idx_tags, [{"id": n + 1, "uid": f"uid{n}"} for n in range(tags)])
    put(conn, schema.idx_models, [{"id": 1, "model_id": "m", "revision": "1"}])
    ours = sorted(zip(numbers.tolist(), range(1, len(numbers) + 1), strict=True))
    put_many(conn, "images (id, sha256)", ((at, sha256(n)) for at, n in ours))
    put_many(conn, "subjects (id, uid, image_id)", ((at, sha256(n), at) for at, n in ours))


def fill_tags(conn: Connection, numbers: np.ndarray, pairs: np.ndarray) -> None:
    """Insert sorted by tag; the indexes by image are made afterwards."""
    by_image = list(schema.image_tags.indexes)
    for one in by_image:
        one.drop(conn)
    put_many(conn, "image_tags (tag_id, image_id, source, score)", tag_rows(numbers, pairs))
    for one in by_image:
        one.create(conn)


def tag_rows(numbers: np.ndarray, pairs: np.ndarray) -> Iterator[tuple[object, ...]]:
    for tag in range(GENERAL + CHARACTERS):
        for at in np.sort(numbers[members(pairs, tag)]).tolist():
            yield tag + 1, at, "model", 9000


def members(pairs: np.ndarray, tag: int) -> np.ndarray:
    start, end = np.searchsorted(pairs, [tag << 32, (tag + 1) << 32])
    return pairs[start:end] & 0xFFFFFFFF


def fill_scores(conn: Connection, numbers: np.ndarray, pairs: np.ndarray) -> None:
    draw = np.random.default_rng(9)
    for tag in SCORED:
        ids = numbers[members(pairs, tag)]
        scores = draw.integers(500, 10_000, len(ids))
        rows = zip(ids.tolist(), scores.tolist(), strict=True)
        what = "predictions (subject_id, model_id, tag_id, score)"
        put_many(conn, what, ((at, 1, tag + 1, score) for at, score in rows))


def put(conn: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    conn.execute(table.insert(), rows)


def put_many(conn: Connection, what: str, rows: Rows) -> None:
    """Insert millions of rows without a dictionary for each."""
    marks = ", ".join("?" * (what.count(",") + 1))
    conn.connection.cursor().executemany(f"INSERT INTO {what} VALUES ({marks})", rows)


def sha256(number: int) -> str:
    return f"{number * 2654435761 % 2**32:08x}" + f"{number:056x}"


def tag_row(number: int, category: TagCategory) -> dict[str, object]:
    uid, name = f"uid{number}", tag_name(number)
    return {"id": number + 1, "uid": uid, "name": name, "category": category, "created_at": 0}


def implication(character: int) -> dict[str, object]:
    series = GENERAL + CHARACTERS + character % SERIES
    return {"child_id": GENERAL + character + 1, "parent_id": series + 1}


def image_row(draw: random.Random, number: int) -> dict[str, object]:
    return {
        "id": number,
        "sha256": sha256(number),
        "md5": sha256(number)[:32],
        "pixel_hash": sha256(number),
        "phash": number,
        "width": draw.randrange(500, 4000),
        "height": draw.randrange(500, 4000),
        "format": draw.choice(["png", "jpeg", "jpeg", "webp"]),
        "bytes": draw.randrange(10_000, 5_000_000),
        "frames": 1,
        "added_at": 1_700_000_000.0 + number // 50,
    }


def file_row(draw: random.Random, number: int) -> dict[str, object]:
    return {
        "id": number,
        "folder_id": 1,
        "image_id": number,
        "path": f"/pictures/{number % 100:02d}/{draw.randrange(10**8)}_{number}.png".encode(),
        "size": 1,
        "mtime_ns": draw.randrange(1_600_000_000, 1_700_000_000) * 10**9,
        "ctime_ns": 0,
        "inode": number,
        "device": 1,
        "status": "present" if number % 50 else "missing",
        "seen_at": 0,
    }
