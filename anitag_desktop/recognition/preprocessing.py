"""From a decoded picture to a model's input, as its manifest says: for training and for use.

The picture may be reduced (see ``decoding``). Padding then happens at the reduced scale, and what
falls between its pixels is left to the scaling that follows, so that nothing is shifted.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from anitag_desktop.recognition import colour
from anitag_desktop.recognition.operations import (
    Channels,
    Flatten,
    Layout,
    Norm,
    Operation,
    PadSquare,
    PadTo,
    Resize,
    ToFloat,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image


Extent = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A picture on its way: ``box`` (left, top, right, bottom) is the part of it that counts."""

    image: "Image"
    box: Box

    @property
    def extent(self) -> Extent:
        return self.box[2] - self.box[0], self.box[3] - self.box[1]

    @property
    def is_whole(self) -> bool:
        return self.box == (0, 0, *self.image.size)


def preprocess(
    image: "Image", operations: Iterable[Operation], extent: Extent | None = None
) -> "NDArray[np.float32]":
    """Return the model's input without its batch axis: float32, contiguous, in its own layout.

    ``image`` is an upright RGB or RGBA picture and ``extent`` its size in its own pixels, both as
    ``decoding.decode`` gives them (without it, ``image`` counts as it is).
    """
    import numpy as np

    width, height = extent or image.size
    sheet = _Sheet(image, (0, 0, width, height))
    array: Any = None
    for operation in operations:
        if array is not None:
            array = _on_array(array, operation)
        elif isinstance(operation, ToFloat):
            array = np.asarray(sheet.image, np.float32)
            array = array if operation.scale == 1 else array * np.float32(operation.scale)
        else:
            sheet = _on_picture(sheet, operation)
    return np.ascontiguousarray(array, np.float32)


def _on_picture(sheet: _Sheet, operation: Operation) -> _Sheet:
    """Carry out one of the operations that come before ``float``."""
    match operation:
        case Flatten(color):
            return replace(sheet, image=colour.flatten(sheet.image, color))
        case PadSquare(color):
            side = max(sheet.extent)
            return _padded(sheet, (side, side), color)
        case PadTo(size, color):
            return _padded(sheet, size, color)
        case Resize(mode, size, kernel):
            target = size if mode == "stretch" else _fitting(sheet.extent, size)
            box = None if sheet.is_whole else sheet.box
            return _whole(sheet.image.resize(target, _kernel(kernel), box))
    return sheet


def _whole(image: "Image") -> _Sheet:
    return _Sheet(image, (0, 0, *image.size))


def _on_array(array: Any, operation: Operation) -> Any:
    import numpy as np

    match operation:
        case Norm(mean, std):
            return (array - np.array(mean, np.float32)) / np.array(std, np.float32)
        case Channels("BGR"):
            return array[..., ::-1]
        case Layout("NCHW"):
            return array.transpose(2, 0, 1)
    return array


def _padded(sheet: _Sheet, size: Extent, color: tuple[int, int, int]) -> _Sheet:
    """Centre a picture on a larger area.

    A whole picture lies on whole pixels. A reduced one may not: the canvas then has a margin, and
    the box says which part of it is meant.
    """
    if sheet.extent == size:
        return sheet
    from PIL import Image

    free = [area - own for area, own in zip(size, sheet.extent, strict=True)]
    if sheet.is_whole:
        canvas = Image.new("RGB", (int(size[0]), int(size[1])), color)
        canvas.paste(sheet.image, (int(free[0]) // 2, int(free[1]) // 2))
        return _whole(canvas)
    starts = [length / 2 for length in free]
    places = [math.floor(start) + 1 for start in starts]
    canvas = Image.new("RGB", (math.ceil(size[0]) + 2, math.ceil(size[1]) + 2), color)
    canvas.paste(sheet.image, (places[0], places[1]))
    left, top = (place - start for place, start in zip(places, starts, strict=True))
    return _Sheet(canvas, (left, top, left + size[0], top + size[1]))


def _fitting(size: Extent, inside: tuple[int, int]) -> tuple[int, int]:
    scale = min(inside[0] / size[0], inside[1] / size[1])
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def _kernel(name: str) -> Any:
    from PIL.Image import Resampling

    return Resampling[name.upper()]
