"""Refreshing: learning from what the user said so far, within seconds and without torch.

The user's word on some pictures becomes a personal head: rows for the tags that were corrected, a
gallery of the characters that were taught. It is learnt on the vectors that a model gave anyway,
scores the whole library, and then speaks in place of the models on those tags. Letting it speak is
one action that ``Corrector.undo`` takes back. A tag of which nothing new was said keeps its row
bit for bit.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.tag import Tag
from anitag_desktop.services.completing import complete, speaking
from anitag_desktop.services.correcting import ActionView, view_of
from anitag_desktop.storage import (
    actions,
    embeddings,
    head_choices,
    learnt_changes,
    models,
    opinions,
    retrainings,
    told_evidence,
)
from anitag_desktop.storage.head_choices import FacesInUse, HeadInUse

if TYPE_CHECKING:
    from anitag_desktop.learning.head import PersonalHead
    from anitag_desktop.learning.lesson import Lesson
    from anitag_desktop.storage.database import Connection
    from anitag_desktop.storage.embeddings import VectorSpace
    from anitag_desktop.storage.store import Store

OnProgress = Callable[[int, int], object]
"""Gets how many pictures are scored, and of how many."""

Sameness = Callable[[], Mapping[ModelKey, float]]

_HALF = 0.5
_DIGITS = 4

_KEPT = 10
"""So many heads stay, to go back to."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What there is to learn, about which tags (by uid), and whose vectors it is learnt on.

    ``faces`` is the model that looked at parts of pictures, None where these teach nothing.
    ``thresholds`` are the models' own of the tags (uids) that any of them knows.
    """

    lesson: "Lesson"
    tags: Mapping[str, Tag]
    model: ModelKey
    faces: ModelKey | None
    thresholds: Mapping[str, float]

    def counted(self, uid: str) -> tuple[int, int]:
        """Return on how many pictures and parts a tag is, and is not, as the user said."""
        if uid not in self.lesson.characters:
            said = self.lesson.tags[uid]
            return said.positives, len(said.verdicts) - said.positives
        faces = self.lesson.faces.characters if self.lesson.faces else {}
        known = [of[uid] for of in (self.lesson.characters, faces) if uid in of]
        return sum(len(one.positive) for one in known), sum(len(one.negative) for one in known)

    def anchored(self, fitted: Mapping[str, float]) -> dict[str, float]:
        """Return the thresholds that are not one half by tag; see ``calibration.anchored``."""
        from anitag_desktop.learning.calibration import anchored

        found = {}
        for uid, own in fitted.items():
            said = self.lesson.tags[uid]
            positives = said.positives + said.trust * len(said.imported)
            negatives = len(said.verdicts) - said.positives
            threshold = anchored(own, self.thresholds.get(uid, _HALF), positives, negatives)
            found[uid] = round(threshold, _DIGITS)
        return {uid: one for uid, one in found.items() if one != _HALF}

    def is_sure(self, uid: str) -> bool:
        """Tell whether the head may be sure of a tag."""
        return uid in self.lesson.characters or self.lesson.tags[uid].is_enough


@dataclass(frozen=True, slots=True)
class TagRefresh:
    """What was learnt of a tag, and on how many pictures it came and went.

    ``positives`` and ``negatives`` are the pictures that have it and have it not, as the user said.
    ``is_sure`` is False where that is too little for more than suggestions.
    """

    tag: Tag
    positives: int
    negatives: int
    appeared: int
    disappeared: int
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did; ``action`` has no id if there was nothing new to learn."""

    tags: tuple[TagRefresh, ...]
    pictures: int
    seconds: float
    action: ActionView


@dataclass(frozen=True, slots=True)
class TagChange:
    """On how many pictures a tag came and went; ``on`` and ``off`` are some of them (ids)."""

    tag: Tag
    appeared: int
    disappeared: int
    on: tuple[int, ...]
    off: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LearntChanges:
    """What was changed by an action in which something was learnt, the most changed tag first."""

    action: ActionView
    tags: tuple[TagChange, ...]


class Refresher:
    """Learns, and lets speak what was learnt; may be called from any thread.

    Who comes while something is learnt waits: else what is learnt from less could speak last.
    ``sameness`` gives the embedders of parts of pictures, each with the cosine from which on two
    show the same.
    """

    def __init__(self, store: "Store", sameness: Sameness = dict) -> None:
        self._store = store
        self._sameness = sameness
        self._turn = threading.Lock()

    def refresh(
        self, on_progress: OnProgress | None = None, within: ActionView | None = None
    ) -> Refreshed:
        """Learn from all that the user said, score every picture, and let the result count.

        ``within`` is an action that this shall be part of; without it, it is one by itself.

        Raises:
            AnitagError: ``no_vectors`` (no model in use gives any), ``nothing_to_learn``,
                ``disk_full``, ``cannot_write``. What counted before still counts.
        """
        with self._turn:
            return self._refresh(on_progress, within)

    def _refresh(self, on_progress: OnProgress | None, within: ActionView | None) -> Refreshed:
        started = time.monotonic()
        told = self._told()
        use, head = self._learn(told)
        known = speaking(self._store)
        about = {*told.tags, *(known.every_tag if known else ())}  # what is forgotten goes, too
        before = self._having(about)
        pictures = self._score(use, head, on_progress)
        action = self._let_speak(use, within)
        complete(self._store)  # what came meanwhile
        after = self._having(about)
        self._keep_changes(action, before, after)
        self._tidy(use)
        changes = [
            TagRefresh(
                tag,
                *told.counted(uid),
                len(after[uid] - before[uid]),
                len(before[uid] - after[uid]),
                told.is_sure(uid),
            )
            for uid, tag in told.tags.items()
        ]
        return Refreshed(tuple(changes), pictures, time.monotonic() - started, action)

    def space_of_parts(self, conn: "Connection") -> "VectorSpace | None":
        """Return whose vectors of parts of pictures are learnt on, None if there are none."""
        return embeddings.space_of_parts(conn, (*self._sameness(), *models.active(conn)))

    def changes(self) -> LearntChanges | None:
        """Return what was changed when something was learnt last; None if nothing is known."""
        with self._store.library.read() as conn:
            learnt = learnt_changes.read(conn)
            row = None if learnt is None else actions.find(conn, learnt.action_id)
            if learnt is None or row is None:
                return None
            meant = opinions.meant(conn, (one.uid for one in learnt.tags))
            found = [
                TagChange(
                    meant[one.uid],
                    one.appeared,
                    one.disappeared,
                    tuple(learnt_changes.images(conn, one.on)),
                    tuple(learnt_changes.images(conn, one.off)),
                )
                for one in learnt.tags
                if one.uid in meant
            ]
        found.sort(key=lambda one: (-one.appeared - one.disappeared, one.tag.name))
        return LearntChanges(view_of(row, row.label), tuple(found))

    def _told(self) -> _Told:
        from anitag_desktop.services.evidence_gathering import gather, thresholds_of
        from anitag_desktop.services.face_gathering import gather_faces

        with self._store.library.read() as conn:
            space = embeddings.space(conn)
            if space is None:
                raise AnitagError("no_vectors")
            lesson, tags = gather(conn, space)
            faces = gather_faces(conn, self.space_of_parts(conn), self._sameness())
            own = thresholds_of(conn, [tags[uid] for uid in lesson.tags])
            if not tags and head_choices.in_use(conn) is None:
                raise AnitagError("nothing_to_learn")
        if faces is None:
            return _Told(lesson, tags, space.model, None, own)
        return _Told(lesson._replace(faces=faces.lesson), tags, space.model, faces.model, own)

    def _learn(self, told: _Told) -> tuple[HeadInUse, "PersonalHead"]:
        from anitag_desktop.learning.lesson import learn
        from anitag_desktop.storage import head_files

        heads = self._store.paths.heads
        with self._store.library.read() as conn:
            known = head_choices.in_use(conn)
        old = None
        if known is not None and known.model == told.model:
            old = head_files.load(heads, known.revision)
        head = learn(told.lesson, old)
        revision = head_files.save(heads, head)
        faces, fitted = None, told.anchored(head.thresholds)
        if head.faces is not None and told.faces is not None:
            faces = FacesInUse(told.faces, frozenset(head.faces.characters))
        return HeadInUse(revision, told.model, frozenset(head.uids), fitted, faces), head

    def _score(self, use: HeadInUse, head: "PersonalHead", on_progress: OnProgress | None) -> int:
        """Score the pictures that this head has not scored yet; return how many there are."""
        from anitag_desktop.storage import personal_heads

        with self._store.library.read() as conn:
            base = models.active(conn)
        total = self._store.index.write(partial(personal_heads.count, model=use.model))
        for side in personal_heads.sides(use, head, base):
            done, last = 0, 0
            step = partial(personal_heads.score_next, use=use, side=side)
            while scored := self._store.index.write(partial(step, after=last)):
                done, last = done + scored[0], scored[1]
                if on_progress is not None and not side.are_parts:
                    on_progress(done, total)
        return total

    def _let_speak(self, use: HeadInUse, within: ActionView | None) -> ActionView:
        commands = [use.command()]
        if within is None or within.id is None:
            row = self._store.library.write(lambda conn: actions.perform(conn, _LABEL, commands))
            return view_of(row, _LABEL)
        action_id = within.id
        self._store.library.write(lambda conn: actions.join(conn, action_id, commands))
        return within

    def _having(self, uids: Iterable[str]) -> dict[str, set[int]]:
        with self._store.library.read() as conn:
            return told_evidence.having(conn, uids)

    def _keep_changes(
        self, action: ActionView, before: dict[str, set[int]], after: dict[str, set[int]]
    ) -> None:
        if action.id is not None:
            keep = partial(learnt_changes.keep, action_id=action.id, before=before, after=after)
            self._store.index.write(keep)

    def _tidy(self, use: HeadInUse) -> None:
        from anitag_desktop.storage import head_files, personal_heads

        with self._store.library.read() as conn:
            kept = {use.revision, *retrainings.heads(conn)}
        gone = head_files.prune(self._store.paths.heads, _KEPT, kept)
        for revision in gone:
            key = head_choices.key_of(revision)
            self._store.index.write(partial(personal_heads.forget, key=key))


_LABEL = "Learn from corrections"
