"""The conditions of a search that no bitmap holds: SQL answers them, once for each state.

Where the rest of a search leaves few images, SQL is asked for those only.
"""

import os
from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import ColumnElement, Connection, Select, func, select

from anitag_desktop.domain.correction import Source
from anitag_desktop.search.conditions import (
    Clause,
    Doubt,
    Doubted,
    InFolder,
    Is,
    Named,
    PathLike,
    Scored,
    SeenBy,
    State,
)
from anitag_desktop.search.matching import spellings
from anitag_desktop.storage import query_compiler, search_conflicts, search_files, search_tags
from anitag_desktop.storage.database import Database
from anitag_desktop.storage.id_sets import Ids, ids_of, listed, read_numbers, set_of
from anitag_desktop.storage.image_places import ImagePlaces
from anitag_desktop.storage.schema import verdicts
from anitag_desktop.storage.search_clauses import Clauses
from anitag_desktop.storage.search_tables import subjects

_FEW = 1_000
"""So many images are asked for one by one."""

_KEPT = 64
_KEPT_SCORES = 16

Scores = NDArray[np.int16]
"""A tag's highest score (ten-thousandths) by image id, -1 where no active model gave one."""


Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")


class SqlLeaves:
    """Answers conditions through SQL and remembers the answers until something changes."""

    def __init__(self, library: Database) -> None:
        self._library = library
        self._lock = Lock()
        self._found: OrderedDict[Hashable, BitMap] = OrderedDict()
        self._scores: OrderedDict[str, Scores] = OrderedDict()
        self._subjects = SubjectImages()
        self.places: ImagePlaces | None = None
        self._touched: BitMap | None = None
        self._age = 0

    def prepare(self) -> None:
        """Read what makes answers quick, though they can do without it: a second for a million."""
        with self._lock:
            self._touched = BitMap()
        places = ImagePlaces()
        with self._library.read() as conn:
            self._subjects.read_new(conn)
            places.refresh(conn)
        with self._library.read() as conn, self._lock:
            places.refresh(conn, self._touched)
            self.places, self._touched = places, None

    def follow(self, conn: Connection, images: BitMap) -> None:
        """Read anew where some images lie."""
        with self._lock:
            if self._touched is not None:
                self._touched |= images
            elif self.places is not None:
                self.places.refresh(conn, images)

    def forget(self) -> None:
        """Forget every answer: the library is not the same any more."""
        with self._lock:
            self._age += 1
            self._found.clear()
            self._scores.clear()

    def among(self, clause: Clause, within: BitMap, library_ids: NDArray[np.uint32]) -> BitMap:
        """Return those of some images that a condition finds."""
        if isinstance(clause, InFolder | PathLike | Named) and self.places is not None:
            return self._placed(self.places, clause, within)
        with self._lock:
            known, age = self._found.get(clause), self._age
            scores = self._scores.get(clause.tag) if isinstance(clause, Scored) else None
        if scores is not None and isinstance(clause, Scored):
            return _in_scores(scores, clause, within)
        if known is None and len(within) <= _FEW:
            return self._few(clause, within)
        if known is None:
            known = self._all(clause, library_ids)
            self._keep(self._found, clause, known, age, _KEPT)
        return known & within

    def scores(self, tag: str, library_ids: NDArray[np.uint32]) -> Scores:
        """Return the scores of a tag, by any of its names."""
        with self._lock:
            known, age = self._scores.get(tag), self._age
        if known is None:
            known = self._read_scores(tag, library_ids)
            self._keep(self._scores, tag, known, age, _KEPT_SCORES)
        return known

    def best_scored(
        self, tag: str, found: BitMap, count: int, library_ids: NDArray[np.uint32]
    ) -> Ids | None:
        """Return the first images of a set by their score for a tag, highest first, then by id.

        None where all scores have to be read: they are already, they come from several models or
        tags, or few of the set have high ones.
        """
        with self._library.read() as conn:
            if tag in self._scores or (asked := search_tags.subjects_by_score(conn, tag)) is None:
                return None
            for most in (8 * count, 32 * count):
                top = asked.limit(most).subquery().c
                numbers, scores = _joined(conn, top.subject_id, top.score)
                if len(scores) == most:  # of the lowest there may be more
                    numbers, scores = numbers[scores > scores.min()], scores[scores > scores.min()]
                ids = _mapped(self._subjects.images_of(conn, numbers), library_ids)
                hits = np.flatnonzero(np.isin(ids, ids_of(set_of(np.sort(ids)) & found)))
                if len(hits) >= count:
                    best = np.lexsort((ids[hits], scores[hits]))[::-1][:count]
                    return ids[hits[best]]
        return None

    def _keep(
        self, kept: OrderedDict[Key, Answer], key: Key, found: Answer, age: int, most: int
    ) -> None:
        """Remember an answer, unless the library has changed while it was looked for."""
        with self._lock:
            if age == self._age:
                kept[key] = found
                while len(kept) > most:
                    kept.popitem(last=False)

    def _placed(
        self, places: ImagePlaces, clause: InFolder | PathLike | Named, within: BitMap
    ) -> BitMap:
        found = places.found(clause)
        if isinstance(clause, InFolder) and clause.folder.startswith(os.sep):
            paths = map(os.fsencode, spellings(clause.folder))  # it may be a file's own path
            with self._library.read() as conn:
                found |= BitMap(conn.execute(search_files.with_path(paths)).scalars())
        return found & within

    def _few(self, clause: Clause, within: BitMap) -> BitMap:
        with self._library.read() as conn:
            asked = query_compiler.members(conn, clause, ids_of(within).tolist())
            return BitMap(conn.execute(asked).scalars().all())

    def _all(self, clause: Clause, library_ids: NDArray[np.uint32]) -> BitMap:
        with self._library.read() as conn:
            if isinstance(clause, Scored):
                return self._with_score(conn, clause, library_ids)
            in_index = _in_index(conn, clause)
            if in_index is not None:
                ids = _mapped(_numbers(conn, in_index), library_ids)
                return set_of(ids[ids > 0])
            if isinstance(clause, InFolder | PathLike | Named):
                return set_of(_numbers(conn, search_files.with_place(clause)))
            if clause == Is(State.REVIEWED):
                return set_of(_numbers(conn, _REVIEWED))
            return set_of(_numbers(conn, query_compiler.members(conn, clause)))

    def _with_score(
        self, conn: Connection, clause: Scored, library_ids: NDArray[np.uint32]
    ) -> BitMap:
        """Return the images whose highest score is in a set: over the low end, not over the high.

        An index leads to the scores over a bound, so the others are not read.
        """

        def over(bound: float | None, is_in: bool) -> BitMap:
            asked = search_tags.subjects_over(conn, clause.tag, bound, is_in)
            [text] = conn.execute(select(func.group_concat(asked.subquery().c[0]))).one()
            ids = _mapped(self._subjects.images_of(conn, read_numbers(text)), library_ids)
            return set_of(np.sort(ids[ids > 0]))  # sorted, it takes a tenth of the time

        found = BitMap()
        for one in clause.scores.ranges:
            own = over(one.low, one.has_low)
            found |= own if one.high is None else own - over(one.high, not one.has_high)
        return found

    def _read_scores(self, tag: str, library_ids: NDArray[np.uint32]) -> Scores:
        with self._library.read() as conn:
            found = search_tags.scores_of_subjects(conn, tag).subquery()
            numbers, scores = _joined(conn, found.c.subject_id, found.c.score)
            images = self._subjects.images_of(conn, numbers)
        ids = _mapped(images, library_ids)
        column = np.full(int(library_ids.max(initial=0)) + 1, -1, np.int16)
        np.maximum.at(column, ids[ids > 0], scores[ids > 0].astype(np.int16))
        return column


class SubjectImages:
    """Of which image (ids of index.db) each subject is: read once, then only the new ones."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._images = np.zeros(1, np.int64)

    def images_of(self, conn: Connection, subjects: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the image of each subject; a subject never goes to another image."""
        with self._lock:
            if int(subjects.max(initial=0)) >= len(self._images):
                self._read_new(conn)
            return self._images[subjects]

    def read_new(self, conn: Connection) -> None:
        """Read the subjects that are new since the last time."""
        with self._lock:
            self._read_new(conn)

    def _read_new(self, conn: Connection) -> None:
        [(numbers, images)] = listed(conn, _SUBJECTS, (len(self._images) - 1,))
        found = read_numbers(numbers)
        length = max(len(self._images), int(found.max(initial=0)) + 1)  # there may be no new ones
        grown = np.zeros(length, np.int64)
        grown[: len(self._images)] = self._images
        grown[found] = read_numbers(images)
        self._images = grown


_SUBJECTS = "SELECT group_concat(id), group_concat(image_id) FROM idx.subjects WHERE id > ?"


def _in_index(conn: Connection, clause: Clause) -> search_tags.Members | None:
    """Return a condition's images in ids of index.db, if index.db alone knows them."""
    if isinstance(clause, Doubted) and clause.doubt in (Doubt.PREDICTED, Doubt.UNCERTAIN):
        return search_tags.near_threshold(conn, clause)
    if isinstance(clause, Doubted) and clause.doubt is Doubt.CONFLICT:
        return search_conflicts.conflicts(conn, clause.tag)
    if isinstance(clause, SeenBy):
        return Clauses(conn).seen_by(clause)
    return None


def _numbers(conn: Connection, asked: search_tags.Members) -> NDArray[np.int64]:
    found = asked.subquery()
    joined = select(func.group_concat(next(iter(found.c))))
    return read_numbers(conn.execute(joined).scalar_one())


def _joined(conn: Connection, *columns: ColumnElement[int]) -> list[NDArray[np.int64]]:
    """Return whole columns of a subquery."""
    [texts] = conn.execute(select(*(func.group_concat(column) for column in columns)))
    return [read_numbers(text) for text in texts]


def _mapped(numbers: NDArray[np.int64], library_ids: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the library's ids, 0 for images that came to the index later than the mapping."""
    found = np.zeros(len(numbers), np.uint32)
    is_known = numbers < len(library_ids)
    found[is_known] = library_ids[numbers[is_known]]
    return found


def _in_scores(scores: Scores, clause: Scored, within: BitMap) -> BitMap:
    found = np.zeros(len(scores), np.bool_)
    for one in clause.scores.ranges:
        own = scores >= 0
        if one.low is not None:
            own &= scores >= one.low if one.has_low else scores > one.low
        if one.high is not None:
            own &= scores <= one.high if one.has_high else scores < one.high
        found |= own
    return set_of(np.flatnonzero(found)) & within


_REVIEWED: Select[tuple[int]] = (
    select(subjects.c.image_id)
    .join(verdicts, verdicts.c.subject_id == subjects.c.id)
    .where(verdicts.c.source == Source.USER.value, subjects.c.image_id.is_not(None))
    .distinct()
)
