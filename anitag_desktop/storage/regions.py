"""Regions of pictures: what the user said of them, and what else is shown.

What a detector finds is kept in index.db alone (``region_finds``) until the user says something of
it: then its box is the user's, and stays as it is whatever detectors find later. A rejected region
keeps its box too, so that it is known again and does not come back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select, text, update

from anitag_desktop.domain.correction import EffectiveTag
from anitag_desktop.domain.image import Box
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.region import Place, Region
from anitag_desktop.storage import models, subjects
from anitag_desktop.storage.deriving import Sources, derive_regions, read_basis
from anitag_desktop.storage.notes import note, note_stale
from anitag_desktop.storage.schema import SCORE_SCALE, idx_images, idx_models, idx_subjects, images
from anitag_desktop.storage.schema import regions as finds
from anitag_desktop.storage.schema import subjects as subject_table
from anitag_desktop.storage.selection import one_of

OPERATION = "region.put"
"""The command that sets what the user says of a region."""


class Said(NamedTuple):
    """What the user says of a region; without a ``box`` nothing, so that a detector's counts."""

    box: Box | None = None
    label: str = ""
    is_rejected: bool = False


def command(uid: str, said: Said) -> dict[str, Any]:
    """Return the command that lets ``said`` hold of a region."""
    box = said.box and asdict(said.box)
    return {"op": OPERATION, "subject": uid, **said._asdict(), "box": box}


def put(conn: Connection, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Do such a command; return what takes it back, nothing if all was so already."""
    uid = wanted["subject"]
    box = wanted["box"] and Box(**wanted["box"])
    said = Said(box, wanted["label"], bool(wanted["is_rejected"]))
    subjects.add(conn, [uid])
    row = conn.execute(_SAID.where(subject_table.c.uid == uid)).one()
    old = _said(row)
    if old == said:
        return []
    place = _NO_BOX if said.box is None else asdict(said.box)
    values = {**place, "label": said.label, "is_rejected": int(said.is_rejected)}
    conn.execute(update(subject_table).where(subject_table.c.uid == uid).values(values))
    if row.image_id is not None:
        note(conn, images=frozenset({row.image_id}))
        note_stale(conn, images={row.image_id})
    return [command(uid, old)]


def said_of(conn: Connection, image_ids: Iterable[int]) -> dict[str, tuple[int, Said]]:
    """Return what the user says of the regions of images, by uid, each with its image."""
    s = subject_table.c
    rows = conn.execute(_SAID.where(one_of(s.image_id, image_ids), _IS_REGION))
    return {row.uid: (row.image_id, _said(row)) for row in rows}


def of_images(conn: Connection, image_ids: Iterable[int]) -> Mapping[int, tuple[Region, ...]]:
    """Return the regions of images as they are shown, from left to right, by image id.

    ``conn`` is a reading connection of the library. Of several detectors in use that found one
    thing the surest tells where it is.
    """
    ids = list(image_ids)
    shown = {uid: (image, region) for image, uid, region in _found(conn, ids)}
    for uid, (image, said) in said_of(conn, ids).items():
        if said.is_rejected:
            shown.pop(uid, None)
        elif said.box is not None:
            shown[uid] = (image, Region(uid, Place(said.label, said.box)))
    tagged = _with_tags(conn, shown)
    found: dict[int, tuple[Region, ...]] = defaultdict(tuple)
    for image, region in sorted(tagged, key=lambda pair: _reading_order(pair[1])):
        found[image] += (region,)
    return found


def places(conn: Connection, uids: Iterable[str]) -> dict[str, Place]:
    """Return where regions lie and what they are, by uid, as far as they are shown."""
    wanted = set(uids)
    shas = {subjects.image_sha256(uid) for uid in wanted}
    ids = conn.execute(select(images.c.id).where(one_of(images.c.sha256, shas))).scalars()
    found = of_images(conn, ids).values()
    return {one.uid: one.place for own in found for one in own if one.uid in wanted}


def _with_tags(
    conn: Connection, shown: Mapping[str, tuple[int, Region]]
) -> list[tuple[int, Region]]:
    if not shown:
        return []
    query = select(images.c.id, images.c.sha256)
    shas = dict(
        conn.execute(query.where(one_of(images.c.id, {i for i, _ in shown.values()}))).all()
    )
    derived = derive_regions(Sources(conn, conn, read_basis(conn)), shas, None)
    return [
        (
            image,
            replace(
                region,
                tags=tuple(sorted(own.effective, key=_surest_first)),
                rejected=tuple(sorted(own.rejected, key=lambda tag: tag.name)),
            )
            if (own := derived.get(uid)) is not None
            else region,
        )
        for uid, (image, region) in shown.items()
    ]


def _found(conn: Connection, image_ids: Iterable[int]) -> Iterable[tuple[int, str, Region]]:
    """Give what detectors in use found, the surest of each thing last."""
    rows = conn.execute(
        select(
            images.c.id, idx_subjects.c.uid, *finds.c, idx_models.c.model_id, idx_models.c.revision
        )
        .join(idx_images, idx_images.c.sha256 == images.c.sha256)
        .join(idx_subjects, idx_subjects.c.image_id == idx_images.c.id)
        .join(finds, finds.c.subject_id == idx_subjects.c.id)
        .join(idx_models, idx_models.c.id == finds.c.model_id)
        .where(one_of(images.c.id, image_ids), finds.c.score.is_not(None))
        .order_by(finds.c.score)
    )
    used = models.for_regions(conn)
    for image, uid, _, _, label, left, top, width, height, score, model, revision in rows:
        if ModelKey(model, revision) in used:
            place = Place(label, Box(left, top, width, height))
            yield image, uid, Region(uid, place, score / SCORE_SCALE, model)


def _said(row: Row[*tuple[Any, ...]]) -> Said:
    box = None if row.left is None else Box(row.left, row.top, row.width, row.height)
    return Said(box, row.label or "", bool(row.is_rejected))


def _reading_order(region: Region) -> tuple[float, float, str]:
    return region.place.box.left, region.place.box.top, region.uid


def _surest_first(found: EffectiveTag) -> tuple[float, str]:
    return -(2.0 if found.score is None else found.score), found.tag.name


_IS_REGION = text("subjects.kind = 'region'")  # a literal: else SQLite does not use the index
_SAID = select(
    subject_table.c.uid,
    subject_table.c.image_id,
    subject_table.c.left,
    subject_table.c.top,
    subject_table.c.width,
    subject_table.c.height,
    subject_table.c.label,
    subject_table.c.is_rejected,
)
_NO_BOX: Mapping[str, None] = dict.fromkeys(("left", "top", "width", "height"))
