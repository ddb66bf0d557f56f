"""Just enough of the protobuf wire format to look into an ONNX file without loading it."""

import io
from collections.abc import Iterator
from typing import BinaryIO

from anitag_desktop.recognition.fields import ManifestError

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
INLINE_LIMIT = 1 << 20
"""Fields of more bytes than this are skipped (weights), not read."""

Value = int | bytes | range
"""What a field has: a number, its bytes, or where its bytes lie if there are many."""

Field = tuple[int, Value]
"""A field's number and what it has."""


def read_fields(file: BinaryIO, start: int, end: int) -> Iterator[Field]:
    """Yield the fields of the message in ``file[start:end]``.

    Raises:
        ManifestError: the bytes are no protobuf message.
    """
    place = start
    while place < end:
        file.seek(place)
        key = _varint(file)
        value, place = _value(file, key & 7, end)
        yield key >> 3, value


def read_message(file: BinaryIO, value: Value) -> Iterator[Field]:
    """Yield the fields of a nested message, whether it was read or only found.

    Raises:
        ManifestError: it is no message.
    """
    if isinstance(value, range):
        return read_fields(file, value.start, value.stop)
    if isinstance(value, int):
        raise ManifestError("the weights are not an ONNX file, or are damaged")
    return fields_of(value)


def fields_of(value: Value) -> Iterator[Field]:
    """Yield the fields of a small message that was read; of anything else, none."""
    content = value if isinstance(value, bytes) else b""
    return read_fields(io.BytesIO(content), 0, len(content))


def part_of(value: Value, number: int) -> bytes:
    """Return the first bytes of a small message that stand under a number, else none."""
    return next((v for n, v in fields_of(value) if n == number and isinstance(v, bytes)), b"")


def text_of(value: Value, number: int) -> str:
    """Return the first text of a small message that stands under a number, else none."""
    return decoded(part_of(value, number))


def decoded(content: bytes) -> str:
    """Return a text as it is stored; what is broken in it is marked."""
    return content.decode("utf-8", "replace")


def _value(file: BinaryIO, wire: int, end: int) -> tuple[Value, int]:
    if wire == _VARINT:
        return _varint(file), file.tell()
    if wire == _BYTES:
        return _delimited(file, end)
    if wire in (_FIXED64, _FIXED32):
        size = 8 if wire == _FIXED64 else 4
        return int.from_bytes(_exactly(file, size), "little"), file.tell()
    raise ManifestError("the weights are not an ONNX file, or are damaged")


def _delimited(file: BinaryIO, end: int) -> tuple[bytes | range, int]:
    size = _varint(file)
    start = file.tell()
    if start + size > end:
        raise ManifestError("the weights are cut off: the ONNX file ends too early")
    if size > INLINE_LIMIT:
        return range(start, start + size), start + size
    return _exactly(file, size), start + size


def _varint(file: BinaryIO) -> int:
    value = 0
    for shift in range(0, 70, 7):
        byte = _exactly(file, 1)[0]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value
    raise ManifestError("the weights are not an ONNX file, or are damaged")


def _exactly(file: BinaryIO, size: int) -> bytes:
    found = file.read(size)
    if len(found) != size:
        raise ManifestError("the weights are cut off: the ONNX file ends too early")
    return found
