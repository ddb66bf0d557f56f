"""The pairs of near hashes are those that comparing all finds."""

import numpy as np
import pytest

from anitag_desktop.storage import near_hashes
from anitag_desktop.storage.near_hashes import pairs_within


@pytest.mark.parametrize("most", [0, 1, 4, 6, 7])
def test_pairs_are_those_of_comparing_all(monkeypatch, most):
    monkeypatch.setattr(near_hashes, "_BLOCK", 16)
    draw = np.random.default_rng(most)
    hashes = [int(x) for x in draw.integers(0, 2**64, 60, np.uint64)]
    for one in hashes[:40]:
        flips = draw.choice(64, int(draw.integers(1, 11)), replace=False)
        hashes.append(one ^ sum(1 << int(bit) for bit in flips))
    hashes = list(dict.fromkeys(hashes))
    wanted = [
        [i, j]
        for i, one in enumerate(hashes)
        for j, other in enumerate(hashes)
        if i < j and (one ^ other).bit_count() <= most
    ]
    assert pairs_within(np.array(hashes, np.uint64), most).tolist() == wanted
    if most == 6:
        assert len(wanted) > 10


def test_none_one_and_too_many_bits():
    assert pairs_within(np.empty(0, np.uint64), 6).tolist() == []
    assert pairs_within(np.array([5], np.uint64), 6).tolist() == []
    with pytest.raises(ValueError, match="share a byte"):
        pairs_within(np.array([5], np.uint64), 8)
