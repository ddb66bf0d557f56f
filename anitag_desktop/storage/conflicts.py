"""Conflicts on images: what ``conflict:any`` finds, told tag by tag and model by model.

A model denies a tag if it looked at the image, knows the tag (gave it a score somewhere), and did
not reach its threshold.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, and_, exists, func, literal, select

from anitag_desktop.domain.details import Conflict, ModelOpinion
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.tag import Tag
from anitag_desktop.storage import index_ids, models, tags
from anitag_desktop.storage.opinions import Scores, surest_first
from anitag_desktop.storage.schema import (
    SCORE_SCALE,
    idx_subjects,
    idx_tags,
    images,
    predictions,
    runs,
)
from anitag_desktop.storage.search_tags import least_score
from anitag_desktop.storage.selection import one_of


def of_images(
    conn: Connection, scores: Scores, rejected: Mapping[int, set[Tag]]
) -> dict[int, tuple[Conflict, ...]]:
    """Return the conflicts of those images that have any, by tag name."""
    judge = _Judge(conn, scores)
    found: dict[int, tuple[Conflict, ...]] = {}
    for image_id, by_tag in scores.items():
        not_it = rejected.get(image_id, set())
        conflicts = [judge.conflict(image_id, tag, is_rejected=tag in not_it) for tag in by_tag]
        there = [one for one in conflicts if one is not None]
        if there:
            found[image_id] = tuple(sorted(there, key=lambda one: one.tag.name))
    return found


class _Judge:
    """Knows what the active models say of some images, and what they could have said."""

    def __init__(self, conn: Connection, scores: Scores) -> None:
        self._scores = scores
        self._thresholds = models.active_thresholds(conn)
        numbers = index_ids.model_ids(conn, self._thresholds)
        by_number = {number: model for model, number in numbers.items()}
        self._looked = _lookers(conn, scores, by_number)
        sure = {tag for by_tag in scores.values() for tag in by_tag if self._sure(by_tag[tag], tag)}
        self._knowing = _knowing(conn, sure, by_number)

    def conflict(self, image_id: int, tag: Tag, *, is_rejected: bool) -> Conflict | None:
        """Return the conflict about a tag that has a score on the image, if there is one."""
        said = self._scores[image_id][tag]
        sure = self._sure(said, tag)
        denying = (self._knowing[tag] & self._looked[image_id]) - sure
        if not sure or not (is_rejected or denying):
            return None
        told = (self._opinion(model, said.get(model), tag) for model in sure | denying)
        return Conflict(tag, tuple(sorted(told, key=surest_first)), is_rejected)

    def _sure(self, said: Mapping[ModelKey, int], tag: Tag) -> set[ModelKey]:
        return {model for model, score in said.items() if score >= self._least(model, tag)}

    def _least(self, model: ModelKey, tag: Tag) -> int:
        thresholds = self._thresholds.get(model)
        over = SCORE_SCALE + 1
        return over if thresholds is None else least_score(thresholds.of(tag.name, tag.category))

    def _opinion(self, model: ModelKey, score: int | None, tag: Tag) -> ModelOpinion:
        if score is None:
            return ModelOpinion(model.model_id, None, is_sure=False)
        threshold = self._thresholds[model].of(tag.name, tag.category)
        is_sure = score >= least_score(threshold)
        return ModelOpinion(model.model_id, score / SCORE_SCALE, is_sure, threshold)


def _lookers(
    conn: Connection, image_ids: Iterable[int], by_number: Mapping[int, ModelKey]
) -> Mapping[int, set[ModelKey]]:
    """Return which models looked at each image."""
    rows = conn.execute(
        select(images.c.id, runs.c.model_id)
        .join(idx_subjects, idx_subjects.c.uid == images.c.sha256)
        .join(runs, runs.c.subject_id == idx_subjects.c.id)
        .where(one_of(images.c.id, image_ids), one_of(runs.c.model_id, by_number))
    )
    found: dict[int, set[ModelKey]] = defaultdict(set)
    for image_id, number in rows:
        found[image_id].add(by_number[number])
    return found


def _knowing(
    conn: Connection, wanted: Iterable[Tag], by_number: Mapping[int, ModelKey]
) -> Mapping[Tag, set[ModelKey]]:
    """Return which models gave a tag a score on any image; not asked if there is one model."""
    found: dict[Tag, set[ModelKey]] = defaultdict(set)
    if len(by_number) < 2:
        return found
    of_number = _numbers(conn, wanted)
    rows = json.dumps([[number, model] for number in of_number for model in by_number])
    window = func.json_each(rows).table_valued("value")
    tag, model = (func.json_extract(window.c.value, f"$[{place}]") for place in range(2))
    p = predictions.c
    is_known = exists(
        select(literal(1))
        .select_from(predictions)
        .where(and_(p.tag_id == tag, p.model_id == model))
    )
    for number, knower in conn.execute(select(tag, model).select_from(window).where(is_known)):
        found[of_number[number]].add(by_number[knower])
    return found


def _numbers(conn: Connection, wanted: Iterable[Tag]) -> dict[int, Tag]:
    """Return the tags by the ids (of index.db) of all tags that count as them."""
    by_uid = {tag.uid: tag for tag in wanted}
    root_ids = {row.tag_id: by_uid[uid] for uid, row in tags.by_uids(conn, by_uid).items()}
    kin = tags.by_ids(conn, tags.kin(conn, root_ids))
    roots = tags.canonical(conn, kin)
    meant = {row.tag.uid: roots[tag_id] for tag_id, row in kin.items()}
    rows = conn.execute(select(idx_tags.c.id, idx_tags.c.uid).where(one_of(idx_tags.c.uid, meant)))
    return {number: row.tag for number, uid in rows if (row := meant[uid]) is not None}
