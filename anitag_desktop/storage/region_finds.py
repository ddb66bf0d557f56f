"""Region finds: what detectors found in pictures, and which regions embedders looked at.

A thing keeps its uid when a detector looks again: its new box is matched with those that are known
of the picture, the user's among them, so that what was said of it still holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.domain.image import Box
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.region import Place, match
from anitag_desktop.storage import images, index_ids, models
from anitag_desktop.storage.regions import said_of
from anitag_desktop.storage.schema import (
    SCORE_SCALE,
    embeddings,
    idx_images,
    idx_models,
    idx_subjects,
    predictions,
    regions,
    runs,
)
from anitag_desktop.storage.selection import one_of

Vectors = Mapping[ModelKey, bytes | None]
"""What embedders made of a region (little-endian half floats); None where they left it out."""


class Find(NamedTuple):
    """Something that a detector found; ``score`` is 0 to 1."""

    place: Place
    score: float
    vectors: Vectors


class Look(NamedTuple):
    """A region that was known, and that embedders looked at."""

    uid: str
    box: Box
    vectors: Vectors


class Looks(NamedTuple):
    """What models saw of the parts of a picture; ``finds`` has every detector that ran."""

    sha256: str
    finds: Mapping[ModelKey, Sequence[Find]]
    looks: Sequence[Look] = ()


class RegionVector(NamedTuple):
    """What an embedder made of a region."""

    uid: str
    model: ModelKey
    vector: bytes | None


class _Row(NamedTuple):
    """What is kept of a model and a region; ``score`` None: the model only looked at it."""

    uid: str
    model: ModelKey
    place: Place
    score: int | None


def keep(index: Connection, library: Connection, seen: Sequence[Looks]) -> list[RegionVector]:
    """Keep what models saw in place of what they saw before; return the vectors, not kept yet.

    Of a picture that a detector looked at, finds of detectors that are no longer in use go too.
    """
    shas = [one.sha256 for one in seen]
    old = _finds_of(index, shas)
    said = _said_places(library, shas)
    used = models.for_regions(library)
    rows: list[_Row] = []
    vectors: list[RegionVector] = []
    for one in seen:
        ran = one.finds.keys()
        gone = [
            row for row in old[one.sha256] if ran and (row.model in ran or row.model not in used)
        ]
        known = {row.uid: row.place for row in old[one.sha256]} | said[one.sha256]
        now, made = _recognised(one, known)
        left = {row.uid for row in now} | set(said[one.sha256])
        left |= {row.uid for row in old[one.sha256] if row not in gone}
        _forget(index, gone, left)
        rows += now
        vectors += made
    _put(index, rows)
    return vectors


def _recognised(seen: Looks, known: dict[str, Place]) -> tuple[list[_Row], list[RegionVector]]:
    """Give finds the uids of what is known (``known`` grows by what is new); return the rows."""
    rows: list[_Row] = []
    vectors: list[RegionVector] = []
    for detector, found in seen.finds.items():
        uids = list(known)
        matched = match([find.place for find in found], [known[uid] for uid in uids])
        for number, find in enumerate(found):
            uid = uids[matched[number]] if number in matched else _new_uid(seen.sha256)
            known.setdefault(uid, find.place)
            rows.append(_Row(uid, detector, find.place, round(find.score * SCORE_SCALE)))
            rows += [_Row(uid, model, find.place, None) for model in find.vectors]
            vectors += [RegionVector(uid, *made) for made in find.vectors.items()]
    for look in seen.looks:
        if look.uid in known:
            place = Place(known[look.uid].label, look.box)
            rows += [_Row(look.uid, model, place, None) for model in look.vectors]
            vectors += [RegionVector(look.uid, *made) for made in look.vectors.items()]
    return rows, vectors


def _new_uid(sha256: str) -> str:
    return f"{sha256}#{uuid4().hex[:16]}"


def _finds_of(index: Connection, shas: Iterable[str]) -> Mapping[str, list[_Row]]:
    """Return what detectors found before, the surest last, by picture."""
    rows = index.execute(
        select(idx_images.c.sha256, idx_subjects.c.uid, idx_models, *list(regions.c)[2:])
        .join(idx_subjects, idx_subjects.c.image_id == idx_images.c.id)
        .join(regions, regions.c.subject_id == idx_subjects.c.id)
        .join(idx_models, idx_models.c.id == regions.c.model_id)
        .where(one_of(idx_images.c.sha256, shas), regions.c.score.is_not(None))
        .order_by(regions.c.score)
    )
    found: dict[str, list[_Row]] = defaultdict(list)
    for sha256, uid, _, model, revision, label, left, top, width, height, score in rows:
        place = Place(label, Box(left, top, width, height))
        found[sha256].append(_Row(uid, ModelKey(model, revision), place, score))
    return found


def _said_places(library: Connection, shas: Sequence[str]) -> Mapping[str, dict[str, Place]]:
    """Return the regions that the user spoke of, rejected ones too, by picture."""
    ids = images.ids_of(library, shas)
    of_id = {image: sha256 for sha256, image in ids.items()}
    found: dict[str, dict[str, Place]] = defaultdict(dict)
    for uid, (image, said) in said_of(library, ids.values()).items():
        if said.box is not None:
            found[of_id[image]][uid] = Place(said.label, said.box)
    return found


def _forget(index: Connection, gone: Sequence[_Row], left: set[str]) -> None:
    """Forget finds; of regions that nothing knows any more also what models said of them."""
    if not gone:
        return
    numbers = index_ids.subject_ids(index, {row.uid for row in gone})
    of_model = index_ids.model_ids(index, {row.model for row in gone})
    keys = [{"subject": numbers[row.uid], "model": of_model[row.model]} for row in gone]
    r = regions.c
    mine = (r.subject_id == bindparam("subject"), r.model_id == bindparam("model"))
    index.execute(delete(regions).where(*mine), keys)
    lost = [number for uid, number in numbers.items() if uid not in left]
    for table in (regions, predictions, embeddings, runs) if lost else ():
        index.execute(delete(table).where(one_of(table.c.subject_id, lost)))


def _put(index: Connection, rows: Sequence[_Row]) -> None:
    if not rows:
        return
    subjects = index_ids.subject_ids(index, {row.uid for row in rows})
    of_model = {model: index_ids.model_id(index, model) for model in {row.model for row in rows}}
    put = insert(regions).prefix_with("OR REPLACE")
    index.execute(
        put,
        [
            {
                "subject_id": subjects[row.uid],
                "model_id": of_model[row.model],
                "label": row.place.label,
                "score": row.score,
                **asdict(row.place.box),
            }
            for row in rows
        ],
    )
