"""Characters taught by a few pictures, and strangers that stay unknown."""

import numpy as np
import pytest

from anitag_desktop.learning.gallery import (
    Taught,
    left_out,
    measure_strangers,
    nearness,
    recognise,
)
from anitag_desktop.learning.space import middle_of

DIM, PICTURES = 64, 30
NONE = np.empty((0, DIM), np.float32)


def cluster(number, count, spread=0.6):
    """Pictures of one character: vectors around a direction of its own."""
    centre = np.random.default_rng(number).standard_normal(DIM)
    noise = np.random.default_rng(1000 + number).standard_normal((count, DIM))
    return centre + spread * noise


@pytest.fixture
def world():
    """Pictures of twenty characters, thirty each, and what strangers look like."""
    every = np.stack([cluster(number, PICTURES) for number in range(20)]).astype(np.float32)
    space = middle_of(every.reshape(-1, DIM))
    placed = np.stack([space.place(own) for own in every])
    return placed, placed.reshape(-1, DIM)[::3]


def test_characters_are_named_and_others_stay_unknown(world) -> None:
    placed, strangers = world
    taught = [Taught(placed[number, :5], NONE) for number in range(8)]
    known = recognise(taught, strangers, placed[:8, 5:].reshape(-1, DIM))
    named = np.where(known.max(axis=1) >= 0.5, known.argmax(axis=1), -1)
    right = np.repeat(np.arange(8), PICTURES - 5)
    assert (named == right).mean() > 0.9
    assert np.isin(named, [-1, *range(8)]).all()
    unknown = recognise(taught, strangers, placed[8:].reshape(-1, DIM))
    assert (unknown.max(axis=1) >= 0.5).mean() < 0.02


def test_one_example_is_enough_to_begin(world) -> None:
    placed, strangers = world
    found = recognise([Taught(placed[0, :1], NONE)], strangers, placed[0, 1:])
    assert (found[:, 0] >= 0.5).mean() > 0.9


def test_a_picture_shows_at_most_one_and_none_of_two_that_fit_alike(world) -> None:
    placed, strangers = world
    twins = [Taught(placed[0, :5], NONE), Taught(placed[0, 5:10], NONE)]
    found = recognise(twins, strangers, placed[0, 10:])
    assert (found >= 0.5).sum(axis=1).max() <= 1
    same = [Taught(placed[0, :5], NONE), Taught(placed[0, :5], NONE)]
    assert (recognise(same, strangers, placed[0, 10:]) < 0.5).all()


def test_what_is_nearer_to_a_rejected_picture_is_not_shown(world) -> None:
    placed, strangers = world
    wrong = placed[0, 20:21]
    one = Taught(placed[0, :5], NONE)
    assert recognise([one], strangers, wrong)[0, 0] >= 0.5
    assert recognise([one._replace(rejected=wrong)], strangers, wrong)[0, 0] < 0.5


def test_a_fit_is_worth_the_same_whatever_the_cosines_of_a_model_are(world) -> None:
    placed, strangers = world
    usual = measure_strangers(strangers)
    pairs = (strangers @ strangers.T)[np.triu_indices(len(strangers), 1)]
    assert (usual.spreads(pairs) > 1).mean() == pytest.approx(0.25, abs=0.01)
    assert usual.spreads(np.ones(1, np.float32))[0] < np.inf
    one, several = (Taught(placed[0, :count], NONE) for count in (1, 5))
    alike = strangers.copy()
    alike[:, :8] += 0.3  # a model that says much the same of every picture
    alike /= np.linalg.norm(alike, axis=1, keepdims=True)
    assert measure_strangers(alike).middle > usual.middle
    for taught in (one, several):
        found = recognise([taught], strangers, strangers)[:, 0] >= 0.5
        assert not found[10:].any()
        assert found[:10].mean() > 0.8


def test_a_character_that_fills_a_third_of_the_library_is_still_known(world) -> None:
    placed, strangers = world
    filled = np.concatenate((strangers[10:60], placed[0, 5:]))
    shown = recognise([Taught(placed[0, :5], NONE)], filled, placed[:2, 5:].reshape(-1, DIM))
    assert (shown[:25] >= 0.5).mean() > 0.9
    assert not (shown[25:] >= 0.5).any()


def test_nothing_taught_nothing_found(world) -> None:
    placed, strangers = world
    assert recognise([], strangers, placed[0]).shape == (PICTURES, 0)


def test_strangers_that_are_all_alike_do_not_divide_by_nought(world) -> None:
    placed, _ = world
    found = recognise([Taught(placed[0, :3], NONE)], placed[1, :1].repeat(9, axis=0), placed[0])
    assert np.isfinite(found).all()


def test_an_outfit_is_shown_with_who_wears_it_and_rivals_only_other_outfits(world) -> None:
    placed, strangers = world
    draw = np.random.default_rng(7)
    there = draw.standard_normal(DIM).astype(np.float32)
    dressed = placed[0] + 0.6 * there / np.linalg.norm(there)
    dressed /= np.linalg.norm(dressed, axis=1, keepdims=True)
    both = np.concatenate((placed[0, :5], dressed[:5]))
    taught = [Taught(both, NONE), Taught(dressed[:5], NONE, 0), Taught(placed[1, :5], NONE)]
    found = recognise(taught, strangers, np.concatenate((dressed[10:], placed[1, 10:]))) >= 0.5
    assert found[:20, 0].mean() > 0.9
    assert found[:20, 1].mean() > 0.7
    assert not found[:20, 2].any()
    assert (found[:, 0] >= found[:, 1]).all()
    assert found[20:, 2].mean() > 0.9


def test_how_many_examples_are_known_without_themselves(world) -> None:
    placed, strangers = world
    odd = np.concatenate((placed[0, :5], placed[3, :1]))
    assert left_out(Taught(odd, NONE), strangers) == 5
    assert left_out(Taught(odd[:2], NONE), strangers) == 0


def test_who_looks_alike_is_near(world) -> None:
    placed, _ = world
    likeness = placed[0, 5:10] + 0.5 * placed[1, :5]
    taught = [Taught(one, NONE) for one in (placed[0, :5], placed[2, :5], likeness)]
    found = [nearness(taught, place) for place in range(3)]
    assert found[0].argsort().tolist() == [1, 2, 0]
    assert np.allclose(found, np.transpose(found))
