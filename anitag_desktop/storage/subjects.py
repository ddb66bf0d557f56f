"""Subjects: what a verdict or a prediction is about, a whole picture or a region in it."""

from collections.abc import Iterable

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.domain.image import SHA256_DIGITS
from anitag_desktop.storage.notes import note_stale
from anitag_desktop.storage.plain_rows import plain_rows
from anitag_desktop.storage.schema import images, subjects
from anitag_desktop.storage.selection import as_json, one_of

_ADD = insert(subjects).on_conflict_do_nothing()


def image_sha256(subject_uid: str) -> str:
    """Return the sha256 of the picture that a subject is or lies in.

    It is a whole picture's uid; a region's goes on with "#" and its name.
    """
    return subject_uid[:SHA256_DIGITS]


def is_part(subject_uid: str) -> bool:
    """Tell whether a subject is a region of a picture."""
    return len(subject_uid) > SHA256_DIGITS


def add(conn: Connection, uids: Iterable[str]) -> None:
    """Make sure that the subjects are there, linked to their images as far as those are known.

    A region's picture is made a subject too, so that a later image adopts both.
    """
    wanted = set(uids)
    wanted |= {image_sha256(uid) for uid in wanted}
    query = select(images.c.sha256, images.c.id)
    shas = {image_sha256(uid) for uid in wanted}
    known = dict(conn.execute(query.where(one_of(images.c.sha256, shas))).all())
    rows = [_row(uid, known.get(image_sha256(uid))) for uid in wanted]
    if rows:
        conn.execute(_ADD, rows)


def adopt(conn: Connection, image_id: int, sha256: str) -> bool:
    """Link a new image with its subject, and with those that a journal or import knew before.

    Tells whether there were any.
    """
    row = {"uid": sha256, "image_id": image_id, "kind": "picture"}
    if conn.execute(_ADD, row).rowcount:
        return False
    # The journal knew it first. "$" follows "#": its regions lie between.
    known = update(subjects).where(subjects.c.uid >= sha256, subjects.c.uid < f"{sha256}$")
    conn.execute(known.values(image_id=image_id))
    note_stale(conn, images={image_id})
    return True


def id_of(conn: Connection, uid: str) -> int:
    """Return the id of a subject that is there."""
    return int(conn.execute(select(subjects.c.id).where(subjects.c.uid == uid)).scalar_one())


def picture_uids(conn: Connection, image_ids: Iterable[int]) -> dict[int, str]:
    """Return for each image id its sha256.

    ``images`` has it too, but in rows so long that in a large library each lies on another page.
    """
    return dict(plain_rows(conn, _PICTURE_UIDS, (as_json(image_ids)["values"],)))


def picture_ids(conn: Connection, image_ids: Iterable[int]) -> dict[int, int]:
    """Return for each image id the id of the subject that is the whole picture."""
    return dict(plain_rows(conn, _PICTURES, (as_json(image_ids)["values"],)))


_OF_IMAGES = (
    "FROM main.subjects WHERE image_id IN (SELECT value FROM json_each(?)) AND kind = 'picture'"
)
_PICTURES = f"SELECT image_id, id {_OF_IMAGES}"
_PICTURE_UIDS = f"SELECT image_id, uid {_OF_IMAGES}"


def _row(uid: str, image_id: int | None) -> dict[str, object]:
    kind = "picture" if uid == image_sha256(uid) else "region"
    return {"uid": uid, "image_id": image_id, "kind": kind}
