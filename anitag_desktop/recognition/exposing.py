"""Giving a tagger a vector that it computes anyway: what goes into its last layer of weights.

Nothing is written to the model's file. An ONNX file is a protobuf message, and messages that stand
one after the other are read as one: a few bytes behind the file make a further output of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.recognition.onnx_graph import Node, read_graph

_PASSING = ("Sigmoid", "Softmax", "Identity", "Add", "Clip")
"""Operators between the last weights and the scores; none of them changes the rank."""

_MOST_STEPS = 8


@dataclass(frozen=True, slots=True)
class Exposure:
    """A tensor inside a network, one row of ``width`` numbers for each picture."""

    tensor: str
    width: int


def find_exposure(path: Path, output: str) -> Exposure | None:
    """Return what the scores in ``output`` (a table) are computed from; None if it is unclear.

    It is the input of the last matrix product with stored weights. As nothing that follows changes
    the rank and the scores are a table, it is one, too.

    Raises:
        ManifestError: the file is no ONNX file.
    """
    graph = read_graph(path)
    producer = {name: node for node in graph.nodes for name in node.outputs}
    shapes = graph.shapes
    tensor = output
    for _ in range(_MOST_STEPS):
        node = producer.get(tensor)
        if node is None or not node.inputs:
            return None
        if node.kind in ("MatMul", "Gemm"):
            return _of_product(node, shapes)
        flowing = [name for name in node.inputs if name and name not in shapes]
        if node.kind not in _PASSING or len(flowing) != 1:
            return None
        tensor = flowing[0]
    return None


def suffix(exposure: Exposure) -> bytes:
    """Return the bytes that make a tensor an output when they follow an ONNX file's own.

    The numbers are those of onnx.proto: ModelProto.graph 7, GraphProto.output 12, ValueInfoProto
    name 1 and type 2, TypeProto.tensor_type 1, its elem_type 1 (float32) and shape 2, whose dim 1
    has a value 1 or a name 2.
    """
    dims = _field(1, _field(2, b"batch")) + _field(1, b"\x08" + _varint(exposure.width))
    tensor = b"\x08\x01" + _field(2, dims)
    value = _field(1, exposure.tensor.encode()) + _field(2, _field(1, tensor))
    return _field(7, _field(12, value))


def _of_product(node: Node, shapes: Mapping[str, tuple[int, ...]]) -> Exposure | None:
    """Return the left side of a product with a stored table of weights."""
    left, right = node.inputs[0], node.inputs[1] if len(node.inputs) > 1 else ""
    shape = shapes.get(right, ())
    if len(shape) != 2 or left in shapes or node.numbers.get("transA"):
        return None
    return Exposure(left, shape[1] if node.numbers.get("transB") else shape[0])


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])
