"""Sizes: what a step makes of a picture's size, and how far the picture may be reduced before it.

A reduced picture is quicker to decode and to scale, at the price of a small error: its pixels are
means of blocks, and a model's steps are done to those. The error falls with the number of pixels
that are left for each one that the model sees. With ``PIXELS_LEFT`` of them a model's values differ
by 0.2 of 255 on the mean from those of the whole picture (``tests/benchmarks/reduction.py``
measures it); with fewer there is nothing to reduce.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from anitag_desktop.recognition.operations import (
    CenterCrop,
    Operation,
    PadSquare,
    PadTo,
    Resize,
)

Size = tuple[float, float]
"""Width and height in pixels; of a reduced picture they may be fractions."""

PIXELS_LEFT = 3.3
"""So many pixels of a reduced picture, each way, stand for one that a model sees."""

_SMOOTH = ("bilinear", "bicubic", "lanczos")
"""Kernels that blocks may come before; what the others take depends on each pixel's place."""

_LONGEST = 8
"""How many times the shorter side the longer one may be where a network takes any shape."""
_ROUNDING = 1e-6
"""A length that misses a whole pixel by less was meant to reach it."""


class Extent(NamedTuple):
    """A whole picture's size in pixels of its reduction, and by how much it was reduced.

    Where ``factor`` does not divide the size, the reduction's last pixels stand for parts of
    blocks, and the extent is smaller than the reduction by a fraction of a pixel.
    """

    width: float
    height: float
    factor: int = 1


def target(step: Resize, size: Size) -> tuple[int, int]:
    """Return the size in whole pixels that a picture of ``size`` is scaled to."""
    if step.mode == "stretch":
        return step.size
    if step.mode == "fit":
        scale = min(step.size[0] / size[0], step.size[1] / size[1])
        lengths = [length * scale for length in size]
    else:
        scale = step.size[0] / min(size)
        lengths = [min(length * scale, _LONGEST * step.size[0]) for length in size]
    cut = round if step.rounds else _cut
    width, height = (max(step.multiple, cut(v) // step.multiple * step.multiple) for v in lengths)
    return width, height


def reducible(
    size: tuple[int, int], operations: Sequence[Operation], left: float = PIXELS_LEFT
) -> int:
    """Return by how many times a picture may be reduced before these operations; 1 is not at all.

    It may still have to be turned upright: what holds for it lying and standing is returned.
    """
    width, height = size
    return min(_ratio((width, height), operations, left), _ratio((height, width), operations, left))


def limit_for(
    operations: Sequence[Operation], left: float = PIXELS_LEFT
) -> Callable[[tuple[int, int]], int]:
    """Return ``reducible`` for these operations, as ``decoding.decode`` wants it."""
    return lambda size: reducible(size, operations, left)


def _ratio(size: Size, operations: Sequence[Operation], left: float) -> int:
    for step in operations:
        match step:
            case PadSquare():
                size = (max(size), max(size))
            case Resize() if step.kernel in _SMOOTH:
                reached = zip(size, target(step, size), strict=True)
                return max(1, int(min(own / wanted for own, wanted in reached) / left))
            case Resize() | PadTo() | CenterCrop():
                return 1
    return 1


def _cut(length: float) -> int:
    return int(length + _ROUNDING)
