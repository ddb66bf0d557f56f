"""Pairing: which of many pictures look nearly the same, and how near they are."""

from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from anitag_desktop.domain.perceptual_hash import MIRROR
from anitag_desktop.storage import duplicates
from anitag_desktop.storage.duplicates import Shown
from anitag_desktop.storage.interruptions import give_up_if_asked
from anitag_desktop.storage.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAME_BITS = 4
"""Pictures whose perceptual hashes (64 bits) differ in so few bits look the same, whatever colour.

Copies of another size or compression differ in 0 to 4, those in grey or other colours mostly too;
of pairs of different faces, which look more alike than other pictures, 0.14 of a million do. The
figures here are those of ``tests/benchmarks/near_duplicates.py``, with the bundled model.
"""

NEAR_BITS = 6
NEAR_COSINE = 0.8
"""With so many bits the vectors, where both have one, have to agree that much.

Mirrored copies need it, and those with a little cut off; 0.05 faces of a million come so near.
"""

FAR_BITS = 10
FAR_COSINE = 0.95
"""With so many bits both have to have a vector, and these to agree nearly wholly.

So most of the copies are found of which 3 % is cut off each side; again 0.05 faces of a million.
"""

_LOOKED_AT = 100
"""So many are compared by their vectors at once; if most of them disagree, no more are."""

_VECTORS_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Alike:
    """A picture beside the best one of its group; ``cosine`` is None where one has no vector."""

    image_id: int
    is_exact: bool
    is_mirrored: bool
    bits: int
    cosine: float | None

    @property
    def unlikeness(self) -> tuple[bool, int, float]:
        """What sorts the most alike first."""
        return not self.is_exact, self.bits, -(self.cosine or 0.0)


class _Near(NamedTuple):
    """A place among the pictures (or a value among the hashes), and how near its hash is."""

    place: int
    bits: int
    is_mirrored: bool


class NearPictures:
    """Groups pictures, which come best first; each is in one group only.

    Each picture of a group is near its best itself, not by way of another. Pictures ``apart`` are
    never put together. Of thousands that are all alike, each is compared with some only.
    """

    def __init__(
        self, store: Store, best_first: Sequence[Shown], apart: Collection[frozenset[int]]
    ) -> None:
        self._shown = best_first
        self._apart = apart
        self._crowd = _Crowd([one.phash for one in best_first])
        self._vectors = _Vectors(store)

    def groups(self) -> Iterator[tuple[int, list[Alike]]]:
        """Yield the best picture of each group with those alike, the most alike first."""
        for place, best in enumerate(self._shown):
            give_up_if_asked()
            if self._crowd.take(place):
                alike = self._alike(place)
                if alike:
                    yield best.image_id, sorted(alike, key=lambda one: one.unlikeness)

    def _alike(self, place: int) -> list[Alike]:
        candidates = self._candidates(place)
        agreeing: list[tuple[int, Alike]] = []
        while some := list(islice(candidates, _LOOKED_AT)):
            new = list(self._agreeing(self._shown[place], some))
            agreeing += new
            if 2 * len(new) < len(some):
                break
        for found, _ in agreeing:
            self._crowd.take(found)
        return [alike for _, alike in agreeing]

    def _candidates(self, place: int) -> Iterator[_Near]:
        own = self._shown[place].image_id
        for near in self._crowd.about(place):
            if frozenset({own, self._shown[near.place].image_id}) not in self._apart:
                yield near

    def _agreeing(self, best: Shown, some: Sequence[_Near]) -> Iterator[tuple[int, Alike]]:
        others = [self._shown[near.place] for near in some]
        cosines = self._vectors.cosines(best.image_id, [one.image_id for one in others])
        for near, one, cosine in zip(some, others, cosines, strict=True):
            is_exact = one.pixel_hash == best.pixel_hash
            if is_exact or is_alike(near.bits, cosine):
                is_mirrored = near.is_mirrored and not is_exact
                yield near.place, Alike(one.image_id, is_exact, is_mirrored, near.bits, cosine)


class _Crowd:
    """Pictures by their hashes, as long as they are in no group."""

    def __init__(self, hashes: Sequence[int]) -> None:
        import numpy as np

        signed = np.array(hashes, np.int64)
        values, which = np.unique(signed.view(np.uint64), return_inverse=True)
        self._values: list[int] = which.tolist()
        self._free: list[OrderedDict[int, None]] = [OrderedDict() for _ in values]
        for place, value in enumerate(self._values):
            self._free[value][place] = None
        self._near = _near_values(values)

    def take(self, place: int) -> bool:
        """Put a picture into a group; False if it is in one already."""
        return self._free[self._values[place]].pop(place, 0) is None

    def about(self, place: int) -> Iterator[_Near]:
        """Yield the free pictures whose hashes are near, the nearest first."""
        value = self._values[place]
        for near in (_Near(value, 0, is_mirrored=False), *self._near[value]):
            for other in self._free[near.place]:
                yield near._replace(place=other)


def is_alike(bits: int, cosine: float | None) -> bool:
    """Tell whether pictures look the same whose hashes and vectors are so near each other."""
    if bits <= SAME_BITS:
        return True
    if cosine is None:
        return bits <= NEAR_BITS
    return bits <= FAR_BITS and cosine >= (NEAR_COSINE if bits <= NEAR_BITS else FAR_COSINE)


def _near_values(values: "NDArray[np.uint64]") -> list[list[_Near]]:
    """Return by place of a hash the places of those near it, the nearest first."""
    from anitag_desktop.storage.near_hashes import near_pairs

    found: list[dict[int, _Near]] = [{} for _ in values]
    for mirror in (MIRROR, None):  # what is near as it is counts so
        for first, second, bits in near_pairs(values, FAR_BITS, mirror).tolist():
            for one, other in ((first, second), (second, first)):
                found[one][other] = _Near(other, bits, mirror is not None)
    return [sorted(near.values(), key=lambda one: (one.bits, one.place)) for near in found]


class _Vectors:
    """What the models saw in pictures, read when it is asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[int, NDArray[np.float32] | None] = {}

    def cosines(self, one: int, others: Sequence[int]) -> list[float | None]:
        """Return the cosine of a picture with each of some others; None where one has no vector."""
        self._read([one, *others])
        own = self._known[one]
        if own is None:
            return [None] * len(others)
        return [
            None if other is None or len(other) != len(own) else float(own @ other)
            for other in (self._known[image_id] for image_id in others)
        ]

    def _read(self, image_ids: Sequence[int]) -> None:
        if len(self._known) > _VECTORS_KEPT:
            self._known.clear()
        missing = [image_id for image_id in image_ids if image_id not in self._known]
        if not missing:
            return
        with self._store.library.read() as conn:
            read = duplicates.vectors(conn, missing)
        for image_id in missing:
            self._known[image_id] = _unit(read[image_id]) if image_id in read else None


def _unit(vector: bytes) -> "NDArray[np.float32] | None":
    """Return a vector at length 1; None if it has no direction."""
    import numpy as np

    numbers = np.frombuffer(vector, "<f2").astype(np.float32)
    length = float(np.linalg.norm(numbers))
    return numbers / length if 0 < length < float("inf") else None
