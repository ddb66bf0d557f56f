"""The likeness index: which pictures have the vectors nearest to a given one.

Codes of all vectors lie in memory and name the candidates, index.db gives the vectors of these, so
an answer never tells of a vector that is gone. Nothing is read before the first question; each
question first reads the vectors that came since the one before.
"""

from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import embeddings, saved_codes
from anitag_desktop.storage.embeddings import Embedding, VectorSpace
from anitag_desktop.storage.sign_codes import SignCodes, read_vectors
from anitag_desktop.storage.store import Store

Alike = tuple[int, float]
"""An image id and the cosine of its vector with the one asked for, to six places."""

_CANDIDATES = 1_500
"""So many vectors are compared exactly: with fewer pictures than that, all of them."""

_PORTION = 16_384
"""So many vectors are read at once; the mean of as many is good enough for any number of them."""

_WORTH_SAVING = 1_000
_DIGITS = 6

_ROUGHLY = 1e-5
"""By less than this a cosine in floats of 32 bits is wrong."""


class LikenessIndex:
    """Finds what is alike. Safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._space: VectorSpace | None = None
        self._codes: SignCodes | None = None
        self._saved = 0
        self._seq = 0
        self._files: tuple[int, int] = (-1, -1)
        if store.is_writable:
            store.before_close(self.close)

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
                space, codes = self._space, self._codes
            if space is None or codes is None or len(vector) != 2 * space.dim:
                return []
            target, is_sound = read_vectors([vector], space.dim)
            if not is_sound[0]:
                return []
            may_be = None if allowed is None else _by_id(codes.images, allowed)
            rows = codes.nearest(target[0], may_be, max(_CANDIDATES, 5 * limit))
            images = dict(zip(codes.seqs[rows].tolist(), codes.images[rows].tolist(), strict=True))
            found = embeddings.vectors(conn, space, list(images))
        return _ordered(target[0], found, images, limit)

    def close(self) -> None:
        """Save the codes, if many are new."""
        space, codes = self._space, self._codes
        if space and codes is not None and len(codes) - self._saved >= _WORTH_SAVING:
            first = self._saved
            self._store.index.write(lambda conn: saved_codes.write(conn, space, codes, first))
            self._saved = len(codes)

    def _follow(self, conn: Connection) -> None:
        """Bring the codes up to the last vector, reading them first where they are others."""
        space = embeddings.space(conn)
        files = self._store.library.swaps, self._store.index.swaps
        if space != self._space or files != self._files or self._codes is None:
            self._space, self._files = space, files
            self._load(conn)
        self._read_on(conn)
        if self._codes is not None and _is_sample_small(self._codes):
            self._forget()
            self._read_on(conn)

    def _load(self, conn: Connection) -> None:
        self._forget()
        codes = saved_codes.read(conn, self._space) if self._space else None
        if self._space is None or codes is None:
            return
        if 4 * embeddings.count(conn, self._space) < 3 * len(codes):
            return  # most of what was saved is of vectors that are gone
        self._codes, self._saved, self._seq = codes, len(codes), int(codes.seqs[-1])

    def _forget(self) -> None:
        self._codes, self._saved, self._seq = None, 0, 0

    def _read_on(self, conn: Connection) -> None:
        while self._space is not None:
            new = embeddings.after(conn, self._space, self._seq, _PORTION)
            if new:
                self._add(new, self._space.dim)
            if len(new) < _PORTION:
                return

    def _add(self, new: list[Embedding], dim: int) -> None:
        vectors, is_sound = read_vectors([one.vector for one in new], dim)
        if self._codes is None:
            self._codes = SignCodes(vectors.mean(axis=0), len(new))
        images = np.array([one.image for one in new], np.uint32)
        images[~is_sound] = 0
        seqs = np.array([one.seq for one in new], np.int64)
        numbers = np.array([one.number for one in new], np.uint32)
        self._codes.add(seqs, numbers, images, self._codes.code(vectors))
        self._seq = new[-1].seq


def _is_sample_small(codes: SignCodes) -> bool:
    """Tell whether there are now many more vectors than when their mean was taken."""
    return 2 * codes.sampled < min(len(codes), _PORTION)


def _by_id(images: NDArray[np.uint32], allowed: Sequence[int]) -> NDArray[np.bool_]:
    """Return by image id whether it is allowed; 0 never is."""
    ids = np.asarray(allowed.array() if hasattr(allowed, "array") else allowed, np.uint32)
    found = np.zeros(max(int(images.max(initial=0)), int(ids.max(initial=0))) + 1, np.bool_)
    found[ids] = True
    found[0] = False
    return found


def _ordered(
    target: NDArray[np.float32], found: dict[int, bytes], images: dict[int, int], limit: int
) -> list[Alike]:
    """Return the ``limit`` most alike; only those that may be among them are computed exactly."""
    if not found or not limit:
        return []
    halves = np.frombuffer(b"".join(found.values()), "<f2").reshape(-1, len(target))
    rough = halves.astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", rough, rough))
    is_sound = np.isfinite(lengths) & (lengths > 0)
    near = np.divide(rough @ target, lengths, out=np.full(len(rough), -2.0), where=is_sound)
    least = np.partition(near, -limit)[-limit] if limit < len(near) else -2.0
    places = np.flatnonzero(is_sound & (near >= least - _ROUGHLY))
    exact = halves[places].astype(np.float64)
    cosines = exact @ target.astype(np.float64) / np.linalg.norm(exact, axis=1)
    seqs = np.fromiter(found, np.int64)[places].tolist()
    pairs = [
        (images[seq], cosine)
        for seq, cosine in zip(seqs, np.round(cosines, _DIGITS).tolist(), strict=True)
        if images[seq]
    ]
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:limit]
