import pytest
from hypothesis import given
from hypothesis import strategies as st

from anitag_desktop.domain.image import Box
from anitag_desktop.domain.region import SMALLEST, Place, Region
from anitag_desktop.gui.regions.shaping import (
    GRIPS,
    INSIDE,
    Grip,
    Point,
    at,
    between,
    dragged,
    place_of,
)

BOX = Box(0.25, 0.25, 0.5, 0.25)
way = st.floats(-2, 2)


def near(box: Box, *sides: float) -> bool:
    return (box.left, box.top, box.width, box.height) == pytest.approx(sides)


def test_a_box_is_drawn_from_any_corner_and_stays_in_the_picture() -> None:
    assert near(between(Point(0.75, 0.5), Point(0.25, 0.25)), 0.25, 0.25, 0.5, 0.25)
    assert near(between(Point(-1, 0.5), Point(0.25, 2)), 0, 0.5, 0.25, 0.5)


def test_a_box_is_moved_and_pulled() -> None:
    assert near(dragged(BOX, INSIDE, Point(0.1, -0.1)), 0.35, 0.15, 0.5, 0.25)
    assert near(dragged(BOX, INSIDE, Point(9, 9)), 0.5, 0.75, 0.5, 0.25)
    assert near(dragged(BOX, Grip(1, 0), Point(0.1, 0.3)), 0.25, 0.25, 0.6, 0.25)
    assert near(dragged(BOX, Grip(-1, -1), Point(0.1, 0.1)), 0.35, 0.35, 0.4, 0.15)
    assert near(dragged(BOX, Grip(-1, 0), Point(9, 0)), 0.75 - SMALLEST, 0.25, SMALLEST, 0.25)


@given(st.sampled_from([*GRIPS, INSIDE]), way, way)
def test_whatever_the_hand_does_a_box_lies_in_the_picture(grip: Grip, x: float, y: float) -> None:
    found = dragged(BOX, grip, Point(x, y))
    assert min(found.left, found.top) >= -1e-9
    assert max(found.left + found.width, found.top + found.height) <= 1 + 1e-9
    assert min(found.width, found.height) >= SMALLEST - 1e-9


def test_grips_lie_on_the_edge() -> None:
    assert len(GRIPS) == 8
    assert place_of(BOX, Grip(-1, 1)) == (0.25, 0.5)
    assert place_of(BOX, Grip(0, -1)) == (0.5, 0.25)


def test_the_smallest_region_under_the_pointer_is_meant() -> None:
    person = Region("p", Place("person", Box(0, 0, 1, 1)))
    face = Region("f", Place("face", BOX))
    assert at([person, face], Point(0.3, 0.3)) is face
    assert at([person, face], Point(0.1, 0.1)) is person
    assert at([face], Point(0.1, 0.1)) is None
