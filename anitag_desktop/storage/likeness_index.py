"""The likeness index: which pictures have the vectors nearest to a given one.

Portions of small vectors name the candidates, index.db says what the vectors of these are: an
answer never tells of a vector that is gone, whatever lies in the cache folder. Nothing is read
before the first question; each question first reads the vectors that came since the one before.
"""

from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from threading import Lock

import numpy as np
from sqlalchemy import Connection

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import embeddings, saved_portions, vector_portions
from anitag_desktop.storage.embeddings import Embedding, VectorSpace
from anitag_desktop.storage.store import Store
from anitag_desktop.storage.tag_bitmaps import read_library_ids
from anitag_desktop.storage.vector_portions import Allowed, Mean, Portion, Ranks, Target

Alike = tuple[int, float]
"""An image id and the cosine of its vector with the one asked for, to six places."""

_CANDIDATES = 1_200_000
"""So many numbers are compared: the more numbers a vector has, the better its signs tell which."""

_DIGITS = 6

_ROUGHLY = 0.005
"""By less than this a cosine of rounded numbers is wrong."""

_AT_ONCE = 32
_SAMPLES = 8


class LikenessIndex:
    """Finds what is alike. Safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._space: VectorSpace | None = None
        self._files: tuple[int, int] = (-1, -1)
        self._full: list[Portion] = []
        self._mean: Mean | None = None
        self._rest = _portion_of([], 1)

    def model(self) -> ModelKey | None:
        """Return the model whose vectors are compared; None if no active one gave any."""
        with self._store.library.read() as conn:
            space = embeddings.space(conn)
        return space and space.model

    def vector_of(self, image_id: int) -> bytes | None:
        """Return the vector of a picture (little-endian half floats); None if it has none."""
        with self._store.library.read() as conn:
            space = embeddings.space(conn)
            return space and embeddings.of_image(conn, space, image_id)

    def nearest(self, vector: bytes, allowed: Sequence[int] | None, limit: int) -> list[Alike]:
        """Return the pictures whose vectors are most alike, the most alike first.

        ``allowed`` are the ids of those that may be found, None for all. Equals follow each other
        by id. Empty if the vector is not of the length, or has no direction.
        """
        with self._store.library.read() as conn:
            with self._lock:
                self._follow(conn)
                space, portions, mean = self._space, [*self._full, self._rest], self._mean
            if space is None or len(vector) != 2 * space.dim or limit < 1:
                return []
            target = _target(vector, space.dim, mean)
            if not target.rounded.any():
                return []
            may_be = None if allowed is None else _by_id(allowed)
            candidates = max(_CANDIDATES // space.dim, 5 * limit)
            ranks = vector_portions.nearest(portions, target, may_be, candidates)
            return _confirmed(conn, space, vector, ranks, may_be, limit)

    def _follow(self, conn: Connection) -> None:
        """Bring the portions up to the last vector, reading them first where they are others."""
        space = embeddings.space(conn)
        files = self._store.library.swaps, self._store.index.swaps
        if space != self._space or files != self._files:
            self._space = None  # until all is read: that may be given up
            self._full, self._mean = [], None
            self._rest = _portion_of([], space.dim if space else 1)
            if space:
                self._read_saved(conn, space)
            self._space, self._files = space, files
        if space:
            self._read_on(conn, space)

    def _read_saved(self, conn: Connection, space: VectorSpace) -> None:
        folder = self._store.paths.likeness
        if not folder.is_dir():
            return
        library_ids, paths = read_library_ids(conn), set()
        for place in count():
            path = saved_portions.path_of(folder, space, place)
            found = saved_portions.read(path, space, self._last(), library_ids)
            if found is None or not _is_true(conn, space, *found):
                break
            if self._mean is not None and not np.array_equal(self._mean, found[1]):
                break
            self._full.append(found[0])
            self._mean = found[1]
            paths.add(path)
        if self._store.is_writable:
            saved_portions.keep_only(folder, paths)

    def _read_on(self, conn: Connection, space: VectorSpace) -> None:
        while True:
            wanted = vector_portions.SIZE - len(self._rest.seqs)
            new = embeddings.after(conn, space, self._last(), wanted)
            if new:
                self._rest = vector_portions.joined(self._rest, _portion_of(new, space.dim))
            if len(new) < wanted:
                return
            self._close_portion(space)

    def _close_portion(self, space: VectorSpace) -> None:
        """Make a full portion of the rest, and save it if this is the process that writes."""
        rounded = self._rest.rounded
        mean = vector_portions.mean_of(rounded) if self._mean is None else self._mean
        portion = self._rest._replace(signs=vector_portions.signs(rounded, mean))
        before = int(self._full[-1].seqs[-1]) if self._full else 0
        if self._store.is_writable:
            path = saved_portions.path_of(self._store.paths.likeness, space, len(self._full))
            with suppress(OSError):  # what is not saved stays in memory, and is read again
                portion = saved_portions.write(path, space, before, portion, mean)
        self._full.append(portion)
        self._mean, self._rest = mean, _portion_of([], space.dim)

    def _last(self) -> int:
        """Return the ``seq`` of the last vector that was read, 0 before the first."""
        last = self._rest if len(self._rest.seqs) or not self._full else self._full[-1]
        return int(last.seqs[-1]) if len(last.seqs) else 0


def _portion_of(vectors: Sequence[Embedding], dim: int) -> Portion:
    content = b"".join(one.vector for one in vectors)
    return Portion(
        np.array([one.seq for one in vectors], np.int64),
        np.array([one.number for one in vectors], np.uint32),
        np.array([one.image for one in vectors], np.uint32),
        vector_portions.rounded(vector_portions.halves(content, dim)),
    )


def _target(vector: bytes, dim: int, mean: Mean | None) -> Target:
    rounded = vector_portions.rounded(vector_portions.halves(vector, dim))
    no_mean = np.zeros(dim, np.float32)
    return Target(rounded, vector_portions.signs(rounded, no_mean if mean is None else mean))


def _by_id(allowed: Sequence[int]) -> Allowed:
    """Return by image id whether it is allowed; neither 0 nor the last place, which ends it, is."""
    ids = np.asarray(allowed.array() if hasattr(allowed, "array") else allowed, np.uint32)
    last = int(ids.max(initial=0))
    found = np.zeros(last + 2, np.bool_)
    found[ids if len(ids) < last else slice(1, -1)] = True  # each comes once: so many are all
    found[0] = False
    return found


def _is_true(conn: Connection, space: VectorSpace, portion: Portion, mean: Mean) -> bool:
    """Tell whether index.db has most vectors of a portion, and says the same of them: by a few."""
    rows = np.linspace(0, len(portion.seqs) - 1, _SAMPLES).astype(np.intp)
    places = dict(zip(portion.seqs[rows].tolist(), rows.tolist(), strict=True))
    known = embeddings.of_seqs(conn, space, list(places))
    here, there = _portion_of(known, space.dim), [places[one.seq] for one in known]
    return 2 * len(known) > len(places) and (
        np.array_equal(here.numbers, portion.numbers[there])
        and np.array_equal(here.rounded, portion.rounded[there])
        and np.array_equal(vector_portions.signs(here.rounded, mean), portion.signs[there])
    )


def _confirmed(
    conn: Connection,
    space: VectorSpace,
    vector: bytes,
    ranks: Ranks,
    may_be: Allowed | None,
    limit: int,
) -> list[Alike]:
    """Return the most alike by what index.db says, which is asked about as few as will do."""
    best: dict[int, float] = {}
    at_once = _AT_ONCE + limit
    for start in range(0, len(ranks.seqs), at_once):
        if len(best) >= limit and ranks.cosines[start] < sorted(best.values())[-limit] - _ROUGHLY:
            break
        known = embeddings.of_seqs(conn, space, ranks.seqs[start : start + at_once].tolist())
        for one, cosine in zip(known, _cosines(known, vector, space.dim), strict=True):
            is_allowed = may_be is None or may_be.take(one.image, mode="clip")
            if one.image and is_allowed and np.isfinite(cosine):
                best[one.image] = max(cosine, best.get(one.image, -1.0))
    return sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]


def _cosines(known: Sequence[Embedding], vector: bytes, dim: int) -> list[float]:
    """Return how alike vectors are to one; not a number where one has no direction."""
    target = vector_portions.halves(vector, dim)[0].astype(np.float64)
    own = vector_portions.halves(b"".join(one.vector for one in known), dim).astype(np.float64)
    with np.errstate(all="ignore"):
        cosines = own @ target / np.linalg.norm(own, axis=1) / np.linalg.norm(target)
    rounded: list[float] = np.round(cosines, _DIGITS).tolist()
    return rounded
