"""The integer ids that index.db gives to images, subjects, tags and models."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage.schema import idx_images, idx_models, idx_subjects, idx_tags
from anitag_desktop.storage.selection import one_of


def image_ids(index: Connection, sha256s: Iterable[str]) -> dict[str, int]:
    """Return the index ids of images, given now to those that have none."""
    return _ids(index, idx_images, "sha256", {sha: {} for sha in sha256s})


def tag_ids(index: Connection, uids: Iterable[str]) -> dict[str, int]:
    """Return the index ids of tags, given now to those that have none."""
    return _ids(index, idx_tags, "uid", {uid: {} for uid in uids})


def known_tag_ids(index: Connection, uids: Iterable[str]) -> dict[str, int]:
    """Return the index ids of tags, as far as they have any."""
    query = select(idx_tags.c.uid, idx_tags.c.id).where(one_of(idx_tags.c.uid, uids))
    return dict(index.execute(query).all())


def picture_ids(index: Connection, sha256s: Iterable[str]) -> dict[str, int]:
    """Return the index ids of the subjects that are whole pictures, given to those without."""
    wanted = {sha: {"image_id": number} for sha, number in image_ids(index, sha256s).items()}
    return _ids(index, idx_subjects, "uid", wanted)


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
    query = select(table.c[key], table.c.id)
    found = dict(index.execute(query.where(one_of(table.c[key], wanted))).all())
    missing = [name for name in wanted if name not in found]
    if missing:
        rows = [{key: name, **wanted[name]} for name in missing]
        index.execute(insert(table).on_conflict_do_nothing(), rows)
        query = query.where(one_of(table.c[key], missing))
        found |= dict(index.execute(query).all())
    return found
