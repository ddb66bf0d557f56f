"""Small vectors and how they are compared, against plain arithmetic."""

import numpy as np
import pytest

from anitag_desktop.storage import vector_portions
from anitag_desktop.storage.vector_portions import Portion, Target

COUNT = 300


def drawn(dim, count=COUNT, seed=1):
    return (np.random.default_rng(seed).normal(0.2, 1, (count, dim))).astype("<f2")


def portion(dim, first=0, with_signs=True):
    rounded = vector_portions.rounded(drawn(dim, seed=first))
    ids = np.arange(first, first + COUNT)
    made = Portion(ids.astype(np.int64), ids.astype(np.uint32), ids.astype(np.uint32), rounded)
    mean = np.full(dim, 0.2 / np.sqrt(dim), np.float32)
    return made._replace(signs=vector_portions.signs(rounded, mean)) if with_signs else made


def target(dim):
    rounded = vector_portions.rounded(drawn(dim, 1, 99))
    return Target(rounded, vector_portions.signs(rounded, np.zeros(dim, np.float32)))


@pytest.mark.parametrize("dim", [1, 24, 100, 768, 1281])
def test_cosines_of_rounded_vectors_are_nearly_those_of_the_vectors(dim):
    made = portion(dim)
    found = made.ranks(target(dim), np.arange(COUNT)).cosines
    own, other = drawn(dim, seed=0).astype(float), drawn(dim, 1, 99)[0].astype(float)
    true = own @ other / np.linalg.norm(own, axis=1) / np.linalg.norm(other)
    assert np.abs(made.rounded).max(axis=1).tolist() == [127] * COUNT
    assert found == pytest.approx(true, abs=0.01)


@pytest.mark.parametrize("bad", [0.0, np.nan, np.inf, -np.inf])
def test_what_has_no_direction_is_rounded_to_nothing(bad):
    vectors = drawn(24, 3)
    sound = vector_portions.rounded(vectors)
    vectors[1, :] = 0
    vectors[1, 5] = bad
    rounded = vector_portions.rounded(vectors)
    assert not rounded[1].any()
    assert np.array_equal(rounded[[0, 2]], sound[[0, 2]])


def test_the_smallest_and_largest_numbers_are_rounded_without_a_warning():
    vectors = np.array([[6e-8, -6e-8, 0], [65504, 0, -65504], [1, -1, 0.5]], "<f2")
    assert vector_portions.rounded(vectors).tolist() == [
        [127, -127, 0],
        [127, 0, -127],
        [127, -127, 64],
    ]


@pytest.mark.parametrize("dim", [1, 24, 100, 768, 1281])
def test_differing_signs_are_counted(dim):
    made, wanted = portion(dim), target(dim)
    bits = np.unpackbits(made.signs ^ wanted.signs, axis=1).sum(axis=1)
    assert made.differing(wanted, None, False).tolist() == bits.tolist()
    assert not made.differing(wanted, None, True).any()


@pytest.mark.parametrize("few", [0, 1000])
@pytest.mark.parametrize("count", [1, 20, 5000])
def test_only_what_is_allowed_is_near(monkeypatch, few, count):
    monkeypatch.setattr(vector_portions, "_FEW", few)
    portions = [portion(100, 0), portion(100, COUNT), portion(100, 2 * COUNT, with_signs=False)]
    allowed = np.zeros(2 * COUNT + 101, np.bool_)
    allowed[10 : 2 * COUNT + 100 : 3] = True
    found = vector_portions.nearest(portions, target(100), allowed, count)
    asked = np.flatnonzero(allowed)
    assert set(found.seqs.tolist()) <= set(asked.tolist())
    assert len(found.seqs) == min(count, len(asked))
    assert np.all(np.diff(found.cosines) <= 0)
    best = np.concatenate([one.ranks(target(100), np.arange(COUNT)).cosines for one in portions])
    if few:
        assert found.cosines == pytest.approx(np.sort(best[asked])[::-1][:count])


def test_the_least_differing_signs_are_chosen_from_all_portions():
    portions = [portion(100, place * COUNT) for place in range(5)]
    wanted = target(100)
    differing = np.concatenate([one.differing(wanted, None, False) for one in portions])
    found = vector_portions.nearest(portions, wanted, None, 40)
    limit = np.sort(differing)[39]
    assert len(found.seqs) == 40
    assert differing[found.seqs].max() <= limit
