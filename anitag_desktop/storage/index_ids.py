"""The integer ids that index.db gives to images, subjects, tags and models."""

from collections.abc import Iterable, Mapping
from functools import cache

from sqlalchemy import Connection, Select, Table, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import subjects
from anitag_desktop.storage.schema import idx_images, idx_models, idx_subjects, idx_tags
from anitag_desktop.storage.selection import as_json, one_of_named


def image_ids(index: Connection, sha256s: Iterable[str]) -> dict[str, int]:
    """Return the index ids of images, given now to those that have none."""
    return _ids(index, idx_images, "sha256", {sha: {} for sha in sha256s})


def tag_ids(index: Connection, uids: Iterable[str]) -> dict[str, int]:
    """Return the index ids of tags, given now to those that have none."""
    return _ids(index, idx_tags, "uid", {uid: {} for uid in uids})


def known_tag_ids(index: Connection, uids: Iterable[str]) -> dict[str, int]:
    """Return the index ids of tags, as far as they have any."""
    return dict(index.execute(_known(idx_tags, "uid"), as_json(uids)).all())


def subject_ids(index: Connection, uids: Iterable[str]) -> dict[str, int]:
    """Return the index ids of pictures and regions, given now to those that have none."""
    of_image = {uid: subjects.image_sha256(uid) for uid in uids}
    numbers = image_ids(index, set(of_image.values()))
    wanted = {uid: {"image_id": numbers[sha256]} for uid, sha256 in of_image.items()}
    return _ids(index, idx_subjects, "uid", wanted)


def known_subject_ids(index: Connection, uids: Iterable[str]) -> dict[str, int]:
    """Return the index ids of pictures and regions, as far as they have any."""
    return dict(index.execute(_known(idx_subjects, "uid"), as_json(uids)).all())


def pictures(conn: Connection, image_ids: Iterable[int]) -> dict[int, int]:
    """Return the images that a model has looked at, by the index ids of the whole pictures.

    ``conn`` is a reading connection of the library.
    """
    of_uid = {uid: image_id for image_id, uid in subjects.picture_uids(conn, image_ids).items()}
    found = conn.execute(_known(idx_subjects, "uid"), as_json(of_uid))
    return {number: of_uid[uid] for uid, number in found.all()}


def model_id(index: Connection, key: ModelKey) -> int:
    """Return the index id of a model, given now if it has none."""
    row = {"model_id": key.model_id, "revision": key.revision}
    found = model_ids(index, [key])
    if not found:
        index.execute(idx_models.insert(), row)
        found = model_ids(index, [key])
    return found[key]


def model_ids(index: Connection, keys: Iterable[ModelKey]) -> dict[ModelKey, int]:
    """Return the index ids of models, as far as they have any."""
    m = idx_models.c
    wanted = set(keys)
    rows = index.execute(select(m.id, m.model_id, m.revision))
    known = {ModelKey(row.model_id, row.revision): row.id for row in rows}
    return {key: known[key] for key in wanted if key in known}


def _ids(
    index: Connection, table: Table, key: str, wanted: Mapping[str, Mapping[str, int]]
) -> dict[str, int]:
    query = _known(table, key)
    found = dict(index.execute(query, as_json(wanted)).all())
    missing = [name for name in wanted if name not in found]
    if missing:
        rows = [{key: name, **wanted[name]} for name in missing]
        index.execute(insert(table).on_conflict_do_nothing(), rows)
        found |= dict(index.execute(query, as_json(missing)).all())
    return found


@cache
def _known(table: Table, key: str) -> "Select[str, int]":
    """Built once for each table: building a statement costs more than running it."""
    return select(table.c[key], table.c.id).where(one_of_named(table.c[key]))
