"""What ``effective_tags`` is asked: the predictions and statements of some images, from both bases.

SQL only leaves out what can have no effect (scores under every threshold of tags that nobody
spoke of); the decision itself is ``effective_tags`` alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from sqlalchemy import Connection, Select, or_, select

from anitag_desktop.domain.correction import (
    EffectiveTag,
    Prediction,
    Source,
    Statement,
    Verdict,
    effective_tags,
    predict,
)
from anitag_desktop.domain.mcut import LEAST, cut
from anitag_desktop.domain.merging import Rules, cap, merge
from anitag_desktop.domain.prediction import ModelKey, Thresholds
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.storage import index_ids, models, settings, tags, verdicts
from anitag_desktop.storage.schema import (
    SCORE_SCALE,
    idx_subjects,
    idx_tags,
    predictions,
)
from anitag_desktop.storage.selection import one_of

Scores = dict[ModelKey, dict[Tag, float]]


@dataclass(frozen=True, slots=True)
class Basis:
    """What holds for every image of a derivation: thresholds by active model, the rating tags.

    ``merging`` says whose word counts where several models are active, ``most_tags`` how many tags
    of a category they may give. ``cuts`` has the lowest cut of each category in which MCut
    decides, except of the tags named in ``settled``.
    """

    thresholds: Mapping[ModelKey, Thresholds]
    ratings: frozenset[int]
    rating_uids: tuple[str, ...]
    merging: Rules
    most_tags: Mapping[TagCategory, int]
    cuts: Mapping[TagCategory, float]
    settled: frozenset[str]

    @property
    def weighs_all(self) -> bool:
        """Whether it depends on all other tags of a picture whether one counts."""
        return bool(self.most_tags or self.cuts)

    def floor(self, model: ModelKey) -> int:
        """Return the stored score under which no tag of the model but a rating can be sure."""
        return 0 if self.cuts else int(self.thresholds[model].lowest * SCORE_SCALE) - 1

    def judge(self, model: ModelKey, scores: Mapping[Tag, float]) -> Iterable[Prediction]:
        """Return what a model says of a picture with the threshold that each tag has there."""
        said = predict(scores, self.thresholds[model])
        return cut(said, self.cuts, self.settled) if self.cuts else said


@dataclass(frozen=True, slots=True)
class Derived:
    """The tags of one image, and what the user rejected of it."""

    effective: tuple[EffectiveTag, ...]
    rejected: frozenset[Tag]


def read_basis(library: Connection) -> Basis:
    """Read what every derivation needs."""
    ids = tags.ratings(library)
    rows = tags.by_ids(library, ids).values()
    uids = tuple(row.tag.uid for row in rows)
    wanted = settings.load(library)
    return Basis(
        thresholds=models.active_thresholds(library),
        ratings=frozenset(ids),
        rating_uids=uids,
        merging=wanted.merging,
        most_tags=wanted.most_tags,
        cuts={category: wanted.thresholds.get(category, LEAST) for category in wanted.mcut},
        settled=frozenset(wanted.tag_thresholds) | models.silenced(library),
    )


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a derivation reads: one snapshot of the library, the index, and what holds for all."""

    library: Connection
    index: Connection
    basis: Basis


def derive(
    sources: Sources, shas: Mapping[int, str], tag_ids: frozenset[int] | None
) -> dict[int, Derived]:
    """Return by image id what the images ``shas`` (id to sha256) have of the given tags.

    ``tag_ids`` None stands for all; else they must be closed under merging (``tags.kin``) and
    hold all ratings or none.
    """
    spoken = _Spoken(sources.library, shas, tag_ids)
    scored = _scores(sources, spoken, tag_ids)

    @cache  # where no model said anything, many images are told the same at once
    def derive_unscored(statements: tuple[Statement, ...]) -> Derived:
        return _derive_one({}, statements, sources.basis)

    return {
        image_id: _derive_one(scored[sha], spoken.statements[image_id], sources.basis)
        if sha in scored
        else derive_unscored(spoken.statements[image_id])
        for image_id, sha in shas.items()
    }


class _Spoken:
    """The standing verdicts of some images."""

    def __init__(
        self, library: Connection, shas: Mapping[int, str], tag_ids: frozenset[int] | None
    ) -> None:
        self.shas = shas
        rows = verdicts.of_images(library, shas, tag_ids)
        counts_as = tags.canonical(library, tags.kin(library, {row.tag_id for row in rows}))
        # A confirmed tag keeps the score that a model gave, however low: those rows are read too.
        self.uids = [row.tag.uid for row in tags.by_ids(library, counts_as).values()]
        self.statements: dict[int, tuple[Statement, ...]] = defaultdict(tuple)
        for row in rows:
            if (known := counts_as[row.tag_id]) is not None:
                statement = Statement(known.tag, Verdict(row.verdict), Source(row.source))
                self.statements[row.image_id] += (statement,)


def _scores(sources: Sources, spoken: _Spoken, tag_ids: frozenset[int] | None) -> dict[str, Scores]:
    """Return by sha256 and model the scores that can have an effect."""
    numbers = None if tag_ids is None else _index_tag_ids(sources, tag_ids)
    keys = index_ids.model_ids(sources.index, sources.basis.thresholds)
    rows: list[tuple[ModelKey, str, str, int]] = []
    for key, number in keys.items():
        if numbers is not None and not _is_scored(sources.index, number, numbers):
            continue  # of what only people say, no picture needs to be looked up
        query = _query(sources.basis, spoken, (key, number), numbers)
        for sha, uid, stored in sources.index.execute(query):
            rows.append((key, sha, uid, stored))
    meant = _tags_meant(sources.library, {row[2] for row in rows})
    found: dict[str, Scores] = defaultdict(lambda: defaultdict(dict))
    for model, sha, uid, stored in rows:
        if (tag := meant.get(uid)) is not None:
            known = found[sha][model]
            known[tag] = max(known.get(tag, 0.0), stored / SCORE_SCALE)
    return found


def _is_scored(index: Connection, model: int, numbers: Sequence[int]) -> bool:
    """Tell whether a model scored one of some tags on any picture."""
    p = predictions.c
    query = select(p.score).where(one_of(p.tag_id, numbers), p.model_id == model).limit(1)
    return index.execute(query).first() is not None


def _query(
    basis: Basis, spoken: _Spoken, model: tuple[ModelKey, int], numbers: Sequence[int] | None
) -> "Select[str, str, int]":
    """Select sha256, tag uid and score that one model gave to the tags with these index ids."""
    p = predictions.c
    always = [*basis.rating_uids, *spoken.uids]
    query = (
        select(idx_subjects.c.uid, idx_tags.c.uid, p.score)
        .join(idx_subjects, idx_subjects.c.id == p.subject_id)
        .join(idx_tags, idx_tags.c.id == p.tag_id)
        .where(one_of(idx_subjects.c.uid, spoken.shas.values()), p.model_id == model[1])
        .where(or_(p.score >= basis.floor(model[0]), one_of(idx_tags.c.uid, always)))
    )
    return query if numbers is None else query.where(one_of(p.tag_id, numbers))


def _index_tag_ids(sources: Sources, tag_ids: frozenset[int]) -> list[int]:
    uids = [row.tag.uid for row in tags.by_ids(sources.library, tag_ids).values()]
    return list(index_ids.known_tag_ids(sources.index, uids).values())


def _tags_meant(library: Connection, uids: set[str]) -> dict[str, Tag]:
    """Return what each tag counts as, without the deleted ones."""
    rows = tags.by_uids(library, uids)
    counts_as = tags.canonical(library, (row.tag_id for row in rows.values()))
    meant = ((uid, counts_as[row.tag_id]) for uid, row in rows.items())
    return {uid: row.tag for uid, row in meant if row is not None}


def _derive_one(scores: Scores, statements: tuple[Statement, ...], basis: Basis) -> Derived:
    said = {key: basis.judge(key, scores.get(key, {})) for key in basis.thresholds}
    found = merge(said, basis.merging) if basis.merging else chain.from_iterable(said.values())
    rejected = frozenset(
        s.tag for s in statements if s.source is Source.USER and s.verdict is Verdict.REJECTED
    )
    return Derived(cap(effective_tags(found, statements), basis.most_tags), rejected)
