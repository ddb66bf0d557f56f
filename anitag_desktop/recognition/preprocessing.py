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
    CenterCrop,
    Channels,
    Flatten,
    Layout,
    Mask,
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

_LONGEST = 8
"""How many times the shorter side the longer one may be where a network takes any shape."""
_ROUNDING = 1e-6
"""A length that misses a whole pixel by less was meant to reach it."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A picture on its way: ``box`` (left, top, right, bottom) is the part of it that counts.

    ``inner`` is the part of it that is no padding, once ``pad_to`` has added some.
    """

    image: "Image"
    box: Box
    inner: tuple[int, int, int, int] | None = None

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
        if isinstance(operation, Mask):
            array = _with_mask(array, sheet)
        elif array is not None:
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
        case CenterCrop(size):
            return _cropped(sheet, size)
        case Resize():
            box = None if sheet.is_whole else sheet.box
            target = _target(operation, sheet.extent)
            return _whole(sheet.image.resize(target, _kernel(operation.kernel), box))
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


def _with_mask(array: Any, sheet: _Sheet) -> Any:
    """Add a plane to an NHWC array (before ``layout``) that is 1 where there is padding."""
    import numpy as np

    mask = np.zeros((*array.shape[:2], 1), np.float32)
    if sheet.inner is not None:
        left, top, right, bottom = sheet.inner
        mask[:] = 1
        mask[top:bottom, left:right] = 0
    return np.concatenate((array, mask), axis=-1)


def _padded(sheet: _Sheet, size: Extent, color: tuple[int, int, int] | None) -> _Sheet:
    """Centre a picture on a larger area.

    A whole picture lies on whole pixels. A reduced one may not: the canvas then has a margin, and
    the box says which part of it is meant.
    """
    if sheet.extent == size:
        return sheet
    from PIL import Image

    free = [area - own for area, own in zip(size, sheet.extent, strict=True)]
    if sheet.is_whole:
        return _laid_on(sheet.image, (int(size[0]), int(size[1])), color)
    starts = [length / 2 for length in free]
    places = [math.floor(start) + 1 for start in starts]
    whole = (math.ceil(size[0]) + 2, math.ceil(size[1]) + 2)
    canvas = Image.new("RGB", whole, color or (0, 0, 0))
    canvas.paste(sheet.image, (places[0], places[1]))
    left, top = (place - start for place, start in zip(places, starts, strict=True))
    return _Sheet(canvas, (left, top, left + size[0], top + size[1]))


def _laid_on(image: "Image", size: tuple[int, int], color: tuple[int, int, int] | None) -> _Sheet:
    """Centre a whole picture on an area of ``size``; without a colour, its edges grow outwards."""
    from PIL import Image

    left, top = (size[0] - image.width) // 2, (size[1] - image.height) // 2
    canvas = _grown(image, size, (left, top)) if color is None else Image.new("RGB", size, color)
    canvas.paste(image, (left, top))
    return replace(_whole(canvas), inner=(left, top, left + image.width, top + image.height))


def _grown(image: "Image", size: tuple[int, int], place: tuple[int, int]) -> "Image":
    import numpy as np
    from PIL import Image

    rows = (place[1], size[1] - image.height - place[1])
    columns = (place[0], size[0] - image.width - place[0])
    return Image.fromarray(np.pad(np.asarray(image), (rows, columns, (0, 0)), mode="edge"))


def _cropped(sheet: _Sheet, size: tuple[int, int]) -> _Sheet:
    """Keep the middle of a whole picture; Pillow fills what lies outside it with black."""
    image = sheet.image
    around = tuple(max(own, area) for own, area in zip(image.size, size, strict=True))
    # The picture is centred on what it lacks first: that is where the halves are rounded.
    shift = [(area - own) // 2 for area, own in zip(around, image.size, strict=True)]
    left, top = ((a - s) // 2 - o for a, s, o in zip(around, size, shift, strict=True))
    return _whole(image.crop((left, top, left + size[0], top + size[1])))


def _target(operation: Resize, extent: Extent) -> tuple[int, int]:
    """Return the size in whole pixels that a picture of ``extent`` is scaled to."""
    size = operation.size
    if operation.mode == "stretch":
        return size
    if operation.mode == "fit":
        scale = min(size[0] / extent[0], size[1] / extent[1])
        lengths = [length * scale for length in extent]
    else:
        scale = size[0] / min(extent)
        lengths = [min(length * scale, _LONGEST * size[0]) for length in extent]
    cut = round if operation.rounds else _cut
    multiple = operation.multiple
    width, height = (max(multiple, cut(v) // multiple * multiple) for v in lengths)
    return width, height


def _cut(length: float) -> int:
    return int(length + _ROUNDING)


def _kernel(name: str) -> Any:
    from PIL.Image import Resampling

    return Resampling[name.upper()]
