"""Predictions: what models said of pictures, every score over the floor."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, bindparam, delete
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.domain.prediction import SCORE_FLOOR, ModelKey, Score
from anitag_desktop.domain.tag import normalize_tag_name
from anitag_desktop.storage import head_choices, images, index_ids, models, region_finds, tags
from anitag_desktop.storage.image_tags import rebuild_within
from anitag_desktop.storage.notes import note
from anitag_desktop.storage.plain_rows import plain_rows
from anitag_desktop.storage.region_finds import Looks
from anitag_desktop.storage.schema import (
    SCORE_SCALE,
    embeddings,
    predictions,
    runs,
)
from anitag_desktop.storage.selection import as_json
from anitag_desktop.storage.subjects import image_sha256
from anitag_desktop.storage.verdicts import Seen

if TYPE_CHECKING:
    from anitag_desktop.storage.store import Store

_HALF_FLOAT_BYTES = 2

_HIGHEST = SCORE_SCALE - 1
"""The highest score that is kept: models give a threshold of 1 to what nothing shall apply."""


class ModelRun(NamedTuple):
    """What a model said of a subject; ``embedding`` is little-endian half floats.

    ``uid`` is the subject's: the sha256 of a picture, or that of a region in it.
    """

    uid: str
    model: ModelKey
    scores: Sequence[Score]
    embedding: bytes | None = None


def store(
    store: "Store",
    sha256: str,
    model: ModelKey,
    scores: Sequence[Score],
    embedding: bytes | None,
) -> None:
    """Keep what a model said of one picture; see ``store_many``."""
    store_many(store, [ModelRun(sha256, model, scores, embedding)])


def store_many(store: "Store", done: Sequence[ModelRun], looks: Sequence[Looks] = ()) -> None:
    """Keep what models said of pictures, in place of what they said before, and derive their tags.

    ``looks`` are what they saw of parts of the pictures. Scores under ``SCORE_FLOOR`` are left out;
    labels that are no tags yet become some. A run is recorded even when nothing was found. Sixteen
    runs at a time cost each a fifth of what it costs alone.
    """
    uids = _label_uids(store, done)

    def step(index: Connection) -> None:
        with store.library.read() as library:
            vectors = region_finds.keep(index, library, looks) if looks else []
            of_regions = [ModelRun(uid, model, (), vector) for uid, model, vector in vectors]
            if every := [*done, *of_regions]:
                _keep(index, every, uids)
                _let_head_speak(store, library, index, every)
            shas = {image_sha256(run.uid) for run in done} | {look.sha256 for look in looks}
            known = images.ids_of(library, shas)
            rebuild_within(library, index, list(known.values()))
        note(index, images=frozenset(known.values()))

    store.index.write(step)


def _let_head_speak(
    store: "Store", library: Connection, index: Connection, done: Iterable[ModelRun]
) -> None:
    if head_choices.in_use(library) is None:
        return
    from anitag_desktop.storage import personal_heads

    looked = [(run.uid, run.model) for run in done]
    personal_heads.score_new(library, index, store.paths.heads, looked)


def seen(
    conn: Connection, pictures: Mapping[int, int], tag_ids: Iterable[int]
) -> dict[tuple[int, int], Seen]:
    """Return the active model and its highest score for each image and tag, where there is one.

    ``conn`` is a reading connection of the library, ``pictures`` are ``index_ids.pictures``.
    """
    numbers = index_ids.model_ids(conn, models.speaking(conn))
    keys = {number: key for key, number in numbers.items()}
    rows = tags.by_ids(conn, tags.kin(conn, tag_ids))
    counts_as = tags.canonical(conn, rows)
    known = index_ids.known_tag_ids(conn, (row.tag.uid for row in rows.values()))
    meant = {known[row.tag.uid]: counts_as[i] for i, row in rows.items() if row.tag.uid in known}
    asked = tuple(as_json(ids)["values"] for ids in (pictures, keys, meant))
    return {
        (pictures[subject], row.tag_id): Seen(keys[model], score / SCORE_SCALE)
        for subject, tag, model, score in plain_rows(conn, _SEEN, asked)
        if (row := meant[tag]) is not None
    }


# The highest score comes last and stays.
_SEEN = """
SELECT subject_id, tag_id, model_id, score FROM idx.predictions
WHERE subject_id IN (SELECT value FROM json_each(?))
AND model_id IN (SELECT value FROM json_each(?)) AND tag_id IN (SELECT value FROM json_each(?))
ORDER BY score
"""


def models_run(conn: Connection, pictures: Mapping[int, int]) -> dict[int, ModelKey]:
    """Return an active model that has looked at each image, the first named one if several."""
    keys = models.active(conn)
    ran = images.models_run(conn, pictures, keys)
    return {image_id: min(own, key=keys.index) for image_id, own in ran.items()}


def _label_uids(store: "Store", done: Sequence[ModelRun]) -> dict[str, str]:
    """Return the uid of the tag that each label stands for, by the label's own name."""
    labels = {score.label for run in done for score in _kept(run)}
    wanted = {normalize_tag_name(label.name): label.category for label in labels}
    with store.library.read() as conn:
        found = tags.named(conn, wanted)
    if len(found) < len(wanted):
        found = store.library.write(lambda conn: tags.ensure(conn, wanted))
    return {label.name: found[normalize_tag_name(label.name)].tag.uid for label in labels}


def _kept(run: ModelRun) -> list[Score]:
    return [score for score in run.scores if score.score >= SCORE_FLOOR]


def _keep(index: Connection, done: Sequence[ModelRun], uids: Mapping[str, str]) -> None:
    subjects = index_ids.subject_ids(index, {run.uid for run in done})
    models_seen = {key: index_ids.model_id(index, key) for key in {run.model for run in done}}
    numbers = index_ids.tag_ids(index, set(uids.values()))
    now = time.time()
    keys = [{"subject_id": subjects[run.uid], "model_id": models_seen[run.model]} for run in done]
    _forget(index, keys)
    rows = [
        {**key, "tag_id": numbers[uid], "score": score}
        for key, run in zip(keys, done, strict=True)
        for uid, score in _stored_scores(run, uids).items()
    ]
    vectors = [
        {**key, "dim": len(run.embedding) // _HALF_FLOAT_BYTES, "vector": run.embedding}
        for key, run in zip(keys, done, strict=True)
        if run.embedding is not None
    ]
    for table, new in (
        (predictions, rows),
        (embeddings, vectors),
        (runs, [{**key, "at": now} for key in keys]),
    ):
        if new:
            index.execute(insert(table).on_conflict_do_nothing(), new)


def _forget(index: Connection, keys: Sequence[Mapping[str, int]]) -> None:
    renamed = [{"subject": key["subject_id"], "model": key["model_id"]} for key in keys]
    for table in (predictions, embeddings, runs):
        index.execute(
            delete(table).where(
                table.c.subject_id == bindparam("subject"), table.c.model_id == bindparam("model")
            ),
            renamed,
        )


def _stored_scores(run: ModelRun, uids: Mapping[str, str]) -> dict[str, int]:
    """Return the stored score by tag uid; two labels may be names of one tag."""
    stored: dict[str, int] = {}
    for score in _kept(run):
        uid = uids[score.label.name]
        value = min(round(score.score * SCORE_SCALE), _HIGHEST)
        stored[uid] = max(value, stored.get(uid, 0))
    return stored
