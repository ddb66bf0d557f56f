"""What an ONNX file says of itself, read without loading it: inputs, outputs, outside parts.

The numbers are those of onnx.proto: ModelProto.graph is field 7, and so on.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.protobuf import Field, read_fields

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
        fields = list(_message(file, graph))
        external, stored = _initialisers(file, fields)
    domains = frozenset(_text(v, 1) for n, v in parts if n == _OPSET)
    if unknown := sorted(domains - set(_KNOWN_DOMAINS)):
        raise ManifestError(f'it needs operators of "{unknown[0]:.50}", which are not known')
    inputs = tuple(_tensor(v) for n, v in fields if n == _INPUT)
    return OnnxSignature(
        inputs=tuple(t for t in inputs if t.name not in stored),
        outputs=tuple(_tensor(v) for n, v in fields if n == _OUTPUT),
        external=external,
        domains=domains,
        metadata={_text(v, 1): _text(v, 2) for n, v in parts if n == _METADATA},
    )


def _message(file: BinaryIO, value: int | bytes | range) -> Iterator[Field]:
    """Yield the fields of a nested message, whether it was read or only found."""
    if isinstance(value, range):
        return read_fields(file, value.start, value.stop)
    if isinstance(value, int):
        raise ManifestError("the weights are not an ONNX file, or are damaged")
    return read_fields(io.BytesIO(value), 0, len(value))


def _initialisers(file: BinaryIO, fields: list[Field]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the outside files that weights lie in, and the names of all weights."""
    external: set[str] = set()
    names: set[str] = set()
    for number, value in fields:
        if number == _INITIALISER:
            for inner, content in _message(file, value):
                if inner == 8 and isinstance(content, bytes):
                    names.add(_decoded(content))
                if inner == 13:
                    external |= _location(content)
    return frozenset(external), frozenset(names)


def _location(value: int | bytes | range) -> set[str]:
    return {_text(value, 2)} if _text(value, 1) == "location" else set()


def _tensor(value: int | bytes | range) -> TensorInfo:
    """Read a ValueInfoProto: name = 1, type = 2 -> tensor_type = 1 -> elem_type, shape."""
    tensor = _sub(_sub(value, 2), 1)
    kinds = [v for n, v in _fields(tensor) if n == 1 and isinstance(v, int)]
    shape = _sub(tensor, 2)
    dims = tuple(_dim(v) for n, v in _fields(shape) if n == 1)
    return TensorInfo(_text(value, 1), kinds[0] if kinds else 0, dims)


def _dim(value: int | bytes | range) -> int | None:
    return next((v for n, v in _fields(value) if n == 1 and isinstance(v, int)), None)


def _fields(value: int | bytes | range) -> Iterator[Field]:
    content = value if isinstance(value, bytes) else b""
    return read_fields(io.BytesIO(content), 0, len(content))


def _sub(value: int | bytes | range, number: int) -> bytes:
    return next((v for n, v in _fields(value) if n == number and isinstance(v, bytes)), b"")


def _text(value: int | bytes | range, number: int) -> str:
    return _decoded(_sub(value, number))


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", "replace")
