"""From a decoded picture to a model's input, as its manifest says: for training and for use.

The picture may be reduced (see ``decoding``): padding then happens at the reduced scale, which
keeps the geometry of padding first and scaling then.
"""

from collections.abc import Iterable
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


def preprocess(image: "Image", operations: Iterable[Operation]) -> "NDArray[np.float32]":
    """Return the model's input without its batch axis: float32, contiguous, in its own layout.

    ``image`` is an upright RGB or RGBA picture as ``decoding.decode`` gives it.
    """
    import numpy as np

    array: Any = None
    for operation in operations:
        if array is not None:
            array = _on_array(array, operation)
        elif isinstance(operation, ToFloat):
            array = np.asarray(image, np.float32)
            array = array if operation.scale == 1 else array * np.float32(operation.scale)
        else:
            image = on_picture(image, operation)
    return np.ascontiguousarray(array, np.float32)


def on_picture(image: "Image", operation: Operation) -> "Image":
    """Carry out one of the operations that come before ``float``."""
    match operation:
        case Flatten(color):
            return colour.flatten(image, color)
        case PadSquare(color):
            side = max(image.size)
            return _padded(image, (side, side), color)
        case PadTo(size, color):
            return _padded(image, size, color)
        case Resize(mode, size, kernel):
            target = size if mode == "stretch" else _fitting(image.size, size)
            return image.resize(target, _kernel(kernel))
    return image


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


def _padded(image: "Image", size: tuple[int, int], color: tuple[int, int, int]) -> "Image":
    if image.size == size:
        return image
    from PIL import Image

    canvas = Image.new("RGB", size, color)
    canvas.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2))
    return canvas


def _fitting(size: tuple[int, int], inside: tuple[int, int]) -> tuple[int, int]:
    scale = min(inside[0] / size[0], inside[1] / size[1])
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def _kernel(name: str) -> Any:
    from PIL.Image import Resampling

    return Resampling[name.upper()]
