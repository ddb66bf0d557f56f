"""The parts of a search's SQL that ask for tags and scores.

Names are looked up first, so that the statement holds ids of index.db only. ``at`` stands for the
column with the image's id in index.db; it is null for an image that no model has seen and nobody
has spoken of.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import CompoundSelect

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.search.conditions import Doubt, Doubted
from anitag_desktop.search.query import TagName, TagPattern
from anitag_desktop.storage import index_ids, models, tags
from anitag_desktop.storage.closure import closure
from anitag_desktop.storage.schema import (
    SCORE_SCALE,
    image_tags,
    predictions,
    rejected_tags,
    runs,
)
from anitag_desktop.storage.search_tables import (
    idx_subjects,
    idx_tags,
)
from anitag_desktop.storage.search_tables import tags as tag_table
from anitag_desktop.storage.selection import one_of

FEW = 16
"""Up to so many tags are looked for image by image; of more, all images are listed first."""

Members = Select[tuple[int]] | CompoundSelect[tuple[int]]
"""A SELECT of image ids of index.db."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The tags (ids of index.db) whose images a term finds.

    ``plain`` find all their images. ``implied`` holds, for each tag that was named and that the
    user rejected somewhere, the tags that imply it: they find only images on which it was not.
    """

    plain: tuple[int, ...]
    implied: tuple[tuple[int, tuple[int, ...]], ...]


def reach(
    conn: Connection, term: TagName | TagPattern, category: TagCategory | None = None
) -> Reach:
    """Look up what a term finds; ``category`` leaves out tags of others."""
    roots = _named(conn, term, category)
    if not roots:
        return Reach((), ())
    below = select(closure.c.parent_id, closure.c.child_id).where(
        one_of(closure.c.parent_id, roots)
    )
    pairs = [(root, root) for root in roots] + [(root, tag) for root, tag in conn.execute(below)]
    numbers = _index_ids(conn, {tag for pair in pairs for tag in pair})
    plain = {numbers[root] for root in roots if root in numbers}
    implied: dict[int, set[int]] = defaultdict(set)
    rejected = _rejected_anywhere(conn, plain)
    for root, tag in pairs:
        if tag in numbers and numbers.get(root) in rejected:
            implied[numbers[root]].add(numbers[tag])
        elif tag in numbers:
            plain.add(numbers[tag])
    return Reach(
        tuple(sorted(plain)),
        tuple((root, tuple(sorted(own - plain))) for root, own in implied.items() if own - plain),
    )


def merged(found: Iterable[Reach]) -> Reach:
    """Return what any of several terms finds."""
    found = tuple(found)
    plain = {tag for one in found for tag in one.plain}
    return Reach(tuple(sorted(plain)), tuple(pair for one in found for pair in one.implied))


def has_any(found: Reach, at: ColumnElement[int]) -> ColumnElement[bool]:
    """Return "the image has one of these tags"."""
    if len(found.implied) > FEW:
        return or_(_has(found.plain, at), at.in_(_implied_members(found)))
    return or_(
        _has(found.plain, at),
        *(and_(_has(tags_, at), ~_is_rejected(root, at)) for root, tags_ in found.implied),
    )


def members(found: Reach) -> Members:
    """Return the images that have one of these tags; one may come up more than once."""
    plain = select(image_tags.c.image_id).where(_is_one_of(found.plain))
    if not found.implied:
        return plain
    return union_all(plain, _implied_members(found))


def has_source(source: str, at: ColumnElement[int]) -> ColumnElement[bool]:
    """Return "the image has a tag from this source"."""
    return at.in_(select(image_tags.c.image_id).where(image_tags.c.source == source))


def count_tags(
    conn: Connection, category: TagCategory | None, at: ColumnElement[int]
) -> ColumnElement[int]:
    """Return the number of the image's tags, of a category or all but ratings."""
    wanted = category or TagCategory.RATING
    ids = _index_ids_where(conn, tag_table.c.category == wanted)
    is_wanted = one_of(image_tags.c.tag_id, ids)
    own = select(func.count()).where(
        image_tags.c.image_id == at, is_wanted if category else ~is_wanted
    )
    return own.scalar_subquery()


def is_untagged(conn: Connection, at: ColumnElement[int]) -> ColumnElement[bool]:
    """Return "the image has no tag but perhaps a rating"."""
    ratings = _index_ids_where(conn, tag_table.c.category == TagCategory.RATING)
    mine = and_(image_tags.c.image_id == at, ~one_of(image_tags.c.tag_id, ratings))
    return ~exists(select(literal(1)).select_from(image_tags).where(mine))


def scores(conn: Connection, name: str) -> Select[tuple[int, int]]:
    """Return (image id, highest score of an active model for a tag), as image_id and score."""
    is_asked = and_(
        one_of(predictions.c.tag_id, _kin_in_index(conn, name)),
        one_of(predictions.c.model_id, _active(conn)),
    )
    return (
        select(idx_subjects.c.image_id, func.max(predictions.c.score).label("score"))
        .join(predictions, predictions.c.subject_id == idx_subjects.c.id)
        .where(is_asked)
        .group_by(idx_subjects.c.image_id)
    )


def score_of(conn: Connection, name: str, at: ColumnElement[int]) -> ColumnElement[int]:
    """Return the highest score of an active model for a tag on the image, 0 without one."""
    own = (
        select(func.max(predictions.c.score))
        .join(idx_subjects, idx_subjects.c.id == predictions.c.subject_id)
        .where(
            idx_subjects.c.image_id == at,
            one_of(predictions.c.model_id, _active(conn)),
            one_of(predictions.c.tag_id, _kin_in_index(conn, name)),
        )
    )
    return func.coalesce(own.scalar_subquery(), 0)


def near_threshold(conn: Connection, asked: Doubted) -> Members:
    """Return the images on which a model's score is at, or about, the threshold of a tag."""
    margin = asked.margin if asked.doubt is Doubt.UNCERTAIN else None
    windows = score_windows(conn, asked.tag, margin)
    window = func.json_each(json.dumps(windows)).table_valued("value")
    tag, model, low, high = (func.json_extract(window.c.value, f"$[{place}]") for place in range(4))
    p = predictions.c
    return (
        select(idx_subjects.c.image_id)
        .select_from(window)
        .join(predictions, and_(p.tag_id == tag, p.model_id == model, p.score.between(low, high)))
        .join(idx_subjects, idx_subjects.c.id == p.subject_id)
    )


def looked_at(conn: Connection, model_ids: Iterable[int] | None = None) -> Members:
    """Return the images that models (ids of index.db; None: the active ones) looked at."""
    wanted = _active(conn) if model_ids is None else list(model_ids)
    return (
        select(idx_subjects.c.image_id)
        .join(runs, runs.c.subject_id == idx_subjects.c.id)
        .where(one_of(runs.c.model_id, wanted))
    )


def is_scored(conn: Connection, name: str) -> bool:
    """Tell whether an active model gave the tag a score, on any image."""
    asked = (
        select(predictions.c.score)
        .where(
            one_of(predictions.c.tag_id, _kin_in_index(conn, name)),
            one_of(predictions.c.model_id, _active(conn)),
        )
        .limit(1)
    )
    return conn.execute(asked).first() is not None


def kin_of(conn: Connection, name: str) -> set[int]:
    """Return the ids (of library.db) of all tags that count as the one of this name."""
    row = tags.by_name(conn, name)
    return set() if row is None else tags.kin(conn, [row.tag_id])


def least_score(threshold: float) -> int:
    """Return the lowest stored score that reaches a threshold."""
    score = math.floor(threshold * SCORE_SCALE) - 1
    while score / SCORE_SCALE < threshold:
        score += 1
    return score


def score_windows(conn: Connection, name: str | None, margin: int | None) -> list[list[int]]:
    """Return (tag, model, lowest, highest score, root) for a tag, or for all.

    Ids are those of index.db, but ``root``, the tag that it counts as, is of library.db. Without
    ``margin`` a window is from the threshold up, else so far about it.
    """
    alive = tags.every(conn) if name is None else [tags.by_name(conn, name)]
    asked = [row for row in alive if row is not None]
    if name is None:
        asked = [row for row in asked if row.tag.category is not TagCategory.RATING]
    kin = {row.tag_id: tags.kin(conn, [row.tag_id]) for row in asked} if name else _all_kin(conn)
    numbers = _index_ids(conn, {tag for own in kin.values() for tag in own})
    thresholds = models.active_thresholds(conn)
    known = index_ids.model_ids(conn, thresholds)
    windows: list[list[int]] = []
    for key, model in known.items():
        for row in asked:
            least = least_score(thresholds[key].of(row.tag.name, row.tag.category))
            low, high = (least, SCORE_SCALE) if margin is None else (least - margin, least + margin)
            own = (numbers[tag] for tag in kin[row.tag_id] if tag in numbers)
            windows.extend([number, model, low, high, row.tag_id] for number in own)
    return windows


def _all_kin(conn: Connection) -> dict[int, set[int]]:
    """Return, for each tag in use, all tags that count as it."""
    every_id = conn.execute(select(tag_table.c.id)).scalars().all()
    kin: dict[int, set[int]] = defaultdict(set)
    for tag_id, row in tags.canonical(conn, every_id).items():
        if row is not None:
            kin[row.tag_id].add(tag_id)
    return kin


def _named(conn: Connection, term: TagName | TagPattern, category: TagCategory | None) -> list[int]:
    """Return the ids of the tags in use that a term names."""
    if isinstance(term, TagName):
        row = tags.by_name(conn, term.name) if _can_be_stored(term.name) else None
        fits = row is not None and category in (None, row.tag.category)
        return [row.tag_id] if row is not None and fits else []
    if not all(map(_can_be_stored, term.pieces)):
        return []
    t = tag_table.c
    is_alive = and_(t.merged_into.is_(None), t.deleted_at.is_(None))
    in_category = t.category == category if category else t.category != TagCategory.RATING
    pattern = t.name.op("GLOB")("*".join(map(_escaped, term.pieces)))
    return list(conn.execute(select(t.id).where(pattern, is_alive, in_category)).scalars())


def _escaped(piece: str) -> str:
    """Let every character of a piece stand for itself in a GLOB."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in piece)


def _can_be_stored(name: str) -> bool:
    """Tell whether a name is Unicode; the bytes of a broken argument are not."""
    return not any("\ud800" <= char <= "\udfff" for char in name)


def _kin_in_index(conn: Connection, name: str) -> list[int]:
    return list(_index_ids(conn, kin_of(conn, name)).values()) if _can_be_stored(name) else []


def _active(conn: Connection) -> list[int]:
    return list(index_ids.model_ids(conn, models.active_thresholds(conn)).values())


def _index_ids(conn: Connection, tag_ids: Iterable[int]) -> dict[int, int]:
    """Return the ids in index.db of tags of library.db, as far as they have any."""
    asked = (
        select(tag_table.c.id, idx_tags.c.id)
        .join(idx_tags, idx_tags.c.uid == tag_table.c.uid)
        .where(one_of(tag_table.c.id, tag_ids))
    )
    return {tag_id: number for tag_id, number in conn.execute(asked)}  # noqa: C416


def _index_ids_where(conn: Connection, condition: ColumnElement[bool]) -> list[int]:
    asked = select(idx_tags.c.id).join(tag_table, tag_table.c.uid == idx_tags.c.uid)
    return list(conn.execute(asked.where(condition)).scalars())


def _has(tag_ids: Sequence[int], at: ColumnElement[int]) -> ColumnElement[bool]:
    if not tag_ids:
        return false()
    if len(tag_ids) > FEW:
        return at.in_(select(image_tags.c.image_id).where(_is_one_of(tag_ids)))
    return exists(
        select(literal(1))
        .select_from(image_tags)
        .where(_is_one_of(tag_ids), image_tags.c.image_id == at)
    )


def _is_one_of(tag_ids: Sequence[int]) -> ColumnElement[bool]:
    if len(tag_ids) == 1:
        return image_tags.c.tag_id == tag_ids[0]
    return one_of(image_tags.c.tag_id, tag_ids)


def _is_rejected(root: int, at: ColumnElement[int]) -> ColumnElement[bool]:
    return exists(
        select(literal(1))
        .select_from(rejected_tags)
        .where(rejected_tags.c.tag_id == root, rejected_tags.c.image_id == at)
    )


def _rejected_anywhere(conn: Connection, tag_ids: Iterable[int]) -> set[int]:
    """Return those of the tags that were rejected on an image."""
    own = rejected_tags.c.tag_id
    return set(conn.execute(select(own).where(one_of(own, tag_ids)).distinct()).scalars())


def _implied_members(found: Reach) -> Select[tuple[int]]:
    pairs = [[root, tag] for root, own in found.implied for tag in own]
    pair = func.json_each(json.dumps(pairs)).table_valued("value")
    root = func.json_extract(pair.c.value, "$[0]")
    tag = func.json_extract(pair.c.value, "$[1]")
    rejected = exists(
        select(literal(1))
        .select_from(rejected_tags)
        .where(rejected_tags.c.tag_id == root, rejected_tags.c.image_id == image_tags.c.image_id)
    )
    return (
        select(image_tags.c.image_id)
        .select_from(pair)
        .join(image_tags, image_tags.c.tag_id == tag)
        .where(~rejected)
    )
