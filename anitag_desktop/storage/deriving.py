"""What ``effective_tags`` is asked: the predictions and statements of some images, from both bases.

SQL only leaves out what can have no effect (scores under every threshold of tags that nobody
spoke of); the decision itself is ``effective_tags`` alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain

from sqlalchemy import Connection, Row, Select, or_, select, text

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
from anitag_desktop.domain.region import unite
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.storage import head_choices, index_ids, models, settings, tags, verdicts
from anitag_desktop.storage.head_choices import HeadInUse
from anitag_desktop.storage.schema import (
    SCORE_SCALE,
    idx_images,
    idx_subjects,
    idx_tags,
    predictions,
    regions,
    runs,
    subjects,
)
from anitag_desktop.storage.selection import one_of

Scores = dict[ModelKey, dict[Tag, float]]


@dataclass(frozen=True, slots=True)
class Basis:
    """What holds for every image of a derivation: thresholds by active model, the rating tags.

    ``merging`` says whose word counts where several models are active, ``most_tags`` how many tags
    of a category they may give. ``cuts`` has the lowest cut of each category in which MCut
    decides, except of the tags named in ``settled``. ``head`` is the personal head that speaks.
    """

    thresholds: Mapping[ModelKey, Thresholds]
    ratings: frozenset[int]
    rating_uids: tuple[str, ...]
    merging: Rules
    most_tags: Mapping[TagCategory, int]
    cuts: Mapping[TagCategory, float]
    settled: frozenset[str]
    head: HeadInUse | None = None

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
        head=_head(library),
    )


def _head(library: Connection) -> HeadInUse | None:
    """Return the personal head that speaks, with all names that its tags have."""
    head = head_choices.in_use(library)
    if head is None or head.model not in models.active(library):
        return None
    known = [row.tag_id for row in tags.by_uids(library, head.tags).values()]
    rows = tags.by_ids(library, tags.kin(library, known)).values()
    return replace(head, tags=frozenset(row.tag.uid for row in rows))


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

    A picture has what its regions have, too. ``tag_ids`` None stands for all; else they must be
    closed under merging (``tags.kin``) and hold all ratings or none.
    """
    spoken = _Spoken(sources, shas, tag_ids)
    found = _derive_subjects(sources, spoken, spoken.subjects, tag_ids)
    if not spoken.regions:
        return {image_id: found[sha] for image_id, sha in shas.items()}
    parts: dict[int, list[EffectiveTag]] = defaultdict(list)
    for uid, image_id in spoken.regions.items():
        parts[image_id] += found[uid].effective
    most = sources.basis.most_tags
    return {
        image_id: _united(found[sha], parts[image_id], most) if parts[image_id] else found[sha]
        for image_id, sha in shas.items()
    }


def derive_regions(
    sources: Sources, shas: Mapping[int, str], tag_ids: frozenset[int] | None
) -> dict[str, Derived]:
    """Return by uid what the regions of the images have by themselves; see ``derive``."""
    spoken = _Spoken(sources, shas, tag_ids)
    return _derive_subjects(sources, spoken, list(spoken.regions), tag_ids)


def _derive_subjects(
    sources: Sources, spoken: "_Spoken", uids: Sequence[str], tag_ids: frozenset[int] | None
) -> dict[str, Derived]:
    scored = _scores(sources, spoken, tag_ids)

    @cache  # where no model said anything, many images are told the same at once
    def derive_unscored(said: str) -> Derived:
        return _derive_one({}, spoken.statements[said], sources.basis)

    rescored = _rescored(sources, scored)
    return {
        uid: _derive_one(
            scored[uid], spoken.statements[spoken.said(uid)], sources.basis, uid in rescored
        )
        if uid in scored
        else derive_unscored(spoken.said(uid))
        for uid in uids
    }


def _united(
    whole: Derived, parts: Sequence[EffectiveTag], most: Mapping[TagCategory, int]
) -> Derived:
    return replace(whole, effective=cap(unite(whole.effective, whole.rejected, parts), most))


class _Spoken:
    """The standing verdicts of some images and of the regions in them.

    ``regions`` has the image of each region that counts: the user did not reject it.
    ``statements`` has what each text of ``said`` says.
    """

    def __init__(
        self, sources: Sources, shas: Mapping[int, str], tag_ids: frozenset[int] | None
    ) -> None:
        library = sources.library
        self.regions = _regions(sources, shas)
        self.subjects = [*shas.values(), *self.regions]
        self._said = verdicts.said_of_images(library, shas, tag_ids)
        if self.regions:
            self._said |= verdicts.said_of_regions(library, self.regions, tag_ids)
        read = {said: verdicts.read_said(said) for said in {"", *self._said.values()}}
        spoken_of = {tag_id for said in read.values() for tag_id, _, _ in said}
        counts_as = tags.canonical(library, tags.kin(library, spoken_of))
        # A confirmed tag keeps the score that a model gave, however low: those rows are read too.
        self.tag_uids = [row.tag.uid for row in tags.by_ids(library, counts_as).values()]
        self.statements = {
            said: tuple(
                Statement(known.tag, verdict, source)
                for tag_id, verdict, source in rows
                if (known := counts_as[tag_id]) is not None
            )
            for said, rows in read.items()
        }

    def said(self, uid: str) -> str:
        """Return what stands of a picture or a region."""
        return self._said.get(uid, "")


def _regions(sources: Sources, shas: Mapping[int, str]) -> dict[str, int]:
    """Return the regions of images that the user did not reject, each with its image."""
    s = subjects.c
    of_users = sources.library.execute(
        select(s.uid, s.image_id, s.is_rejected).where(
            one_of(s.image_id, shas), text("subjects.kind = 'region'")
        )
    ).all()
    image_of = {sha: image_id for image_id, sha in shas.items()}
    found = {uid: image_of[sha] for uid, sha in _found_regions(sources.index, shas.values())}
    found |= {uid: image_id for uid, image_id, _ in of_users}
    for uid, _, is_rejected in of_users:
        if is_rejected:
            del found[uid]
    return found


def _found_regions(index: Connection, shas: Iterable[str]) -> Sequence[Row[str, str]]:
    """Return the regions of pictures in which models looked, each with its picture."""
    if index.execute(select(regions.c.subject_id).limit(1)).first() is None:
        return ()  # as in most libraries: no picture needs to be looked up
    query = (
        select(idx_subjects.c.uid, idx_images.c.sha256)
        .join(idx_images, idx_images.c.id == idx_subjects.c.image_id)
        .where(one_of(idx_images.c.sha256, shas), idx_subjects.c.uid != idx_images.c.sha256)
    )
    return index.execute(query).all()


def _scores(sources: Sources, spoken: _Spoken, tag_ids: frozenset[int] | None) -> dict[str, Scores]:
    """Return by subject (uid) and model the scores that can have an effect."""
    numbers = None if tag_ids is None else _index_tag_ids(sources, tag_ids)
    keys = index_ids.model_ids(sources.index, sources.basis.thresholds)
    rows: list[tuple[ModelKey, str, str, int]] = []
    for key, number in keys.items():
        if numbers is not None and not _is_scored(sources.index, number, numbers):
            continue  # of what only people say, no picture needs to be looked up
        query = _query(sources.basis, spoken, (key, number), numbers)
        for subject, uid, stored in sources.index.execute(query):
            rows.append((key, subject, uid, stored))
    meant = _tags_meant(sources.library, {row[2] for row in rows})
    found: dict[str, Scores] = defaultdict(lambda: defaultdict(dict))
    for model, subject, uid, stored in rows:
        if (tag := meant.get(uid)) is not None:
            known = found[subject][model]
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
    always = [*basis.rating_uids, *spoken.tag_uids]
    query = (
        select(idx_subjects.c.uid, idx_tags.c.uid, p.score)
        .join(idx_subjects, idx_subjects.c.id == p.subject_id)
        .join(idx_tags, idx_tags.c.id == p.tag_id)
        .where(one_of(idx_subjects.c.uid, spoken.subjects), p.model_id == model[1])
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


def _rescored(sources: Sources, uids: Iterable[str]) -> set[str]:
    """Return the subjects that the personal head looked at: there its word counts."""
    head = sources.basis.head
    if head is None:
        return set()
    numbers = index_ids.model_ids(sources.index, [head.key]).values()
    query = (
        select(idx_subjects.c.uid)
        .join(runs, runs.c.subject_id == idx_subjects.c.id)
        .where(one_of(idx_subjects.c.uid, uids), one_of(runs.c.model_id, numbers))
    )
    return set(sources.index.execute(query).scalars())


def _derive_one(
    scores: Scores,
    statements: tuple[Statement, ...],
    basis: Basis,
    is_rescored: bool = False,
) -> Derived:
    said = {key: basis.judge(key, scores.get(key, {})) for key in basis.thresholds}
    personal: Iterable[Prediction] = ()
    if basis.head is not None:
        personal = said.pop(basis.head.key, ())
        if is_rescored:
            said = {key: basis.head.without_relearnt(own) for key, own in said.items()}
    found = merge(said, basis.merging) if basis.merging else chain.from_iterable(said.values())
    rejected = frozenset(
        s.tag for s in statements if s.source is Source.USER and s.verdict is Verdict.REJECTED
    )
    every = chain(found, personal)
    return Derived(cap(effective_tags(every, statements), basis.most_tags), rejected)
