"""From a decoded picture to a model's input, as its manifest says: for training and for use.

The picture may be reduced (see ``decoding``), and is reduced further as far as the model allows.
Padding then happens at the reduced scale, and what falls between its pixels is left to the scaling
that follows, so that nothing is shifted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from anitag_desktop.recognition import colour
from anitag_desktop.recognition.geometry import Extent, Size, reducible, target
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
from anitag_desktop.recognition.resampling import Box, Colour, resample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from anitag_desktop.recognition.decoding import Picture

_BLACK = (0, 0, 0)

_THINNEST = 16
"""So many pixels wide and high a further reduction is: its last ones may stand for parts of blocks,
which is much of a picture that is only a line."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A picture on its way: ``box`` is the part of it that counts.

    What of the box lies outside the picture has the colour ``ground``. ``factor`` says by how much
    the picture was reduced. ``inner`` is the part of it that is no padding, once ``pad_to`` has
    added some.
    """

    image: "Image"
    box: Box
    factor: int = 1
    ground: Colour = _BLACK
    inner: tuple[int, int, int, int] | None = None

    @property
    def size(self) -> Size:
        return self.box[2] - self.box[0], self.box[3] - self.box[1]


def model_input(picture: "Picture", operations: Sequence[Operation]) -> "NDArray[np.float32]":
    """Return a decoded picture as ``preprocess`` does, from as few pixels as will do."""
    size = picture.image.size
    thick = max(1, min(size) // _THINNEST)
    image, extent = picture.reduced(min(thick, reducible(size, operations)))
    return preprocess(image, operations, extent)


def preprocess(
    image: "Image", operations: Iterable[Operation], extent: Extent | None = None
) -> "NDArray[np.float32]":
    """Return the model's input without its batch axis: float32, contiguous, in its own layout.

    ``image`` is an upright RGB or RGBA picture and ``extent`` its size in its own pixels, both as
    ``decoding.decode`` gives them (without it, ``image`` counts as it is).
    """
    import numpy as np

    operations = tuple(operations)
    is_planar = Layout("NCHW") in operations
    width, height, factor = extent or Extent(*image.size)
    sheet = _Sheet(image, (0, 0, width, height), factor)
    numbers: _Numbers | None = None
    array: Any = None
    for operation in operations:
        if isinstance(operation, ToFloat):
            sheet = _laid_out(sheet)
            numbers = _Numbers(sheet.image, operation.scale)
        elif numbers is None:
            sheet = _on_picture(sheet, operation)
        elif array is None and isinstance(operation, Norm | Channels):
            numbers.take(operation)
        else:
            array = numbers.array(is_planar) if array is None else array
            array = _on_array(array, operation, sheet)
    if array is None and numbers is not None:
        array = numbers.array(is_planar)
    return np.ascontiguousarray(array, np.float32)


def _on_picture(sheet: _Sheet, operation: Operation) -> _Sheet:
    """Carry out one of the operations that come before ``float``."""
    match operation:
        case Flatten(color):
            return replace(sheet, image=colour.flatten(sheet.image, color))
        case PadSquare(color):
            return _squared(sheet, color)
        case PadTo(size, color):
            return _laid_on(_laid_out(sheet).image, size, color)
        case CenterCrop(size):
            return _cropped(_laid_out(sheet).image, size)
        case Resize():
            size = target(operation, sheet.size)
            image = resample(sheet.image, sheet.box, size, operation.kernel, sheet.ground)
            return _whole(image)
    return sheet


def _whole(image: "Image") -> _Sheet:
    return _Sheet(image, (0, 0, *image.size))


def _squared(sheet: _Sheet, ground: Colour) -> _Sheet:
    """Let the shorter side reach out to both sides: by whole pixels of the whole picture."""
    side = max(sheet.size)
    left, top = (_half(side - own, sheet.factor) for own in sheet.size)
    x, y = sheet.box[0] - left, sheet.box[1] - top
    return replace(sheet, box=(x, y, x + side, y + side), ground=ground)


def _half(free: float, factor: int) -> float:
    return round(free * factor) // 2 / factor


def _laid_out(sheet: _Sheet) -> _Sheet:
    """Return the part that counts as a picture of its own."""
    if sheet.box == (0, 0, *sheet.image.size):
        return sheet
    width, height = sheet.size
    size = (max(1, round(width)), max(1, round(height)))
    return _whole(resample(sheet.image, sheet.box, size, "box", sheet.ground))


class _Numbers:
    """The pixels of a picture as numbers, which depend on value and channel only.

    So they are worked out for each value that there is, and looked up for each pixel.
    """

    def __init__(self, image: "Image", scale: float) -> None:
        import numpy as np

        self._pixels = np.asarray(image)
        values = np.arange(256, dtype=np.float32) * np.float32(scale)
        self._table = np.repeat(values[:, None], self._pixels.shape[-1], axis=1)

    def take(self, operation: Norm | Channels) -> None:
        """Carry out an operation."""
        import numpy as np

        if isinstance(operation, Norm):
            mean, std = (np.array(of, np.float32) for of in (operation.mean, operation.std))
            self._table = (self._table - mean) / std
        elif operation.order == "BGR":
            self._table, self._pixels = self._table[:, ::-1], self._pixels[..., ::-1]

    def array(self, is_planar: bool) -> "NDArray[np.float32]":
        """Return the numbers: height, width, channel; in memory ``is_planar`` has planes."""
        import numpy as np

        height, width, channels = self._pixels.shape
        if is_planar:
            array = np.empty((channels, height, width), np.float32).transpose(1, 2, 0)
        else:
            array = np.empty((height, width, channels), np.float32)
        is_plain = bool((self._table == np.arange(256)[:, None]).all())
        for channel in range(channels):
            pixels, numbers = self._pixels[..., channel], array[..., channel]
            if is_plain:  # which takes a quarter of the time of looking them up
                numbers[:] = pixels
            else:
                table = np.ascontiguousarray(self._table[:, channel])
                np.take(table, pixels, out=numbers, mode="clip")
        return array


def _on_array(array: Any, operation: Operation, sheet: _Sheet) -> Any:
    match operation:
        case Norm(mean, std):
            import numpy as np

            return (array - np.array(mean, np.float32)) / np.array(std, np.float32)
        case Channels("BGR"):
            return array[..., ::-1]
        case Layout("NCHW"):
            return array.transpose(2, 0, 1)
        case Mask():
            return _with_mask(array, sheet)
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


def _cropped(image: "Image", size: tuple[int, int]) -> _Sheet:
    """Keep the middle of a picture; Pillow fills what lies outside it with black."""
    around = tuple(max(own, area) for own, area in zip(image.size, size, strict=True))
    # The picture is centred on what it lacks first: that is where the halves are rounded.
    shift = [(area - own) // 2 for area, own in zip(around, image.size, strict=True)]
    left, top = ((a - s) // 2 - o for a, s, o in zip(around, size, shift, strict=True))
    return _whole(image.crop((left, top, left + size[0], top + size[1])))
