"""Clusters: pictures that seem to show the same, so that whoever it is can be named at once.

Two pictures belong together if each is among the nearest of the other and they are nearer than
strangers are (mutual nearest neighbours need no number of clusters, and no matrix of all pairs).
What hangs together so is parted by average linkage: a chain of pictures that each look a little
like the next is no cluster. Parting too much is the smaller evil: two that are one are merged by
one word, while of one that is two each picture has to be looked at.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.learning.space import Floats, Vectors

LEAST = 3
"""So many different pictures make a cluster."""

SAME = 0.97
"""Vectors with a higher cosine are of near-duplicates: one of them stands for all."""

SPREADS = 3.0
"""So far over what strangers have in common lies what a cluster has."""

_SPREAD = 1.4826
_PAIRS = 20_000
_NEIGHBOURS = 16
_BLOCK = 1_024
_CELLS = 16_000_000
"""So many cosines are held at a time at most: 64 MB, and as much for what is made of them."""

_LINKED = 2_000
"""So many pictures are linked each with each at most; more are parted by nearer neighbours."""

_SLACK = 0.5
_STEP = 0.02
_REDUCED = 96
_MANY = 20_000
"""From so many pictures on neighbours are looked for in fewer dimensions."""

IsGivenUp = Callable[[], bool]

Stored = Vectors | NDArray[np.float16]


class Cluster(NamedTuple):
    """Pictures that go together: the most typical first, and their mean cosine."""

    members: tuple[int, ...]
    tightness: float


def cut_of(strangers: Vectors) -> float:
    """Return from which cosine on two pictures have more in common than strangers."""
    if len(strangers) < 2:
        return SAME
    draw = np.random.default_rng(0)
    left, right = draw.integers(0, len(strangers), (2, _PAIRS))
    apart = left != right
    cosines = np.einsum("ij,ij->i", strangers[left[apart]], strangers[right[apart]])
    middle = float(np.median(cosines))
    spread = _SPREAD * float(np.median(np.abs(cosines - middle)))
    return min(middle + SPREADS * spread, SAME - _STEP)


def find(vectors: Stored, cut: float, is_given_up: IsGivenUp = bool) -> list[Cluster]:
    """Return the clusters of vectors of length 1 (half floats do), the largest, tightest first.

    Members are places among ``vectors``. ``cut`` is the mean cosine from which on pictures go
    together. Once ``is_given_up``, what was found so far is returned.
    """
    near = _neighbours(vectors, cut - _SLACK * (1 - cut), is_given_up)
    kept = _different(vectors, near)
    found = [
        _cluster(vectors, places)
        for part in _parts(near.among(kept), cut - _SLACK * (1 - cut))
        if not is_given_up()
        for places in _linked(vectors, kept[part], cut)
        if len(places) >= LEAST
    ]
    return sorted(found, key=lambda one: (-len(one.members) * one.tightness, one.members))


class _Near(NamedTuple):
    """Pairs of pictures each among the nearest of the other, of ``size`` pictures."""

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    cosines: Floats
    size: int

    def over(self, least: float) -> "_Near":
        """Return the nearest of the pairs."""
        kept = self.cosines >= least
        return _Near(self.rows[kept], self.columns[kept], self.cosines[kept], self.size)

    def among(self, places: NDArray[np.intp]) -> "_Near":
        """Return the pairs of some pictures, which are numbered anew."""
        number = np.full(self.size, -1)
        number[places] = np.arange(len(places))
        rows, columns = number[self.rows], number[self.columns]
        kept = (rows >= 0) & (columns >= 0)
        return _Near(rows[kept], columns[kept], self.cosines[kept], len(places))

    def parts(self) -> list[NDArray[np.intp]]:
        """Return what hangs together."""
        from scipy.sparse import coo_matrix
        from scipy.sparse.csgraph import connected_components

        ones = np.ones(len(self.rows), np.int8)
        graph = coo_matrix((ones, (self.rows, self.columns)), (self.size, self.size))
        count, names = connected_components(graph, directed=False)
        order = np.argsort(names, kind="stable")
        pieces = np.split(order, np.cumsum(np.bincount(names, minlength=count))[:-1])
        return [piece for piece in pieces if len(piece)]


def _different(vectors: Stored, near: _Near) -> NDArray[np.intp]:
    """Return the places of vectors without near-duplicates of earlier ones, and without zeros."""
    first = [part[0] for part in near.over(SAME).parts()]
    return np.array([place for place in first if vectors[place].any()], np.intp)


def _parts(near: _Near, least: float) -> Iterator[NDArray[np.intp]]:
    """Give what hangs together, in parts small enough to be linked."""
    waiting = [(np.arange(near.size), least)]
    while waiting:
        places, least = waiting.pop()
        for part in near.among(places).over(least).parts():
            if len(part) > _LINKED:
                waiting.append((places[part], least + _STEP))
            elif len(part) >= LEAST:
                yield places[part]


def _neighbours(vectors: Stored, least: float, is_given_up: IsGivenUp) -> _Near:
    """Return which vectors are near enough and among the nearest of each other."""
    small = _reduced(vectors)
    block = min(_BLOCK, max(1, _CELLS // max(1, len(small))))
    found = [
        _nearest(small[start : start + block] @ small.T, start, least)
        for start in range(0, len(small), block)
        if not is_given_up()
    ]
    nothing = np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0, np.float32)
    rows, columns, cosines = (np.concatenate(parts) for parts in zip(nothing, *found, strict=True))
    size = len(vectors)
    is_mutual = np.isin(columns * size + rows, rows * size + columns)
    return _Near(rows[is_mutual], columns[is_mutual], cosines[is_mutual], size)


def _nearest(
    cosines: Floats, start: int, least: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Return the pairs of a block and their cosines: of each row its nearest, if near enough."""
    here = np.arange(len(cosines))
    cosines[here, here + start] = -1
    is_near = cosines >= least
    for row in np.flatnonzero(is_near.sum(axis=1) > _NEIGHBOURS):
        near = np.flatnonzero(is_near[row])
        far = np.argpartition(-cosines[row, near], _NEIGHBOURS)[_NEIGHBOURS:]
        is_near[row, near[far]] = False
    rows, columns = np.nonzero(is_near)
    return rows + start, columns, cosines[rows, columns]


def _reduced(vectors: Stored) -> Vectors:
    """Return many vectors in fewer dimensions, those in which they differ most."""
    if len(vectors) < _MANY or vectors.shape[1] <= _REDUCED:
        return vectors.astype(np.float32)
    some = vectors[:: max(1, len(vectors) // _MANY)].astype(np.float32)
    _, axes = np.linalg.eigh(some.T @ some)
    kept = axes[:, -_REDUCED:].astype(np.float32)
    blocks = (vectors[start : start + _MANY] for start in range(0, len(vectors), _MANY))
    small = np.concatenate([block.astype(np.float32) @ kept for block in blocks])
    lengths = np.linalg.norm(small, axis=1, keepdims=True)
    found: Vectors = small / np.maximum(lengths, np.float32(1e-6))
    return found


def _linked(vectors: Stored, part: NDArray[np.intp], cut: float) -> list[NDArray[np.intp]]:
    """Part what hangs together so that the mean cosine within each piece is at least ``cut``."""
    from scipy.cluster.hierarchy import fcluster, linkage

    own = vectors[part].astype(np.float64)
    distances = np.clip(1 - own @ own.T, 0, 2)[np.triu_indices(len(part), 1)]
    names = fcluster(linkage(distances, "average"), 1 - cut, "distance")
    return [part[names == name] for name in range(1, names.max() + 1)]


def _cluster(vectors: Stored, places: NDArray[np.intp]) -> Cluster:
    own = vectors[places].astype(np.float32)
    cosines = own @ own.T
    count = len(places)
    tightness = float((cosines.sum() - np.trace(cosines)) / (count * (count - 1)))
    order = np.argsort(-cosines.sum(axis=1), kind="stable")
    return Cluster(tuple(int(places[place]) for place in order), tightness)
