"""On how many present pictures tags are found: with the tags that imply them, as search finds.

Connections are reading ones of the library, which see the index as well.
"""

import json
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, exists, func, select, true

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.storage import search_files
from anitag_desktop.storage.closure import closure
from anitag_desktop.storage.schema import image_tags, rejected_tags
from anitag_desktop.storage.search_tables import idx_images, idx_tags, images, tags
from anitag_desktop.storage.selection import one_of
from anitag_desktop.storage.tags import TagRow

_ALL = 1000
"""From so many tags on, all are counted: naming each takes longer."""


def found(conn: Connection, rows: Sequence[TagRow]) -> dict[int, int]:
    """Return by tag id how many present images a search for each of these tags finds."""
    ids = [row.tag_id for row in rows]
    numbers = _numbers(conn, ids)
    # Few images are absent, so taking theirs away is quicker than asking each for its presence.
    absent = one_of(image_tags.c.image_id, absent_images(conn))
    totals = _own_totals(conn, numbers, absent)
    pairs = _implying(conn, ids, numbers)
    if pairs:
        implied = Counter(_with_implying(conn, pairs, true()))
        implied.subtract(_with_implying(conn, pairs, absent))
        totals |= implied
    return totals


def own(conn: Connection, rows: Sequence[TagRow]) -> dict[int, int]:
    """Return by tag id how many present images have each of these tags themselves."""
    absent = one_of(image_tags.c.image_id, absent_images(conn))
    return _own_totals(conn, _numbers(conn, [row.tag_id for row in rows]), absent)


def _own_totals(
    conn: Connection, numbers: dict[int, int], absent: ColumnElement[bool]
) -> dict[int, int]:
    counts = Counter(_own(conn, numbers, true()))
    counts.subtract(_own(conn, numbers, absent))
    return {tag_id: counts[number] for tag_id, number in numbers.items()}


def _numbers(conn: Connection, tag_ids: Sequence[int]) -> dict[int, int]:
    """Return the ids in index.db of tags, as far as they have any."""
    asked = select(tags.c.id, idx_tags.c.id).join(idx_tags, idx_tags.c.uid == tags.c.uid)
    rows = conn.execute(asked.where(one_of(tags.c.id, tag_ids)))
    return {tag_id: number for tag_id, number in rows}  # noqa: C416 - rows are no tuples


def _own(conn: Connection, numbers: dict[int, int], where: ColumnElement[bool]) -> dict[int, int]:
    among = true() if len(numbers) > _ALL else one_of(image_tags.c.tag_id, numbers.values())
    asked = select(image_tags.c.tag_id, func.count()).where(among, where)
    rows = conn.execute(asked.group_by(image_tags.c.tag_id))
    return {number: count for number, count in rows}  # noqa: C416 - rows are no tuples


def _implying(conn: Connection, tag_ids: Sequence[int], numbers: dict[int, int]) -> list[list[int]]:
    """Return tag id, its own number and one of what implies it (ids of index.db), also its own."""
    pairs = conn.execute(
        select(closure.c.parent_id, closure.c.child_id).where(one_of(closure.c.parent_id, tag_ids))
    ).all()
    known = numbers | _numbers(conn, [child for _, child in pairs])
    found = [[p, numbers.get(p, 0), known[child]] for p, child in pairs if child in known]
    own = {(p, number) for p, number, _ in found if number}
    return found + [[p, number, number] for p, number in own]


def _with_implying(
    conn: Connection, pairs: list[list[int]], where: ColumnElement[bool]
) -> dict[int, int]:
    pair = func.json_each(json.dumps(pairs)).table_valued("value")
    tag, root, number = (func.json_extract(pair.c.value, f"$[{place}]") for place in range(3))
    is_rejected = exists().where(
        rejected_tags.c.tag_id == root,
        rejected_tags.c.image_id == image_tags.c.image_id,
        root != number,
    )
    asked = (
        select(tag, func.count(image_tags.c.image_id.distinct()))
        .select_from(pair)
        .join(image_tags, image_tags.c.tag_id == number)
        .where(where, ~is_rejected)
        .group_by(tag)
    )
    return {tag_id: count for tag_id, count in conn.execute(asked)}  # noqa: C416


def absent_images(conn: Connection) -> list[int]:
    """Return the images (ids of index.db) of which no file is present."""
    is_present = search_files.has_status(frozenset({ImageStatus.PRESENT}))
    asked = (
        select(idx_images.c.id)
        .join(images, images.c.sha256 == idx_images.c.sha256)
        .where(~is_present)
    )
    return list(conn.execute(asked).scalars())
