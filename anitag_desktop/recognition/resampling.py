"""Scaling a part of a picture that may reach beyond it, without laying out what is beyond.

A picture that a model wants as a square is mostly less of one: a third of the square may be of one
colour. What lies there comes out as that colour, so only a rim is laid out that is as wide as the
kernel reaches. For a square that begins and ends on whole pixels the result is bit for bit the one
that Pillow gives for the whole area: first it scales the rows, then the columns.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in pixels of a picture; they may lie outside it."""
Colour = tuple[int, int, int]

_REACHES = {"nearest": 1, "box": 0.5, "bilinear": 1, "hamming": 1, "bicubic": 2, "lanczos": 3}
"""How many pixels of the result a kernel reaches to each side of its middle."""


def resample(
    image: "Image", box: Box, size: tuple[int, int], kernel: str, ground: Colour
) -> "Image":
    """Return a part of a picture at ``size``; what of it lies outside has the colour ``ground``."""
    from PIL import Image

    resampling = Image.Resampling[kernel.upper()]
    left, top, right, bottom = box
    if left >= 0 and top >= 0 and right <= image.width and bottom <= image.height:
        # Without a part Pillow takes the whole, and leaves alone what has its size already.
        return image.resize(size, resampling, None if box == (0, 0, *image.size) else box)
    x = _Span.of(image.width, left, right, size[0], _REACHES[kernel])
    rows = _framed(image, (x.low, 0, x.high, image.height), ground)
    across = (x.start, 0.0, x.stop, float(rows.height))
    rows = rows.resize((x.last - x.first, rows.height), resampling, across)
    y = _Span.of(image.height, top, bottom, size[1], _REACHES[kernel])
    seen = _framed(rows, (0, y.low, rows.width, y.high), ground)
    down = (0.0, y.start, float(seen.width), y.stop)
    seen = seen.resize((seen.width, y.last - y.first), resampling, down)
    return _framed(seen, (-x.first, -y.first, size[0] - x.first, size[1] - y.first), ground)


def _framed(image: "Image", box: tuple[int, int, int, int], ground: Colour) -> "Image":
    """Return a part of a picture whose outside has one colour."""
    from PIL import Image

    if box == (0, 0, *image.size):
        return image
    canvas = Image.new("RGB", (box[2] - box[0], box[3] - box[1]), ground)
    canvas.paste(image, (-box[0], -box[1]))
    return canvas


@dataclass(frozen=True, slots=True)
class _Span:
    """One direction: what of the result has to be computed, and from what.

    The result's pixels ``first`` to ``last`` see something of the picture. They are computed from
    the pixels ``low`` to ``high``, where 0 is the picture's first one, and of those from the part
    ``start`` to ``stop``, where 0 is ``low``.
    """

    first: int
    last: int
    low: int
    high: int
    start: float
    stop: float

    @classmethod
    def of(cls, length: int, start: float, stop: float, count: int, reach: float) -> "_Span":
        """Return how ``start`` to ``stop`` of ``length`` pixels become ``count`` pixels."""
        scale = (stop - start) / count
        reach *= max(scale, 1)
        first, last, low, high = 0, count, 0, length
        # Pillow keeps the ends of a part in single precision: they are taken where they fall on
        # simple fractions.
        step = count // (count & -count)
        if start < 0:
            first = max(0, math.floor(((-reach - start) / scale - 1) / step) * step)
            low = math.floor(max(start, start + (first + 0.5) * scale - reach - 1))
        if stop > length:
            last = min(count, math.ceil(((length + reach - start) / scale + 1) / step) * step)
            high = math.ceil(min(stop, start + (last - 0.5) * scale + reach + 1))
        begin = start + first * (stop - start) / count - low
        end = stop if last == count else start + last * (stop - start) / count
        return cls(first, last, low, high, max(0.0, begin), min(end - low, high - low))
