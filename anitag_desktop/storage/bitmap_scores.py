"""The scores that active models gave to a tag, by image: SQL reads them when they are asked for."""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import Connection

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.search.conditions import Scored
from anitag_desktop.storage import models
from anitag_desktop.storage.database import Database
from anitag_desktop.storage.id_sets import Ids, ids_of, listed, read_numbers, set_of
from anitag_desktop.storage.tag_lore import TagLore

_KEPT = 16

Scores = NDArray[np.int16]
"""A tag's highest score (ten-thousandths) by image id, -1 where no active model gave one."""

LibraryIds = NDArray[np.uint32]
Numbers = NDArray[np.int64]


class TagScores:
    """Reads scores and remembers those of a few tags until something changes."""

    def __init__(self, library: Database) -> None:
        self._library = library
        self._lock = Lock()
        self._subjects = SubjectImages()
        self._known: OrderedDict[str, Scores] = OrderedDict()
        self._models: list[int] | None = None
        self._age = 0

    def prepare(self, conn: Connection) -> None:
        """Read of which image each subject is."""
        self._subjects.read_new(conn)

    def forget(self) -> None:
        """Forget every score: the library is not the same any more."""
        with self._lock:
            self._age += 1
            self._known.clear()
            self._models = None

    def of(self, tag: str, lore: TagLore, library_ids: LibraryIds) -> Scores:
        """Return the scores of a tag, by any of its names."""
        with self._lock:
            known, age = self._known.get(tag), self._age
        if known is None:
            known = self._read(tag, lore, library_ids)
            with self._lock:
                if age == self._age:
                    self._known[tag] = known
                    while len(self._known) > _KEPT:
                        self._known.popitem(last=False)
        return known

    def known(self, clause: Scored, within: BitMap) -> BitMap | None:
        """Return those of some images whose score is in a set, None if it has to be read."""
        with self._lock:
            scores = self._known.get(clause.tag)
        return None if scores is None else _in_set(scores, clause, within)

    def found(
        self, conn: Connection, clause: Scored, lore: TagLore, library_ids: LibraryIds
    ) -> BitMap:
        """Return the images whose highest score is in a set: over its low end, not over its high.

        An index leads to the scores over a bound, so the others are not read.
        """

        def over(bound: float | None, is_in: bool) -> BitMap:
            where = "" if bound is None else f" AND score {'>=' if is_in else '>'} ?"
            bounds = () if bound is None else (bound,)
            found = BitMap()
            for pair in self._pairs(conn, clause.tag, lore):
                [(text,)] = listed(conn, _SUBJECTS_OVER.format(where), (*pair, *bounds))
                found |= self._images(conn, read_numbers(text), library_ids)
            return found

        found = BitMap()
        for one in clause.scores.ranges:
            own = over(one.low, one.has_low)
            found |= own if one.high is None else own - over(one.high, not one.has_high)
        return found

    def best(
        self, tag: str, found: BitMap, count: int, lore: TagLore, library_ids: LibraryIds
    ) -> Ids | None:
        """Return the first images of a set by their score for a tag, highest first, then by id.

        None where all scores have to be read: they are already, they come from several models or
        tags, or few of the set have high ones.
        """
        with self._library.read() as conn:
            pairs = self._pairs(conn, tag, lore)
            if tag in self._known or len(pairs) != 1:
                return None
            for most in (8 * count, 32 * count):
                [texts] = listed(conn, _HIGHEST, (*pairs[0], most))
                numbers, scores = map(read_numbers, texts)
                if len(scores) == most:  # of the lowest there may be more
                    numbers, scores = numbers[scores > scores.min()], scores[scores > scores.min()]
                ids = mapped(self._subjects.images_of(conn, numbers), library_ids)
                hits = np.flatnonzero(np.isin(ids, ids_of(set_of(np.sort(ids)) & found)))
                if len(hits) >= count:
                    best = np.lexsort((ids[hits], scores[hits]))[::-1][:count]
                    return ids[hits[best]]
        return None

    def _read(self, tag: str, lore: TagLore, library_ids: LibraryIds) -> Scores:
        column = np.full(int(library_ids.max(initial=0)) + 1, -1, np.int16)
        with self._library.read() as conn:
            for pair in self._pairs(conn, tag, lore):
                [texts] = listed(conn, _ALL, pair)
                numbers, scores = map(read_numbers, texts)
                ids = mapped(self._subjects.images_of(conn, numbers), library_ids)
                np.maximum.at(column, ids[ids > 0], scores[ids > 0].astype(np.int16))
        return column

    def _images(self, conn: Connection, subjects: Numbers, library_ids: LibraryIds) -> BitMap:
        ids = mapped(self._subjects.images_of(conn, subjects), library_ids)
        return set_of(np.sort(ids[ids > 0]))  # sorted, it takes a tenth of the time

    def _pairs(self, conn: Connection, tag: str, lore: TagLore) -> list[tuple[int, int]]:
        """Return the ids in index.db of all that counts as a tag, with each active model."""
        with self._lock:
            known, age = self._models, self._age
        if known is None:
            known = list(_active(conn))
            with self._lock:
                self._models = known if age == self._age else None
        return [(number, model) for number in lore.numbers_of_name(tag) for model in known]


class SubjectImages:
    """Of which image (ids of index.db) each subject is: read once, then only the new ones."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._images = np.zeros(1, np.int64)

    def images_of(self, conn: Connection, subjects: Numbers) -> Numbers:
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


def mapped(numbers: Numbers, library_ids: LibraryIds) -> LibraryIds:
    """Return the library's ids, 0 for images that came to the index later than the mapping."""
    found = np.zeros(len(numbers), np.uint32)
    is_known = numbers < len(library_ids)
    found[is_known] = library_ids[numbers[is_known]]
    return found


def _active(conn: Connection) -> Iterable[int]:
    """Yield the ids in index.db of the active models."""
    active = set(models.speaking(conn))
    for number, model_id, revision in listed(conn, _MODELS):
        if ModelKey(model_id, revision) in active:
            yield number


def _in_set(scores: Scores, clause: Scored, within: BitMap) -> BitMap:
    found = np.zeros(len(scores), np.bool_)
    for one in clause.scores.ranges:
        own = scores >= 0
        if one.low is not None:
            own &= scores >= one.low if one.has_low else scores > one.low
        if one.high is not None:
            own &= scores <= one.high if one.has_high else scores < one.high
        found |= own
    return set_of(np.flatnonzero(found)) & within


_OF_PAIR = "FROM idx.predictions WHERE tag_id = ? AND model_id = ?"
_SUBJECTS_OVER = f"SELECT group_concat(subject_id) {_OF_PAIR}{{}}"
_ALL = f"SELECT group_concat(subject_id), group_concat(score) {_OF_PAIR}"
_HIGHEST = (
    "SELECT group_concat(subject_id), group_concat(score) FROM "
    f"(SELECT subject_id, score {_OF_PAIR} ORDER BY score DESC LIMIT ?)"
)
_SUBJECTS = "SELECT group_concat(id), group_concat(image_id) FROM idx.subjects WHERE id > ?"
_MODELS = (
    "SELECT x.id, x.model_id, x.revision FROM idx.models x "
    "JOIN main.models m ON m.model_id = x.model_id AND m.revision = x.revision"
)
