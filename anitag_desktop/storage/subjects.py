"""Subjects: what a verdict or a prediction is about, a whole picture or a region in it."""

from collections.abc import Iterable

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.domain.image import Box
from anitag_desktop.storage.notes import note_stale
from anitag_desktop.storage.schema import images, subjects
from anitag_desktop.storage.selection import one_of

SHA256_DIGITS = 64


def image_sha256(subject_uid: str) -> str:
    """Return the sha256 of the picture that a subject is or lies in."""
    return subject_uid[:SHA256_DIGITS]


def add(conn: Connection, uids: Iterable[str], box: Box | None = None) -> None:
    """Make sure that the subjects are there, linked to their images as far as those are known."""
    rows = [_row(conn, uid, box) for uid in uids]
    if rows:
        conn.execute(insert(subjects).on_conflict_do_nothing(), rows)


def adopt(conn: Connection, image_id: int, sha256: str) -> None:
    """Link a new image with its subject, and with those that a journal or import knew before."""
    known = conn.execute(
        update(subjects)
        .where(subjects.c.uid >= sha256, subjects.c.uid < f"{sha256}$")  # "$" follows "#"
        .values(image_id=image_id)
    )
    if known.rowcount:
        note_stale(conn, images={image_id})
    row = {"uid": sha256, "image_id": image_id, "kind": "picture"}
    conn.execute(insert(subjects).values(row).on_conflict_do_nothing())


def picture_ids(conn: Connection, image_ids: Iterable[int]) -> dict[int, int]:
    """Return for each image id the id of the subject that is the whole picture."""
    rows = conn.execute(
        select(subjects.c.image_id, subjects.c.id).where(
            one_of(subjects.c.image_id, image_ids), subjects.c.kind == "picture"
        )
    )
    return dict(rows.tuples().all())


def _row(conn: Connection, uid: str, box: Box | None) -> dict[str, object]:
    sha256 = image_sha256(uid)
    image_id = conn.execute(
        select(images.c.id).where(images.c.sha256 == sha256)
    ).scalar_one_or_none()
    kind = "picture" if uid == sha256 else "region"
    row: dict[str, object] = {"uid": uid, "image_id": image_id, "kind": kind}
    if box is None:
        return row | dict.fromkeys(("left", "top", "width", "height"))
    return row | {"left": box.left, "top": box.top, "width": box.width, "height": box.height}
