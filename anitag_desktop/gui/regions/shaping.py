"""How a box follows the hand: taken inside, at an edge or a corner, or drawn anew. No Qt here.

Points are fractions (0 to 1) of the picture's width and height.
"""

from collections.abc import Iterable
from typing import NamedTuple

from anitag_desktop.domain.image import Box
from anitag_desktop.domain.region import SMALLEST, Region


class Point(NamedTuple):
    """A place in the picture."""

    x: float
    y: float


class Grip(NamedTuple):
    """Where a box is held: -1, 0 or 1 from left to right and from top to bottom; 0, 0 inside."""

    x: int
    y: int


INSIDE = Grip(0, 0)
GRIPS = tuple(Grip(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if (x, y) != INSIDE)
"""The edges and corners."""


def between(one: Point, other: Point) -> Box:
    """Return the box with two opposite corners, cut to the picture."""
    left, right = sorted((_inside(one.x), _inside(other.x)))
    top, bottom = sorted((_inside(one.y), _inside(other.y)))
    return Box(left, top, right - left, bottom - top)


def dragged(box: Box, grip: Grip, by: Point) -> Box:
    """Return a box that was held at ``grip`` and drawn by a way; it stays in the picture."""
    if grip == INSIDE:
        left = min(max(box.left + by.x, 0.0), 1.0 - box.width)
        top = min(max(box.top + by.y, 0.0), 1.0 - box.height)
        return Box(left, top, box.width, box.height)
    left, width = _pulled(box.left, box.width, grip.x, by.x)
    top, height = _pulled(box.top, box.height, grip.y, by.y)
    return Box(left, top, width, height)


def place_of(box: Box, grip: Grip) -> Point:
    """Return where the grip of a box is."""
    return Point(box.left + box.width * (grip.x + 1) / 2, box.top + box.height * (grip.y + 1) / 2)


def at(regions: Iterable[Region], point: Point) -> Region | None:
    """Return the smallest region that a point lies in: a face before its person."""
    hit = (region for region in regions if _holds(region.place.box, point))
    return min(hit, key=lambda region: _area(region.place.box), default=None)


def _pulled(start: float, length: float, side: int, by: float) -> tuple[float, float]:
    """Return an extent of which one end (-1 the first, 1 the second) was drawn along."""
    end = start + length
    if side < 0:
        start = min(_inside(start + by), end - SMALLEST)
    elif side > 0:
        end = max(_inside(end + by), start + SMALLEST)
    return start, end - start


def _inside(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _holds(box: Box, point: Point) -> bool:
    across = box.left <= point.x <= box.left + box.width
    return across and box.top <= point.y <= box.top + box.height


def _area(box: Box) -> float:
    return box.width * box.height
