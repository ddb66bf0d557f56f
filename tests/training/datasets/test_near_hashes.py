"""Near hashes: every pair is found that comparing each with each finds, and no other."""

import numpy as np
import pytest

from training.datasets import near_hashes
from training.datasets.near_hashes import near_pairs


def crowded(rng, count):
    """Return hashes of which many differ in few bits."""
    centres = rng.integers(0, 2**64, count // 8, dtype=np.uint64)
    flips = np.zeros(count, np.uint64)
    for _ in range(5):
        flips ^= np.uint64(1) << rng.integers(0, 64, count, dtype=np.uint64)
    return rng.choice(centres, count) ^ flips


@pytest.mark.parametrize("most", [0, 4, 6, 10])
@pytest.mark.parametrize("block", [16, 1 << 22])
def test_pairs_are_those_of_brute_force(monkeypatch, most, block):
    monkeypatch.setattr(near_hashes, "_BLOCK", block)
    rng = np.random.default_rng(most)
    ones, others = crowded(rng, 240), crowded(rng, 160)
    others[:40] = ones[:40]
    bits = np.bitwise_count(ones[:, None] ^ others[None])
    expected = [(i, j, int(bits[i, j])) for i, j in zip(*np.nonzero(bits <= most), strict=True)]
    assert expected
    assert [tuple(row) for row in near_pairs(ones, others, most).tolist()] == expected


def test_nothing_is_near_to_nothing():
    none = np.empty(0, np.uint64)
    assert near_pairs(none, none, 6).shape == (0, 3)
