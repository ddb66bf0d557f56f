"""Opinions: what models suggest of images, what the user rejected, and all that was ever said.

Connections are reading ones of the library, which see the index as well.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from anitag_desktop.domain.correction import Prediction, Source, Verdict
from anitag_desktop.domain.details import HistoryLine, ModelOpinion, ShownTag
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.storage import index_ids, log, models, tags, verdicts
from anitag_desktop.storage.deriving import read_basis
from anitag_desktop.storage.schema import SCORE_SCALE, idx_subjects, idx_tags, images, predictions
from anitag_desktop.storage.schema import tags as tag_table
from anitag_desktop.storage.selection import one_of

Scores = Mapping[int, Mapping[Tag, Mapping[ModelKey, int]]]
"""What each active model says of each tag, by image, in the unit of the database."""


def scores(conn: Connection, image_ids: Iterable[int]) -> Scores:
    """Return every stored score of the active models, silenced tags left out.

    Merged tags count as what they were merged into, deleted ones not at all; of several names of
    one tag the highest score stands.
    """
    keys = {number: key for key, number in index_ids.model_ids(conn, models.speaking(conn)).items()}
    rows = _scores(conn, image_ids, keys)
    tag_of = meant(conn, {uid for _, uid, _, _ in rows})
    found: dict[int, dict[Tag, dict[ModelKey, int]]] = {}
    for image_id, uid, model, score in rows:
        if (tag := tag_of.get(uid)) is not None:
            said = found.setdefault(image_id, {}).setdefault(tag, {})
            said[keys[model]] = max(said.get(keys[model], 0), score)
    return found


def without_ratings(scores: Scores) -> Scores:
    """Return the scores of all tags that can be suggested."""
    rating = TagCategory.RATING
    return {
        image_id: {tag: said for tag, said in by_tag.items() if tag.category is not rating}
        for image_id, by_tag in scores.items()
    }


def attributed(
    conn: Connection, scores: Scores
) -> Mapping[int, Mapping[str, tuple[ModelOpinion, ...]]]:
    """Return what each model says of each tag (by name) with its threshold there, by image."""
    basis = read_basis(conn)
    found: dict[int, Mapping[str, tuple[ModelOpinion, ...]]] = {}
    for image_id, by_tag in scores.items():
        told: dict[str, list[ModelOpinion]] = defaultdict(list)
        for model in basis.thresholds:
            own = {tag: said[model] / SCORE_SCALE for tag, said in by_tag.items() if model in said}
            for one in basis.judge(model, own):
                told[one.tag.name].append(_opinion(model, one))
        found[image_id] = {
            name: tuple(sorted(said, key=surest_first)) for name, said in told.items()
        }
    return found


def surest_first(opinion: ModelOpinion) -> tuple[bool, float, str]:
    """Return where an opinion stands among those about one tag."""
    return not opinion.is_sure, -(opinion.score or 0.0), opinion.model


def likeliest_ratings(conn: Connection, image_ids: Iterable[int]) -> set[tuple[int, str]]:
    """Return each image with the names of the ratings that models think likeliest of it.

    Every model counts that ever looked at it, also one that is not active now.
    """
    p = predictions.c
    rows = conn.execute(
        select(images.c.id, p.model_id, p.score, tag_table.c.name)
        .join(idx_subjects, idx_subjects.c.uid == images.c.sha256)
        .join(predictions, p.subject_id == idx_subjects.c.id)
        .join(idx_tags, idx_tags.c.id == p.tag_id)
        .join(tag_table, tag_table.c.uid == idx_tags.c.uid)
        .where(one_of(images.c.id, image_ids), tag_table.c.category == TagCategory.RATING)
    ).all()
    highest: dict[tuple[int, int], int] = defaultdict(int)
    for image_id, model, score, _ in rows:
        highest[image_id, model] = max(score, highest[image_id, model])
    return {(row[0], name) for *row, score, name in rows if score == highest[row[0], row[1]]}


def suggestions(scores: Scores) -> Mapping[int, list[ShownTag]]:
    """Return the tags that models gave a score, each with the highest one, by image."""
    found: dict[int, list[ShownTag]] = defaultdict(list)
    for image_id, by_tag in scores.items():
        found[image_id] = [
            ShownTag(tag, Source.MODEL, max(said.values()) / SCORE_SCALE)
            for tag, said in by_tag.items()
        ]
    return found


def rejections(conn: Connection, image_ids: Iterable[int]) -> Mapping[int, set[Tag]]:
    """Return the tags that the user rejected, by image."""
    rejected = [
        statement
        for statement in verdicts.of_images(conn, image_ids)
        if statement.verdict == Verdict.REJECTED and statement.source == Source.USER
    ]
    counts_as = tags.canonical(conn, {statement.tag_id for statement in rejected})
    found: dict[int, set[Tag]] = defaultdict(set)
    for statement in rejected:
        if (row := counts_as[statement.tag_id]) is not None:
            found[statement.image_id].add(row.tag)
    return found


def history(conn: Connection, image_ids: Iterable[int]) -> Mapping[int, list[HistoryLine]]:
    """Return all that was said of images, oldest first, by image."""
    lines = log.history(conn, image_ids)
    rows = tags.by_ids(conn, {line.tag_id for line in lines})
    found: dict[int, list[HistoryLine]] = defaultdict(list)
    for line in lines:
        found[line.image_id].append(
            HistoryLine(
                at=datetime.fromtimestamp(line.at, UTC),
                tag=rows[line.tag_id].tag,
                verdict=None if line.verdict is None else Verdict(line.verdict),
                source=Source(line.source),
                score=line.score,
            )
        )
    return found


def _scores(
    conn: Connection, image_ids: Iterable[int], model_ids: Iterable[int]
) -> Sequence[tuple[int, str, int, int]]:
    """Return image, tag uid, model (id of index.db) and score."""
    p = predictions.c
    rows = conn.execute(
        select(images.c.id, idx_tags.c.uid, p.model_id, p.score)
        .join(idx_subjects, idx_subjects.c.uid == images.c.sha256)
        .join(predictions, p.subject_id == idx_subjects.c.id)
        .join(idx_tags, idx_tags.c.id == p.tag_id)
        .where(one_of(images.c.id, image_ids), one_of(p.model_id, model_ids))
    )
    return [(*row,) for row in rows]


def meant(conn: Connection, uids: Iterable[str]) -> dict[str, Tag]:
    """Return what tags count as, without deleted and silenced ones."""
    silenced = models.silenced(conn)
    rows = tags.by_uids(conn, uids)
    counts_as = tags.canonical(conn, (row.tag_id for row in rows.values()))
    stands_for = {uid: counts_as[row.tag_id] for uid, row in rows.items()}
    return {
        uid: row.tag
        for uid, row in stands_for.items()
        if row is not None and row.tag.name not in silenced
    }


def _opinion(model: ModelKey, said: Prediction) -> ModelOpinion:
    has_threshold = said.tag.category is not TagCategory.RATING
    threshold = said.threshold if has_threshold else None
    return ModelOpinion(model.model_id, said.score, said.is_sure, threshold)
