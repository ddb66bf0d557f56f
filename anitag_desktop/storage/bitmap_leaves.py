"""The conditions of a search that no bitmap holds: SQL answers them, once for each state.

Where the rest of a search leaves few images, SQL is asked for those only.
"""

import os
from collections import OrderedDict
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import Connection, Select, func, select

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
from anitag_desktop.storage.bitmap_scores import TagScores, mapped
from anitag_desktop.storage.database import Database
from anitag_desktop.storage.id_sets import ids_of, read_numbers, set_of
from anitag_desktop.storage.image_places import ImagePlaces
from anitag_desktop.storage.schema import verdicts
from anitag_desktop.storage.search_clauses import Clauses
from anitag_desktop.storage.search_tables import subjects
from anitag_desktop.storage.tag_lore import TagLore

_FEW = 1_000
"""So many images are asked for one by one."""

_KEPT = 64


class SqlLeaves:
    """Answers conditions through SQL and remembers the answers until something changes."""

    def __init__(self, library: Database) -> None:
        self.scores = TagScores(library)
        self._library = library
        self._lock = Lock()
        self._found: OrderedDict[Clause, BitMap] = OrderedDict()
        self.places: ImagePlaces | None = None
        self._touched: BitMap | None = None
        self._age = 0

    def prepare(self) -> None:
        """Read what makes answers quick, though they can do without it: a second for a million."""
        with self._lock:
            self._touched = BitMap()
        places = ImagePlaces()
        with self._library.read() as conn:
            self.scores.prepare(conn)
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
        self.scores.forget()
        with self._lock:
            self._age += 1
            self._found.clear()

    def among(
        self, clause: Clause, within: BitMap, lore: TagLore, library_ids: NDArray[np.uint32]
    ) -> BitMap:
        """Return those of some images that a condition finds."""
        if isinstance(clause, InFolder | PathLike | Named) and self.places is not None:
            return self._placed(self.places, clause, within)
        if isinstance(clause, Scored):
            found = self.scores.known(clause, within)
            if found is not None:
                return found
        with self._lock:
            known, age = self._found.get(clause), self._age
        if known is None and len(within) <= _FEW:
            return self._few(clause, within)
        if known is None:
            known = self._all(clause, lore, library_ids)
            self._keep(clause, known, age)
        return known & within

    def _keep(self, clause: Clause, found: BitMap, age: int) -> None:
        """Remember an answer, unless the library has changed while it was looked for."""
        with self._lock:
            if age == self._age:
                self._found[clause] = found
                while len(self._found) > _KEPT:
                    self._found.popitem(last=False)

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

    def _all(self, clause: Clause, lore: TagLore, library_ids: NDArray[np.uint32]) -> BitMap:
        with self._library.read() as conn:
            if isinstance(clause, Scored):
                return self.scores.found(conn, clause, lore, library_ids)
            in_index = _in_index(conn, clause)
            if in_index is not None:
                ids = mapped(_numbers(conn, in_index), library_ids)
                return set_of(ids[ids > 0])
            if isinstance(clause, InFolder | PathLike | Named):
                return set_of(_numbers(conn, search_files.with_place(clause)))
            if clause == Is(State.REVIEWED):
                return set_of(_numbers(conn, _REVIEWED))
            return set_of(_numbers(conn, query_compiler.members(conn, clause)))


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


_REVIEWED: Select[tuple[int]] = (
    select(subjects.c.image_id)
    .join(verdicts, verdicts.c.subject_id == subjects.c.id)
    .where(verdicts.c.source == Source.USER.value, subjects.c.image_id.is_not(None))
    .distinct()
)
