"""What a diagram is made of: boxes and frames on a grid, arrows from edge to edge, notes.

Places and sizes are pixels of the SVG's own picture; y grows downwards.
"""

from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]

TITLE, LINE = 15.0, 12.0
"""Sizes of letters, in pixels."""
STEP = 17.0
"""From one line of text to the next."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box with a title and lines under it; ``cells`` draws so many rows of small squares."""

    x: float
    y: float
    width: float
    height: float
    title: str
    lines: tuple[str, ...] = ()
    kind: str = "work"
    dashed: bool = False
    cells: int = 0

    def left(self, share: float = 0.5) -> Point:
        """Return the point of the left edge that lies ``share`` of the way down."""
        return self.x, self.y + share * self.height

    def right(self, share: float = 0.5) -> Point:
        """Return the point of the right edge that lies ``share`` of the way down."""
        return self.x + self.width, self.y + share * self.height

    def top(self, share: float = 0.5) -> Point:
        """Return the point of the upper edge that lies ``share`` of the way across."""
        return self.x + share * self.width, self.y

    def bottom(self, share: float = 0.5) -> Point:
        """Return the point of the lower edge that lies ``share`` of the way across."""
        return self.x + share * self.width, self.y + self.height


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of the picture with a name at its upper left, ``inset`` from its edge."""

    x: float
    y: float
    width: float
    height: float
    name: str
    inset: float = 16


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line with rounded corners through points, each level with or plumb to the next."""

    points: tuple[Point, ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Lines of text that begin at a point (the first one's foot)."""

    x: float
    y: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    """A whole picture; ``title`` and ``description`` are for those who cannot see it."""

    name: str
    title: str
    description: str
    width: float
    height: float
    frames: tuple[Frame, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    notes: tuple[Note, ...] = ()


def arrow(*points: Point, dashed: bool = False) -> Arrow:
    """Return an arrow through the points."""
    return Arrow(points, dashed)


def elbow(start: Point, level: float, end: Point) -> Arrow:
    """Return an arrow that goes plumb to a level, along it, and plumb to its end."""
    return Arrow((start, (start[0], level), (end[0], level), end))


def chain(*boxes: Box) -> tuple[Arrow, ...]:
    """Return arrows from each box to the next one at its right."""
    return tuple(arrow(a.right(), b.left()) for a, b in pairwise(boxes))
