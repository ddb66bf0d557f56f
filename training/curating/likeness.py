"""Which pictures look nearly the same, by the hashes and colours of their facts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.curating.facts import TONES_SIDE, PictureFacts
from training.datasets.near_hashes import Hashes, near_pairs

NEAR_BITS = 4
"""Copies of another size or compression differ in 0 to 4 of the 64 bits of their perceptual hashes.

The app says the same (``services/pairing.py``, where the figures come from).
"""

FAR_BITS = 6
"""What may be a copy: enough to keep two pictures in one part, too little to leave one out."""

NEAR_TONES = 12.0
"""The colours of 4 x 4 cells of copies differ by less than so many levels (of 255) on average.

Perceptual hashes do not see colour: without this the same drawing with other hair would go, and
pictures of one plain colour would all be alike.
"""

Tones = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Near:
    """Another picture, by its place; in how many bits it differs; whether it is mirrored."""

    place: int
    bits: int
    is_mirrored: bool


class Likeness:
    """Knows of each picture which others are nearly the same.

    Pictures with the same hashes are one *look*; what is near is worked out for looks, so that a
    thousand copies cost no more than one.
    """

    def __init__(self, facts: Sequence[PictureFacts], bits: int) -> None:
        hashes = np.array([(one.phash, one.mirror) for one in facts], np.uint64).reshape(-1, 2)
        looks, which = np.unique(hashes, axis=0, return_inverse=True)
        self._which: NDArray[np.int64] = which.reshape(-1)
        self._near = _near_looks(looks[:, 0], looks[:, 1], bits)
        order = np.argsort(self._which, kind="stable")
        members = np.split(order, np.cumsum(np.bincount(self._which))[:-1])
        self._members = [places for places in members if len(places)]  # of no picture there is one
        self._tones = _tones(facts)

    def about(self, place: int) -> Iterator[Near]:
        """Yield the pictures that differ little from one, itself left out, the nearest first."""
        own = int(self._which[place])
        for look, bits, is_mirrored in [(own, 0, False), *self._near[own]]:
            members = self._members[look]
            for other in members[self._agree(place, members, is_mirrored=is_mirrored)].tolist():
                if other != place:
                    yield Near(other, bits, is_mirrored)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Yield pairs that join all whose hashes are near each other, whatever their colours."""
        firsts = [int(members[0]) for members in self._members]
        for members in self._members:
            yield from zip(members.tolist(), members[1:].tolist(), strict=False)
        for look, near in self._near.items():
            yield from ((firsts[look], firsts[other]) for other, _, _ in near)

    def _agree(
        self, place: int, others: NDArray[np.int64], *, is_mirrored: bool
    ) -> NDArray[np.bool_]:
        """Tell of which pictures the colours are those of one."""
        own = self._tones[place]
        own = own[:, ::-1] if is_mirrored else own
        apart = np.abs(self._tones[others] - own).mean(axis=(1, 2, 3))
        agree: NDArray[np.bool_] = apart <= NEAR_TONES
        return agree


def _near_looks(
    hashes: Hashes, mirrors: Hashes, bits: int
) -> defaultdict[int, list[tuple[int, int, bool]]]:
    """Return by look those that are near, the nearest first; what is near as it is counts so."""
    found: defaultdict[int, dict[int, tuple[int, bool]]] = defaultdict(dict)
    for is_mirrored, others in ((True, mirrors), (False, hashes)):
        for one, other, count in near_pairs(hashes, others, bits).tolist():
            if one != other:
                found[one][other] = count, is_mirrored
                found[other][one] = count, is_mirrored
    near: defaultdict[int, list[tuple[int, int, bool]]] = defaultdict(list)
    for look, others_of in found.items():
        near[look] = sorted(
            ((other, count, mirrored) for other, (count, mirrored) in others_of.items()),
            key=lambda one: (one[1], one[0]),
        )
    return near


def _tones(facts: Sequence[PictureFacts]) -> Tones:
    raw = b"".join(bytes.fromhex(one.tones) for one in facts)
    shape = (len(facts), TONES_SIDE, TONES_SIDE, 3)
    return np.frombuffer(raw, np.uint8).reshape(shape).astype(np.int16)
