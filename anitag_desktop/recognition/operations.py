"""What a manifest may ask to be done to a picture before a model sees it: an allow-list.

The operations are values; ``preprocessing`` carries them out. The order is fixed in kind: first
what happens to the picture, then ``float``, then what happens to the numbers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields

from anitag_desktop.recognition.fields import Fields, ManifestError

KERNELS = ("nearest", "lanczos", "bilinear", "bicubic", "box", "hamming")
Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Exif:
    """Turn the picture as its EXIF orientation says (done while decoding)."""


@dataclass(frozen=True, slots=True)
class Flatten:
    """Lay what is see-through over ``color`` (RGB, 0 to 255 each)."""

    color: Colour


@dataclass(frozen=True, slots=True)
class PadSquare:
    """Centre the picture on a square of ``color`` with the longer side as its side."""

    color: Colour


@dataclass(frozen=True, slots=True)
class Resize:
    """Scale to ``size`` (width, height).

    ``stretch`` reaches it exactly, ``fit`` keeps the proportions inside it, ``shorter`` lets the
    shorter side reach ``size[0]``, whole multiples of ``multiple`` being kept of both sides.
    Lengths are cut off to whole pixels, or rounded with ``rounds``.
    """

    mode: str
    size: tuple[int, int]
    kernel: str
    rounds: bool = False
    multiple: int = 1


@dataclass(frozen=True, slots=True)
class PadTo:
    """Centre the picture on an area of ``size`` (width, height).

    What is added has the colour ``color``, or without one that of the picture's nearest edge.
    """

    size: tuple[int, int]
    color: Colour | None


@dataclass(frozen=True, slots=True)
class CenterCrop:
    """Keep the middle of ``size`` (width, height); what is missing of it is black."""

    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ToFloat:
    """Multiply the values 0 to 255 by ``scale``."""

    scale: float


@dataclass(frozen=True, slots=True)
class Norm:
    """Subtract ``mean`` and divide by ``std``, each per channel in RGB order."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Channels:
    """Put the channels in ``order``: RGB or BGR."""

    order: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Put the axes in order: NHWC or NCHW."""

    value: str


@dataclass(frozen=True, slots=True)
class Mask:
    """Add a plane that is 1 where ``pad_to`` added something, for networks that ask for it."""


_PictureOperation = Exif | Flatten | PadSquare | Resize | PadTo | CenterCrop
Operation = _PictureOperation | ToFloat | Norm | Channels | Layout | Mask


def parse_operations(found: Sequence[Fields]) -> tuple[Operation, ...]:
    """Return the operations of a manifest in their order.

    Raises:
        ManifestError: one is unknown, incomplete, or in a place where it cannot be done.
    """
    operations = tuple(_operation(fields) for fields in found)
    floats = [i for i, op in enumerate(operations) if isinstance(op, ToFloat)]
    if len(floats) != 1:
        raise ManifestError('its "preprocess" does not have exactly one "float"')
    for place, operation in enumerate(operations):
        if isinstance(operation, _PictureOperation) is (place > floats[0]) and place != floats[0]:
            name = found[place].text("op")
            raise ManifestError(f'"{name}" stands on the wrong side of "float"')
    if not any(isinstance(op, Flatten) for op in operations):
        raise ManifestError('its "preprocess" has no "flatten"')
    _check_mask(operations)
    return operations


def _check_mask(operations: Sequence[Operation]) -> None:
    """A mask is of what ``pad_to`` added last, and a plane of pixels until ``layout`` moves it."""
    kinds = [type(operation) for operation in operations]
    if Mask not in kinds:
        return
    if kinds[kinds.index(ToFloat) - 1] is not PadTo:
        raise ManifestError('"mask" is asked for without a "pad_to" before "float"')
    if kinds.count(Mask) > 1 or Layout not in kinds[kinds.index(Mask) :]:
        raise ManifestError('"mask" stands more than once, or not before "layout"')


def in_words(operations: Sequence[Operation]) -> str:
    """Return what is done, so that the same words mean the same pixels.

    What has its default value is left out: a later anitag may know more fields.
    """
    return "; ".join(
        " ".join([type(operation).__name__, *_said_fields(operation)]) for operation in operations
    )


def _said_fields(operation: Operation) -> Iterator[str]:
    for field in fields(operation):
        value = getattr(operation, field.name)
        if value != field.default:
            yield f"{field.name}={value!r}"


def has_mask(operations: Sequence[Operation]) -> bool:
    """Tell whether the last plane of the result is a mask."""
    return any(isinstance(op, Mask) for op in operations)


def is_dynamic(operations: Sequence[Operation]) -> bool:
    """Tell whether the size of the result depends on the picture's proportions."""
    sizes = _sizing(operations)
    return bool(sizes) and isinstance(sizes[-1], Resize) and sizes[-1].mode == "shorter"


def keeps_fractions(operations: Sequence[Operation]) -> bool:
    """Tell whether a place in the result is at the same fraction of both sides of the picture."""
    sizes = _sizing(operations)
    return all(isinstance(op, Resize) and op.mode == "stretch" for op in sizes)


def output_size(operations: Sequence[Operation]) -> tuple[int, int]:
    """Return the (width, height) that every picture has after the operations.

    Of dynamic ones it is the size of a square picture.
    """
    sizes = _sizing(operations)
    last = sizes[-1] if sizes else None
    if last is None or isinstance(last, PadSquare):
        raise ManifestError('its "preprocess" does not end in one fixed size')
    if isinstance(last, Resize) and last.mode == "fit":
        raise ManifestError('its "preprocess" does not end in one fixed size')
    return last.size


def _sizing(operations: Sequence[Operation]) -> list[PadSquare | Resize | PadTo | CenterCrop]:
    return [op for op in operations if isinstance(op, PadSquare | Resize | PadTo | CenterCrop)]


def layout_of(operations: Sequence[Operation]) -> str:
    """Return the layout after the operations; NHWC if none is asked for."""
    return next((op.value for op in reversed(operations) if isinstance(op, Layout)), "NHWC")


def _operation(fields: Fields) -> Operation:
    name = fields.text("op")
    if name not in _READERS:
        raise ManifestError(f'its preprocessing step "{name:.50}" is unknown')
    return _READERS[name](fields)


def _colour(fields: Fields) -> Colour:
    """Return the field "color"."""
    red, green, blue = fields.integers("color", 3)
    if not all(0 <= value <= 255 for value in (red, green, blue)):
        raise ManifestError('a "color" is not within 0 to 255')
    return red, green, blue


def _size(fields: Fields) -> tuple[int, int]:
    width, height = fields.integers("size", 2)
    if not (1 <= width <= 4096 and 1 <= height <= 4096):
        raise ManifestError('a "size" is not within 1 to 4096')
    return width, height


def _resize(fields: Fields) -> Resize:
    mode = fields.choice("mode", ("stretch", "fit", "shorter"))
    multiple = fields.integer("multiple", 1)
    if not 1 <= multiple <= 64:
        raise ManifestError('a "multiple" is not within 1 to 64')
    kernel = fields.choice("kernel", KERNELS)
    return Resize(mode, _size(fields), kernel, fields.flag("rounds"), multiple)


def _pad_to(fields: Fields) -> PadTo:
    edge = fields.raw.get("color") == "edge"
    return PadTo(_size(fields), None if edge else _colour(fields))


def _norm(fields: Fields) -> Norm:
    mean, std = fields.numbers("mean", 3), fields.numbers("std", 3)
    if 0.0 in std:
        raise ManifestError('a "std" is 0')
    return Norm(mean, std)


_READERS: dict[str, Callable[[Fields], Operation]] = {
    "exif": lambda fields: Exif(),
    "flatten": lambda fields: Flatten(_colour(fields)),
    "pad_square": lambda fields: PadSquare(_colour(fields)),
    "resize": _resize,
    "pad_to": _pad_to,
    "center_crop": lambda fields: CenterCrop(_size(fields)),
    "float": lambda fields: ToFloat(fields.number("scale")),
    "norm": _norm,
    "channels": lambda fields: Channels(fields.choice("order", ("RGB", "BGR"))),
    "layout": lambda fields: Layout(fields.choice("value", ("NHWC", "NCHW"))),
    "mask": lambda fields: Mask(),
}
