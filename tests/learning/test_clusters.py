"""Clusters of pictures that show the same: found, parted, without near-duplicates."""

import numpy as np
import pytest

from anitag_desktop.learning import clusters
from anitag_desktop.learning.space import middle_of

DIM, EACH = 48, 12


@pytest.fixture
def vectors():
    """Ten characters, twelve pictures each, and thirty pictures of anything."""
    draw = np.random.default_rng(0)
    centres = draw.standard_normal((10, 1, DIM))
    shown = (centres + 0.5 * draw.standard_normal((10, EACH, DIM))).reshape(-1, DIM)
    every = np.concatenate((shown, draw.standard_normal((30, DIM)))).astype(np.float32)
    return middle_of(every).place(every)


def names(members):
    return {place // EACH for place in members}


def test_each_character_becomes_a_cluster_and_what_is_alone_none(vectors) -> None:
    found = clusters.find(vectors, clusters.cut_of(vectors))
    assert [len(names(one.members)) for one in found] == [1] * len(found)
    assert set.union(*(names(one.members) for one in found)) == set(range(10))
    assert sum(len(one.members) for one in found) > 100
    worth = [len(one.members) * one.tightness for one in found]
    assert worth == sorted(worth, reverse=True)


def test_near_duplicates_count_once(vectors) -> None:
    copies = np.concatenate((vectors, vectors[:2].repeat(20, axis=0)))
    found = clusters.find(copies, clusters.cut_of(vectors))
    assert max(place for one in found for place in one.members) < len(vectors)
    twins = vectors[:2].repeat(5, axis=0)
    assert clusters.find(twins, 0.5) == []


def test_the_most_typical_comes_first(vectors) -> None:
    found = clusters.find(vectors, clusters.cut_of(vectors))[0]
    own = vectors[list(found.members)]
    assert ((own @ own.T).sum(axis=1).argmax()) == 0


def test_chains_and_what_is_too_much_to_link_are_parted(vectors, monkeypatch) -> None:
    monkeypatch.setattr(clusters, "_LINKED", 8)
    found = clusters.find(vectors, clusters.cut_of(vectors))
    assert found
    assert max(len(one.members) for one in found) <= 8


def test_fewer_dimensions_find_nearly_the_same(vectors, monkeypatch) -> None:
    whole = clusters.find(vectors, clusters.cut_of(vectors))
    monkeypatch.setattr(clusters, "_MANY", 10)
    monkeypatch.setattr(clusters, "_REDUCED", 24)
    small = clusters.find(vectors, clusters.cut_of(vectors))
    assert abs(len(small) - len(whole)) <= 2


def test_nothing_and_zeros_and_giving_up_find_nothing(vectors) -> None:
    assert clusters.find(vectors[:0], 0.5) == []
    assert clusters.find(np.zeros((5, DIM), np.float32), 0.5) == []
    assert clusters.find(vectors, 0.5, lambda: True) == []
    assert clusters.cut_of(vectors[:1]) == clusters.SAME


def test_half_floats_and_small_blocks_find_the_same(vectors, monkeypatch) -> None:
    cut = clusters.cut_of(vectors)
    whole = [one.members for one in clusters.find(vectors, cut)]
    monkeypatch.setattr(clusters, "_CELLS", 7 * len(vectors))
    assert [one.members for one in clusters.find(vectors, cut)] == whole
    halves = clusters.find(vectors.astype(np.float16), cut)
    assert {frozenset(one.members) for one in halves} == {frozenset(one) for one in whole}
