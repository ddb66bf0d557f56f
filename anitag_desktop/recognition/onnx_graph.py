"""The operators of an ONNX file and the shapes of its stored weights, read without loading it.

The numbers are those of onnx.proto: NodeProto.input is field 1, TensorProto.dims field 1.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from anitag_desktop.recognition.protobuf import Field, read_fields

_GRAPH, _NODE, _INITIALISER = 7, 1, 5
_INPUT, _OUTPUT, _KIND, _ATTRIBUTE = 1, 2, 4, 5
_DIMS, _NAME = 1, 8


@dataclass(frozen=True, slots=True)
class Node:
    """An operator: what it reads and writes, and its whole-number attributes that are not 0."""

    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    numbers: Mapping[str, int]


def read_nodes(path: Path) -> list[Node]:
    """Return the operators of a graph in their order.

    Raises:
        ManifestError: it is no ONNX file.
    """
    with path.open("rb") as file:
        return [_node(value) for value in _parts(file, path, _NODE) if isinstance(value, bytes)]


def read_weight_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the shape of each stored tensor by its name.

    Raises:
        ManifestError: it is no ONNX file.
    """
    found: dict[str, tuple[int, ...]] = {}
    with path.open("rb") as file:
        for value in _parts(file, path, _INITIALISER):
            fields = list(_inside(file, value))
            found[_text(fields, _NAME)] = tuple(_dims(fields))
    return found


def _parts(file: BinaryIO, path: Path, number: int) -> list[int | bytes | range]:
    """Return the parts of the graph that stand under a number."""
    size = path.stat().st_size
    graphs = [value for field, value in read_fields(file, 0, size) if field == _GRAPH]
    return [value for graph in graphs for field, value in _inside(file, graph) if field == number]


def _inside(file: BinaryIO, value: int | bytes | range) -> Iterator[Field]:
    if isinstance(value, range):
        return read_fields(file, value.start, value.stop)
    content = value if isinstance(value, bytes) else b""
    return read_fields(io.BytesIO(content), 0, len(content))


def _node(content: bytes) -> Node:
    fields = list(read_fields(io.BytesIO(content), 0, len(content)))
    attributes = [_attribute(value) for number, value in fields if number == _ATTRIBUTE]
    return Node(
        kind=_text(fields, _KIND),
        inputs=_texts(fields, _INPUT),
        outputs=_texts(fields, _OUTPUT),
        numbers={name: value for name, value in attributes if value},
    )


def _attribute(value: int | bytes | range) -> tuple[str, int]:
    """Return an attribute's name (1) and whole number (3), 0 if it has none."""
    content = value if isinstance(value, bytes) else b""
    fields = list(read_fields(io.BytesIO(content), 0, len(content)))
    number = next((v for n, v in fields if n == 3 and isinstance(v, int)), 0)
    return _text(fields, 1), number


def _dims(fields: list[Field]) -> Iterator[int]:
    """Yield the lengths of a tensor, which may be packed into one field."""
    for number, value in fields:
        if number == _DIMS and isinstance(value, int):
            yield value
        elif number == _DIMS and isinstance(value, bytes):
            yield from _unpacked(value)


def _unpacked(content: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in content:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield value
            value = shift = 0


def _texts(fields: list[Field], wanted: int) -> tuple[str, ...]:
    found = (value for number, value in fields if number == wanted)
    return tuple(v.decode("utf-8", "replace") for v in found if isinstance(v, bytes))


def _text(fields: list[Field], wanted: int) -> str:
    return next(iter(_texts(fields, wanted)), "")
