"""The pairs of near hashes are those that comparing all finds; a crowd costs no more for each."""

import numpy as np
import pytest

from anitag_desktop.domain.perceptual_hash import MIRROR
from anitag_desktop.storage import near_hashes
from anitag_desktop.storage.near_hashes import SURE_BITS, near_pairs


def some_hashes(seed, count=60):
    draw = np.random.default_rng(seed)
    hashes = [int(x) for x in draw.integers(0, 2**64, count, np.uint64)]
    for one in hashes[: count * 2 // 3]:
        flips = draw.choice(64, int(draw.integers(1, 11)), replace=False)
        own = one ^ sum(1 << int(bit) for bit in flips)
        hashes.append(own ^ MIRROR if draw.random() < 0.3 else own)
    return list(dict.fromkeys(hashes))


def wanted(hashes, most, mirror=0):
    return {
        (i, j, (one ^ other ^ mirror).bit_count())
        for i, one in enumerate(hashes)
        for j, other in enumerate(hashes)
        if i < j and (one ^ other ^ mirror).bit_count() <= most
    }


def found(hashes, most, mirror=None):
    rows = near_pairs(np.array(hashes, np.uint64), most, mirror).tolist()
    assert rows == sorted(rows, key=lambda row: (row[0], row[2], row[1]))
    return {tuple(row) for row in rows}


@pytest.mark.parametrize("most", [0, 1, 4, SURE_BITS])
@pytest.mark.parametrize("mirror", [None, MIRROR])
def test_pairs_are_those_of_comparing_all(most, mirror):
    hashes = some_hashes(most, 150)
    assert found(hashes, most, mirror) == wanted(hashes, most, mirror or 0)
    if most == SURE_BITS:
        assert len(wanted(hashes, most, mirror or 0)) > 5


def test_of_pairs_that_differ_more_most_are_found_and_none_is_made_up():
    hashes = some_hashes(3, 600)
    every = wanted(hashes, 10)
    assert found(hashes, 10) <= every
    assert len(found(hashes, 10)) > 0.8 * len(every)


def test_none_and_one():
    assert found([], 6) == found([5], 6) == found([], 6, MIRROR) == found([5], 6, MIRROR) == set()


@pytest.mark.parametrize("mirror", [None, MIRROR])
def test_of_a_crowd_no_more_is_compared_or_kept_for_each_than_of_others(monkeypatch, mirror):
    compared = []
    counting = np.bitwise_count
    monkeypatch.setattr(near_hashes.np, "bitwise_count", lambda x: _counted(compared, counting, x))
    crowd = np.arange(5_000, dtype=np.uint64)  # all share six of their bytes
    rows = near_pairs(crowd, SURE_BITS, mirror)
    assert sum(compared) <= 28 * near_hashes._REACH * len(crowd) * 2
    assert len(rows) <= near_hashes._KEPT * len(crowd)
    if mirror is None:
        assert len(np.unique(rows[:, :2])) == len(crowd)
        assert np.median(rows[:, 2]) <= 3


def _counted(compared, counting, numbers):
    compared.append(len(numbers))
    return counting(numbers)
