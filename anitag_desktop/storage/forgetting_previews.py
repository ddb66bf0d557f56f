"""What forgetting a model would do to the tags of pictures, worked out without doing it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Connection, select

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import remembered_models
from anitag_desktop.storage.deriving import Sources, derive, read_basis
from anitag_desktop.storage.schema import idx_images, idx_tags, image_tags, images
from anitag_desktop.storage.selection import one_of


class Loss(NamedTuple):
    """What pictures would lose, worked out for ``seen`` of the ``concerned`` ones.

    ``pictures`` would have other tags; ``lost`` and ``gained`` count pairs of a picture and a tag:
    one may come back that another model was outvoted on.
    """

    concerned: int = 0
    seen: int = 0
    pictures: int = 0
    lost: int = 0
    gained: int = 0


def loss(conn: Connection, keys: Iterable[ModelKey], limit: int) -> Loss:
    """Work it out for as many as ``limit`` pictures that the models have looked at.

    ``conn`` is a reading connection of the library. Models that are not in use change nothing.
    """
    basis = read_basis(conn)
    heard = [key for key in keys if key in basis.thresholds]
    shas = remembered_models.some_pictures(conn, heard, limit)
    left = {key: own for key, own in basis.thresholds.items() if key not in heard}
    then = derive(Sources(conn, conn, replace(basis, thresholds=left)), shas, None)
    now = _tags_of(conn, shas)
    uids = {at: {found.tag.uid for found in derived.effective} for at, derived in then.items()}
    return Loss(
        remembered_models.count_pictures(conn, heard),
        len(shas),
        sum(uids[at] != now[at] for at in shas),
        sum(len(now[at] - uids[at]) for at in shas),
        sum(len(uids[at] - now[at]) for at in shas),
    )


def _tags_of(conn: Connection, image_ids: Iterable[int]) -> dict[int, set[str]]:
    """Return the uids of the tags that pictures have now."""
    rows = conn.execute(
        select(images.c.id, idx_tags.c.uid)
        .join(idx_images, idx_images.c.sha256 == images.c.sha256)
        .join(image_tags, image_tags.c.image_id == idx_images.c.id)
        .join(idx_tags, idx_tags.c.id == image_tags.c.tag_id)
        .where(one_of(images.c.id, image_ids))
    )
    found: dict[int, set[str]] = defaultdict(set)
    for image_id, uid in rows:
        found[image_id].add(uid)
    return found
