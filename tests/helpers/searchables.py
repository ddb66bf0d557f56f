"""Writes images as the search oracle knows them into the tables of a real library."""

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Table

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.search.conditions import Hash
from anitag_desktop.search.lore import TagLore
from anitag_desktop.search.matching import SearchedImage
from anitag_desktop.storage import closure, schema
from anitag_desktop.storage.store import Store

MODELS = ("wd-test", "Own_model")
"""Both active; the first has threshold 0.5 for everything, the second 0.33."""

THRESHOLDS = (5_000, 3_300)
LATER = 1_000_000  # the ids of index.db are others than those of library.db


def write(store: Store, images: Iterable[SearchedImage], lore: TagLore) -> None:
    """Fill both databases of an empty store."""
    images = list(images)
    ids = {name: number for number, name in enumerate(lore.categories, 1)}
    store.library.write(lambda conn: _write_library(conn, images, lore, ids))
    store.index.write(lambda conn: _write_index(conn, images, ids))


def _write_library(
    conn: Connection, images: list[SearchedImage], lore: TagLore, ids: Mapping[str, int]
) -> None:
    put = _Putter(conn)
    for name, category in lore.categories.items():
        put(
            schema.tags, id=ids[name], uid=f"uid {name}", name=name, category=category, created_at=0
        )
    for alias, name in lore.aliases.items():
        put(schema.aliases, name=alias, tag_id=ids[name])
    for child, parents in lore.parents.items():
        for parent in parents:
            put(schema.implications, child_id=ids[child], parent_id=ids[parent])
    closure.rebuild(conn)
    put(schema.folders, id=1, path=b"/", added_at=0)
    keys = [[model, "1"] for model in MODELS]
    put(schema.settings, name="active_models", value=json.dumps(keys))
    for model, threshold in zip(MODELS, THRESHOLDS, strict=True):
        own = {"default": threshold / 10_000, "by_category": {}, "by_tag": {}}
        put(schema.models, model_id=model, revision="1", thresholds=json.dumps(own))
    for image in images:
        _write_image(put, image, ids)


def _write_image(put: "_Putter", image: SearchedImage, ids: Mapping[str, int]) -> None:
    put(
        schema.images,
        id=image.image_id,
        sha256=image.hashes[Hash.SHA256],
        md5=image.hashes[Hash.MD5],
        pixel_hash=image.hashes[Hash.PIXELS],
        phash=0,
        width=image.width,
        height=image.height,
        format=image.format,
        bytes=image.size,
        frames=image.frames,
        added_at=image.added,
    )
    for file in image.files:
        put(
            schema.files,
            folder_id=1,
            image_id=image.image_id,
            path=file.path,
            size=1,
            mtime_ns=round(file.modified * 1e9),
            ctime_ns=0,
            inode=0,
            device=0,
            status=file.status,
            seen_at=0,
        )
    for better in image.lesser_than:
        first, second = sorted((image.hashes[Hash.SHA256], better))
        pair = {"first": first, "second": second, "verdict": "same", "better": better}
        put(schema.pair_verdicts, **pair)
    if image.is_favourite:
        put(schema.favourites, image_id=image.image_id, at=0)
    if image.stars is not None:
        put(schema.stars, image_id=image.image_id, stars=image.stars)
    _write_verdicts(put, image, ids)


def _write_verdicts(put: "_Putter", image: SearchedImage, ids: Mapping[str, int]) -> None:
    subject = image.image_id + 7
    uid = image.hashes[Hash.SHA256]
    put(schema.subjects, id=subject, uid=uid, image_id=image.image_id, kind="picture")
    said = [(name, "confirmed") for name in image.confirmed]
    said += [(name, "rejected") for name in image.rejected]
    for place, (name, verdict) in enumerate(said):
        seq = image.image_id * 100 + place
        word = {"subject_id": subject, "tag_id": ids[name], "verdict": verdict, "source": "user"}
        put(schema.log, seq=seq, op="verdict", at=0, version="0", **word)
        put(schema.verdicts, seq=seq, **word)


def _write_index(conn: Connection, images: list[SearchedImage], ids: Mapping[str, int]) -> None:
    put = _Putter(conn)
    for name, number in ids.items():
        put(schema.idx_tags, id=LATER - number, uid=f"uid {name}")
    for number, model in enumerate((*MODELS, "old-model"), 1):
        put(schema.idx_models, id=number, model_id=model, revision="1")
    for image in images:
        at = LATER - image.image_id
        sha256 = image.hashes[Hash.SHA256]
        put(schema.idx_images, id=at, sha256=sha256)
        put(schema.idx_subjects, id=at + 3, uid=sha256, image_id=at)
        for name, source in image.tags.items():
            put(schema.image_tags, tag_id=LATER - ids[name], image_id=at, source=source)
        for name in image.rejected:
            put(schema.rejected_tags, tag_id=LATER - ids[name], image_id=at)
        _write_runs(put, image, at + 3, ids)


def _write_runs(put: "_Putter", image: SearchedImage, subject: int, ids: Mapping[str, int]) -> None:
    for number, model in enumerate((*MODELS, "old-model"), 1):
        if model in image.models:
            put(schema.runs, subject_id=subject, model_id=number, at=0)
    for name, seen in image.seen.items():
        for one in seen:
            number = THRESHOLDS.index(one.threshold) + 1
            scored = {"subject_id": subject, "model_id": number, "score": one.score}
            put(schema.predictions, tag_id=LATER - ids[name], **scored)


class _Putter:
    """Inserts rows one by one."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def __call__(self, table: Table, **row: object) -> None:
        self._conn.execute(table.insert(), row)


RATINGS = {f"rating:{name}": TagCategory.RATING for name in ("general", "sensitive", "explicit")}
