"""Duplicating: which pictures show the same, or nearly so. Nothing here changes anything."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from anitag_desktop.storage import duplicates
from anitag_desktop.storage.duplicates import Shown
from anitag_desktop.storage.store import Store

NEAR_BITS = 6
"""Perceptual hashes that differ in so many bits (of 64) are near.

On generated pictures, a copy at another size or compression differs in 0 to 4, one with 2 % cut
off each side in 4 mostly, another picture in 16 or more.
"""

NEAR_COSINE = 0.9
"""Vectors of near pictures have at least this cosine, where both have one."""


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Pictures that show the same: which one is best, and the others.

    ``is_exact``: all have the very same pixels. Best is the largest, then the least compressed
    (the most bytes), then the one that came first.
    """

    best: int
    others: tuple[int, ...]
    is_exact: bool


class Duplicates:
    """Finds pictures that show the same; every method may be called from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def exact(self) -> list[DuplicateGroup]:
        """Return the groups of present pictures with the very same pixels, by their best."""
        by_pixels: dict[str, list[Shown]] = defaultdict(list)
        for one in self._present():
            by_pixels[one.pixel_hash].append(one)
        groups = [sorted(some, key=_goodness) for some in by_pixels.values() if len(some) > 1]
        return sorted((_group(some) for some in groups), key=lambda group: group.best)

    def near(self) -> list[DuplicateGroup]:
        """Return the groups of present pictures that look the same, by their best.

        Each is near the best of its group itself, not by way of another; a picture is in one group
        only. Mirrored pictures, and those with a good part cut off, are not found.
        """
        shown = sorted(self._present(), key=_goodness)
        neighbours = _neighbours([one.phash for one in shown])
        taken: set[int] = set()
        groups = []
        for place in sorted(neighbours):
            if place in taken:
                continue
            free = [p for p in sorted(neighbours[place]) if p != place and p not in taken]
            alike = [shown[place], *self._confirmed(shown, place, free)]
            if len(alike) > 1:
                members = {one.image_id for one in alike}
                taken |= {p for p in (place, *free) if shown[p].image_id in members}
                groups.append(_group(alike))
        return sorted(groups, key=lambda group: group.best)

    def _present(self) -> list[Shown]:
        with self._store.library.read() as conn:
            return duplicates.present(conn)

    def _confirmed(self, shown: Sequence[Shown], place: int, others: Sequence[int]) -> list[Shown]:
        """Return those of the others whose vectors do not deny it."""
        best = shown[place]
        vectors = self._vectors([best, *(shown[other] for other in others)])
        return [
            one
            for one in (shown[other] for other in others)
            if one.pixel_hash == best.pixel_hash
            or _agree(vectors.get(best.image_id), vectors.get(one.image_id))
        ]

    def _vectors(self, some: Sequence[Shown]) -> Mapping[int, bytes]:
        from anitag_desktop.storage import embeddings

        with self._store.library.read() as conn:
            space = embeddings.space(conn)
            if space is None:
                return {}
            read = {one.image_id: embeddings.of_image(conn, space, one.image_id) for one in some}
        return {image_id: vector for image_id, vector in read.items() if vector is not None}


def _goodness(one: Shown) -> tuple[float, ...]:
    """Return what sorts the best picture first."""
    return (-one.pixels, -one.size, one.added_at, one.image_id)


def _group(best_first: Sequence[Shown]) -> DuplicateGroup:
    best, *others = best_first
    is_exact = all(one.pixel_hash == best.pixel_hash for one in others)
    return DuplicateGroup(best.image_id, tuple(one.image_id for one in others), is_exact)


def _neighbours(hashes: Sequence[int]) -> Mapping[int, set[int]]:
    """Return by place the places of the hashes that are near or equal, both ways."""
    import numpy as np

    from anitag_desktop.storage.near_hashes import pairs_within

    if not hashes:
        return {}
    values, which = np.unique(np.array(hashes, np.int64).view(np.uint64), return_inverse=True)
    same: dict[int, list[int]] = defaultdict(list)
    for place, value in enumerate(which.tolist()):
        same[value].append(place)
    near: dict[int, list[int]] = defaultdict(list)
    for first, second in _both_ways(pairs_within(values, NEAR_BITS).tolist()):
        near[first] += same[second]
    found: dict[int, set[int]] = {}
    for value, places in same.items():
        about = {*places, *near.get(value, ())}
        if len(about) > 1:
            found |= dict.fromkeys(places, about)
    return found


def _both_ways(pairs: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    for first, second in pairs:
        yield first, second
        yield second, first


def _agree(one: bytes | None, other: bytes | None) -> bool:
    """Tell whether two vectors are near each other; a vector that is missing denies nothing."""
    import numpy as np

    if one is None or other is None or len(one) != len(other):
        return True
    a, b = (np.frombuffer(vector, "<f2").astype(np.float64) for vector in (one, other))
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return not lengths or float(a @ b) / lengths >= NEAR_COSINE
