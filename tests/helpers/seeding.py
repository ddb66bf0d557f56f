"""Fills a library with pictures that no disk holds, quickly: rows, scores and verdicts."""

import hashlib
import os
import time

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import ImageFacts
from anitag_desktop.domain.prediction import Label, ModelKey, Score, Thresholds
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.storage import (
    actions,
    commands,
    files,
    folders,
    images,
    models,
    predictions,
    subjects,
    tags,
    verdicts,
)
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.store import Store

MODEL = ModelKey("toy", "1")


def facts(name: str, **changes: object) -> ImageFacts:
    """Facts of an imaginary picture whose bytes are ``name``."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape"))
    values = {
        "sha256": digest.hexdigest(),
        "md5": digest.hexdigest()[:32],
        "pixel_hash": digest.hexdigest(),
        "phash": int.from_bytes(digest.digest()[:8], "big"),
        "width": 640,
        "height": 480,
        "format": "png",
        "bytes": 1000 + len(name),
    }
    return ImageFacts(**values | changes)


def activate_model(store: Store, key: ModelKey = MODEL, threshold: float = 0.5) -> None:
    """Let a model with one threshold count."""

    def step(conn):
        models.register(conn, key, Thresholds(default=threshold))
        models.activate(Doing(conn, None, time.time()), [key])

    store.library.write(step)


def add_folder(store: Store, path: str) -> int:
    """Watch an imaginary folder."""
    return store.library.write(lambda conn: folders.add(conn, os.fsencode(path), None, 1.0))


def add_picture(
    store: Store, folder_id: int, path: str, content: str | None = None, **changes
) -> int:
    """Put an imaginary picture at ``path``; equal ``content`` means the same picture."""

    def step(conn):
        image_id = images.add(conn, facts(content or path, **changes), added_at=1_700_000_000.5)
        stat = FileStat(1000, 1_600_000_000_000_000_000, 1, abs(hash(path)) % 10**9, 1)
        files.upsert(conn, folder_id, os.fsencode(path), stat, image_id)
        return image_id

    return store.library.write(step)


def score(store: Store, image_id: int, model: ModelKey = MODEL, **scores: float) -> None:
    """Let a model say what it sees: ``long_hair=0.9``; ``rating__general`` is a rating."""
    said = []
    for name, value in scores.items():
        category = TagCategory.RATING if name.startswith("rating__") else TagCategory.GENERAL
        said.append(Score(Label(name.replace("__", ":"), category), value))
    with store.library.read() as conn:
        sha256 = images.facts(conn, [image_id])[image_id].sha256
    predictions.store(store, sha256, model, said, None)


def say(
    store: Store,
    image_id: int,
    name: str,
    verdict: Verdict | None = Verdict.CONFIRMED,
    source: Source = Source.USER,
    category: TagCategory = TagCategory.GENERAL,
) -> None:
    """Let the user (or an import) say something about a tag, as an action that can be undone."""

    def step(conn):
        row = tags.get_or_create(conn, name, category)
        subject = subjects.picture_ids(conn, [image_id])[image_id]
        with actions.doing(conn, f"{verdict} {name}") as action:
            done = verdicts.decide(
                action.doing, [verdicts.Decision(subject, row.tag_id, verdict)], source
            )
            action.inverse += commands.revert_command(done)

    store.library.write(step)
