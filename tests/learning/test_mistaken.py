"""Examples under a wrong name are told from right ones."""

import numpy as np
import pytest

from anitag_desktop.learning.gallery import Taught
from anitag_desktop.learning.mistaken import doubt

DIM, EACH = 32, 8


@pytest.fixture
def people():
    """Eight pictures of each of four characters, and any pictures of a library."""
    draw = np.random.default_rng(0)
    centres = draw.standard_normal((4, 1, DIM))
    shown = directed(centres + 0.7 * draw.standard_normal((4, EACH, DIM)))
    return shown, directed(draw.standard_normal((300, DIM)))


def directed(vectors):
    found = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return found.astype(np.float32)


def taught(shown, wearers=(-1, -1, -1, -1)):
    nothing = np.empty((0, DIM), np.float32)
    return [Taught(own, nothing, wearer) for own, wearer in zip(shown, wearers, strict=True)]


def apart(shown):
    """Every example is a group of its own."""
    return [np.arange(len(own)) + 100 * place for place, own in enumerate(shown)]


def test_an_example_of_somebody_else_is_doubted_and_says_of_whom(people):
    shown, strangers = people
    shown[0, 3] = directed(shown[2].mean(axis=0))
    found = {
        (one.character, one.example): one for one in doubt(taught(shown), apart(shown), strangers)
    }
    wrong = found.pop((0, 3))
    assert len(found) == 4 * EACH - 1
    assert wrong.likely < 0.1
    assert wrong.rival == 2
    assert min(one.likely for one in found.values()) > 0.5


def test_near_duplicates_do_not_speak_for_each_other(people):
    shown, strangers = people
    shown[0, :3] = directed(shown[2].mean(axis=0))
    groups = apart(shown)
    groups[0][:3] = 1
    found = doubt(taught(shown), groups, strangers)
    assert {one.example for one in found if one.character == 0 and one.likely < 0.5} == {0, 1, 2}


def test_a_picture_that_shows_two_is_no_mistake(people):
    shown, strangers = people
    shown[0, 3] = shown[2, 3]
    groups = apart(shown)
    groups[0][3] = groups[2][3]
    found = doubt(taught(shown), groups, strangers)
    assert not any(one.rival == 2 for one in found if (one.character, one.example) == (0, 3))


def test_outfits_are_no_rivals_and_of_few_examples_nothing_is_told(people):
    shown, strangers = people
    worn = taught(shown, (-1, 0, -1, -1))
    found = doubt(worn, apart(shown), strangers)
    assert {(one.character, one.rival) for one in found if one.character < 2} <= {
        (place, rival) for place in (0, 1) for rival in (2, 3)
    }
    few = taught([own[:3] for own in shown])
    assert doubt(few, apart([own[:3] for own in shown]), strangers) == []
    assert doubt(taught(shown[:1], (-1,)), apart(shown[:1]), strangers) == []
