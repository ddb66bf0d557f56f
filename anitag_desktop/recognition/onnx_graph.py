"""The operators of an ONNX file and the shapes of its stored weights, read without loading it.

The numbers are those of onnx.proto: NodeProto.input is field 1, TensorProto.dims field 1.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.recognition.protobuf import (
    Field,
    Value,
    decoded,
    fields_of,
    read_fields,
    read_message,
    text_of,
)

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


@dataclass(frozen=True, slots=True)
class OnnxGraph:
    """The operators in their order, and the shape of each stored tensor by its name."""

    nodes: tuple[Node, ...]
    shapes: Mapping[str, tuple[int, ...]]


def read_graph(path: Path) -> OnnxGraph:
    """Look into the graph of an ONNX file.

    Raises:
        ManifestError: it is no ONNX file.
    """
    with path.open("rb") as file:
        whole = read_fields(file, 0, path.stat().st_size)
        graphs = [value for number, value in whole if number == _GRAPH]
        parts = [part for graph in graphs for part in read_message(file, graph)]
        stored = [list(read_message(file, v)) for n, v in parts if n == _INITIALISER]
    return OnnxGraph(
        nodes=tuple(_node(v) for n, v in parts if n == _NODE and isinstance(v, bytes)),
        shapes={_name(fields): tuple(_dims(fields)) for fields in stored},
    )


def _node(content: bytes) -> Node:
    fields = list(fields_of(content))
    attributes = [_attribute(value) for number, value in fields if number == _ATTRIBUTE]
    return Node(
        kind=text_of(content, _KIND),
        inputs=_texts(fields, _INPUT),
        outputs=_texts(fields, _OUTPUT),
        numbers={name: value for name, value in attributes if value},
    )


def _attribute(value: Value) -> tuple[str, int]:
    """Return an attribute's name (1) and whole number (3), 0 if it has none."""
    number = next((v for n, v in fields_of(value) if n == 3 and isinstance(v, int)), 0)
    return text_of(value, 1), number


def _name(fields: Sequence[Field]) -> str:
    return next(iter(_texts(fields, _NAME)), "")


def _dims(fields: Sequence[Field]) -> Iterator[int]:
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


def _texts(fields: Sequence[Field], wanted: int) -> tuple[str, ...]:
    return tuple(decoded(v) for n, v in fields if n == wanted and isinstance(v, bytes))
