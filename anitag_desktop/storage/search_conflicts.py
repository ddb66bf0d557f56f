"""The images on which what a model predicts is disputed: by the user, or by another model.

A model disputes a tag if it looked at the image, knows the tag (gave it a score somewhere), and
did not reach its threshold. Which models do so is worked out in masks, a bit for each active model.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Select, and_, exists, func, literal, select, union_all

from anitag_desktop.storage import search_tags, tags
from anitag_desktop.storage.schema import predictions, rejected_tags, runs
from anitag_desktop.storage.search_tables import idx_subjects, idx_tags
from anitag_desktop.storage.search_tables import tags as tag_table
from anitag_desktop.storage.search_tags import Members
from anitag_desktop.storage.selection import one_of

Window = Sequence[int]
"""Tag, model, lowest and highest score, root: see ``search_tags.score_windows``."""

_p = predictions.c


def conflicts(conn: Connection, name: str | None) -> Members:
    """Return the images (ids of index.db) on which a tag, or any at all, is disputed."""
    if name is not None and tags.by_name(conn, name) is None:
        return select(idx_subjects.c.image_id).where(literal(False))
    windows = search_tags.score_windows(conn, name, None)
    return union_all(_rejected(conn, windows), _denied(conn, windows))


def _rejected(conn: Connection, windows: Sequence[Window]) -> Select[tuple[int]]:
    """Select the images where the user rejected what a model predicts."""
    numbers = _numbers(conn, {root for *_, root in windows})
    rows = [
        [tag, model, low, numbers[root]] for tag, model, low, _, root in windows if root in numbers
    ]
    window = func.json_each(json.dumps(rows)).table_valued("value")
    tag, model, low, root = (func.json_extract(window.c.value, f"$[{at}]") for at in range(4))
    return (
        select(rejected_tags.c.image_id)
        .select_from(window)
        .join(rejected_tags, rejected_tags.c.tag_id == root)
        .join(idx_subjects, idx_subjects.c.image_id == rejected_tags.c.image_id)
        .join(
            predictions,
            and_(
                _p.subject_id == idx_subjects.c.id,
                _p.model_id == model,
                _p.tag_id == tag,
                _p.score >= low,
            ),
        )
    )


def _denied(conn: Connection, windows: Sequence[Window]) -> Select[tuple[int]]:
    """Select the images where one model predicts a tag and another one that knows it does not."""
    bits = {model: 1 << place for place, model in enumerate(sorted({w[1] for w in windows}))}
    knowing = _knowing(conn, windows, bits)
    rows = [
        [tag, model, low, root, bits[model], knowing[root]]
        for tag, model, low, _, root in windows
        if knowing[root].bit_count() > 1
    ]
    window = func.json_each(json.dumps(rows)).table_valued("value")
    tag, model, low, root, bit, known = (
        func.json_extract(window.c.value, f"$[{at}]") for at in range(6)
    )
    is_sure = and_(_p.tag_id == tag, _p.model_id == model, _p.score >= low)
    sure = (
        select(_p.subject_id, root.label("root"), bit.label("bit"), known.label("known"))
        .select_from(window)
        .join(predictions, is_sure)
        .distinct()  # a tag may have been merged of several, each with a score
        .subquery()
    )
    said = (
        select(sure.c.subject_id, sure.c.known, func.sum(sure.c.bit).label("yes"))
        .group_by(sure.c.subject_id, sure.c.root)
        .subquery()
    )
    looked = func.json_each(json.dumps(list(bits.items()))).table_valued("value")
    own_model, own_bit = (func.json_extract(looked.c.value, f"$[{at}]") for at in range(2))
    denying = own_bit.bitwise_and(said.c.known).bitwise_and(said.c.yes.bitwise_not())
    denies = exists(
        select(literal(1))
        .select_from(looked)
        .join(runs, and_(runs.c.subject_id == said.c.subject_id, runs.c.model_id == own_model))
        .where(denying != 0)
    )
    return (
        select(idx_subjects.c.image_id)
        .select_from(said)
        .join(idx_subjects, idx_subjects.c.id == said.c.subject_id)
        .where(denies)
    )


def _knowing(
    conn: Connection, windows: Sequence[Window], bits: Mapping[int, int]
) -> Mapping[int, int]:
    """Return for each root the models that gave it a score on any image, as a mask."""
    rows = [[tag, model, root] for tag, model, _, _, root in windows]
    window = func.json_each(json.dumps(rows)).table_valued("value")
    tag, model, root = (func.json_extract(window.c.value, f"$[{at}]") for at in range(3))
    is_known = exists(
        select(literal(1)).select_from(predictions).where(_p.tag_id == tag, _p.model_id == model)
    )
    knowing: dict[int, int] = defaultdict(int)
    if len(bits) > 1:
        for number, knower in conn.execute(select(root, model).select_from(window).where(is_known)):
            knowing[number] |= bits[knower]
    return knowing


def _numbers(conn: Connection, roots: set[int]) -> dict[int, int]:
    """Return the ids in index.db of those roots that the user rejected somewhere."""
    rejected = select(rejected_tags.c.tag_id).distinct()
    asked = (
        select(tag_table.c.id, idx_tags.c.id)
        .join(idx_tags, idx_tags.c.uid == tag_table.c.uid)
        .where(one_of(tag_table.c.id, roots), idx_tags.c.id.in_(rejected))
    )
    return {root: number for root, number in conn.execute(asked)}  # noqa: C416 - rows are no tuples
