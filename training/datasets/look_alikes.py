"""Finds pictures that look nearly the same, so that a split never parts them."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.datasets.pixel_cache import Pixels

CLOSE_BITS = 6
"""Two pictures are near-duplicates when at most so many of the 64 bits of their hashes differ."""

CHUNK = 512

Hashes = NDArray[np.uint64]


def difference_hash(image: Image.Image) -> int:
    """Return 64 bits: whether each of 8 x 8 cells is brighter than its left neighbour."""
    small = image.convert("L").resize((9, 8), Image.Resampling.BILINEAR)
    values = np.asarray(small, np.int16)
    bits = (values[:, 1:] > values[:, :-1]).ravel()
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def hash_pixels(squares: Iterable[Pixels]) -> Hashes:
    """Return the smaller hash of each picture (S x S x 4) and its mirror image."""
    both = (
        [difference_hash(Image.fromarray(side).convert("RGB")) for side in (one, one[:, ::-1])]
        for one in squares
    )
    return np.asarray([min(hashes) for hashes in both], np.uint64)


def join_look_alikes(groups: Sequence[str], hashes: Hashes) -> list[str]:
    """Return each picture's group after joining the groups of near-duplicates."""
    return join_groups(groups, close_pairs(hashes))


def join_groups(groups: Sequence[str], pairs: Iterable[tuple[int, int]]) -> list[str]:
    """Return each picture's group after joining the groups of pairs of pictures."""
    root = {group: group for group in groups}

    def find(group: str) -> str:
        while root[group] != group:
            root[group] = root[root[group]]
            group = root[group]
        return group

    for one, other in pairs:
        first, second = sorted((find(groups[one]), find(groups[other])))
        root[second] = first
    return [find(group) for group in groups]


def close_pairs(hashes: Hashes) -> list[tuple[int, int]]:
    """Return the pairs (i < j) of near-duplicates."""
    pairs: list[tuple[int, int]] = []
    for start in range(0, len(hashes), CHUNK):
        block = hashes[start : start + CHUNK, None] ^ hashes[None, start:]
        ones, others = np.nonzero(np.bitwise_count(block) <= CLOSE_BITS)
        found = zip(ones.tolist(), others.tolist(), strict=True)
        pairs += [(start + i, start + j) for i, j in found if i < j]
    return pairs
