"""What an ONNX file says of itself, read without loading it: inputs, outputs, outside parts.

The numbers are those of onnx.proto: ModelProto.graph is field 7, and so on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.protobuf import (
    Field,
    Value,
    decoded,
    fields_of,
    part_of,
    read_fields,
    read_message,
    text_of,
)

_GRAPH, _OPSET, _METADATA = 7, 8, 14
_NODE, _INITIALISER, _INPUT, _OUTPUT = 1, 5, 11, 12
_KNOWN_DOMAINS = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft")
FLOAT32, BOOL = 1, 9


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """An input or output: ``dims`` has None where a size is free; ``type`` as in onnx.proto."""

    name: str
    type: int
    dims: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class OnnxSignature:
    """The inputs (without stored weights) and outputs of a graph, and its outside parts.

    ``metadata`` is what the exporter wrote beside the graph, by name.
    """

    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]
    external: frozenset[str]
    domains: frozenset[str]
    metadata: Mapping[str, str]


def read_signature(path: Path) -> OnnxSignature:
    """Look into an ONNX file.

    Raises:
        ManifestError: it is no ONNX file, is cut off, or wants operators that are not known.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        parts = list(read_fields(file, 0, size))
        graphs = [value for number, value in parts if number == _GRAPH]
        # Several would be merged when they are loaded: what is checked here has to be all.
        if len(graphs) != 1 or isinstance(graphs[0], int):
            raise ManifestError(f"{path.name} is not an ONNX file, or is damaged")
        graph = graphs[0]
        fields = list(read_message(file, graph))
        external, stored = _initialisers(file, fields)
    domains = frozenset(text_of(v, 1) for n, v in parts if n == _OPSET)
    if unknown := sorted(domains - set(_KNOWN_DOMAINS)):
        raise ManifestError(f'it needs operators of "{unknown[0]:.50}", which are not known')
    inputs = tuple(_tensor(v) for n, v in fields if n == _INPUT)
    return OnnxSignature(
        inputs=tuple(t for t in inputs if t.name not in stored),
        outputs=tuple(_tensor(v) for n, v in fields if n == _OUTPUT),
        external=external,
        domains=domains,
        metadata={text_of(v, 1): text_of(v, 2) for n, v in parts if n == _METADATA},
    )


def _initialisers(file: BinaryIO, fields: list[Field]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the outside files that weights lie in, and the names of all weights."""
    external: set[str] = set()
    names: set[str] = set()
    for number, value in fields:
        if number == _INITIALISER:
            for inner, content in read_message(file, value):
                if inner == 8 and isinstance(content, bytes):
                    names.add(decoded(content))
                if inner == 13:
                    external |= _location(content)
    return frozenset(external), frozenset(names)


def _location(value: Value) -> set[str]:
    return {text_of(value, 2)} if text_of(value, 1) == "location" else set()


def _tensor(value: Value) -> TensorInfo:
    """Read a ValueInfoProto: name = 1, type = 2 -> tensor_type = 1 -> elem_type, shape."""
    tensor = part_of(part_of(value, 2), 1)
    kinds = [v for n, v in fields_of(tensor) if n == 1 and isinstance(v, int)]
    shape = part_of(tensor, 2)
    dims = tuple(_dim(v) for n, v in fields_of(shape) if n == 1)
    return TensorInfo(text_of(value, 1), kinds[0] if kinds else 0, dims)


def _dim(value: Value) -> int | None:
    return next((v for n, v in fields_of(value) if n == 1 and isinstance(v, int)), None)
