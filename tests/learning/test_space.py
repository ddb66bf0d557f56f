"""Vectors as they are compared: at length 1, seen from the middle of the library."""

import numpy as np

from anitag_desktop.learning.space import middle_of


def test_what_all_pictures_share_makes_none_of_them_alike() -> None:
    draw = np.random.default_rng(0)
    vectors = (10 + draw.standard_normal((200, 64))).astype("<f2")
    placed = middle_of(vectors).place(vectors)
    cosines = placed @ placed.T
    assert (vectors[0] @ vectors[1]) / np.linalg.norm(vectors[0]) > 0.9
    assert abs(cosines[~np.eye(200, dtype=bool)].mean()) < 0.05
    assert np.allclose(np.linalg.norm(placed, axis=1), 1, atol=1e-5)


def test_the_length_of_a_vector_says_nothing() -> None:
    vectors = np.random.default_rng(1).standard_normal((5, 8)).astype(np.float32)
    space = middle_of(vectors)
    assert np.allclose(space.place(vectors * 7), space.place(vectors), atol=1e-6)


def test_what_has_no_direction_becomes_zeros() -> None:
    vectors = np.array([[0, 0], [np.nan, 1], [np.inf, 1], [3, 4]], "<f2")
    space = middle_of(vectors[3:])._replace(middle=np.zeros(2, np.float32))
    assert np.allclose(space.place(vectors), [[0, 0], [0, 0], [0, 0], [0.6, 0.8]], atol=1e-3)


def test_an_empty_library_has_its_middle_at_nought() -> None:
    assert middle_of(np.empty((0, 3), "<f2")).middle.tolist() == [0, 0, 0]
