"""A linear layer behind the vectors of a model, which fits them to one library.

It stands in the model's own file: a vector v becomes the direction of v M + b. Tags do not pass
through it, so they stay as they are, bit for bit.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
from onnx import helper, numpy_helper

from training.runner import Matrix

PREFIX = "adaptation."
"""How everything of the layer is called in a file; weights of networks have another beginning."""

_WEIGHTS, _BIAS, _BARE = f"{PREFIX}weights", f"{PREFIX}bias", f"{PREFIX}bare"
_LEAST = 1e-12


class Layer(NamedTuple):
    """``weights`` (E x E) and ``bias`` (E), for rows of vectors."""

    weights: Matrix
    bias: Matrix

    def apply(self, vectors: Matrix) -> Matrix:
        """Return what becomes of vectors (N x E): directions of length 1."""
        return directed(vectors @ self.weights + self.bias)


def directed(vectors: Matrix) -> Matrix:
    """Return vectors (... x E) at length 1."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, _LEAST), vectors.dtype)


def read_layer(path: Path) -> Layer | None:
    """Return the layer of a model's file, None if it has none."""
    model = onnx.load(str(path), load_external_data=False)
    found = {one.name: one for one in model.graph.initializer if one.name.startswith(PREFIX)}
    if _WEIGHTS not in found:
        return None
    return Layer(*(numpy_helper.to_array(found[name]).copy() for name in (_WEIGHTS, _BIAS)))


def write_layer(source: Path, target: Path, output: str, layer: Layer | None) -> None:
    """Write a model's file with this layer before its ``output`` instead of the one it has.

    None leaves it without any.
    """
    model = onnx.load(str(source), load_external_data=False)
    _remove(model.graph, output)
    if layer is not None:
        _add(model.graph, output, layer)
    onnx.save(model, str(target))


def _remove(graph: onnx.GraphProto, output: str) -> None:
    for parts in (graph.node, graph.initializer):
        kept = [part for part in parts if not part.name.startswith(PREFIX)]
        del parts[:]
        parts.extend(kept)
    _rename(graph, _BARE, output)


def _add(graph: onnx.GraphProto, output: str, layer: Layer) -> None:
    _rename(graph, output, _BARE)
    values = {
        _WEIGHTS: layer.weights.astype(np.float32),
        _BIAS: layer.bias.astype(np.float32),
        f"{PREFIX}axis": np.array([1]),
        f"{PREFIX}least": np.array(_LEAST, np.float32),
    }
    graph.initializer.extend(numpy_helper.from_array(v, name) for name, v in values.items())
    steps = (
        ("Gemm", (_BARE, _WEIGHTS, _BIAS), "placed"),
        ("Mul", (f"{PREFIX}placed", f"{PREFIX}placed"), "squares"),
        ("ReduceSum", (f"{PREFIX}squares", f"{PREFIX}axis"), "square"),
        ("Sqrt", (f"{PREFIX}square",), "length"),
        ("Max", (f"{PREFIX}length", f"{PREFIX}least"), "divisor"),
    )
    for kind, inputs, name in steps:
        made = f"{PREFIX}{name}"
        graph.node.append(helper.make_node(kind, inputs, [made], name=made))
    ends = (f"{PREFIX}placed", f"{PREFIX}divisor")
    graph.node.append(helper.make_node("Div", ends, [output], name=f"{PREFIX}directed"))


def _rename(graph: onnx.GraphProto, old: str, new: str) -> None:
    """Rename a value within a graph; what the graph itself gives keeps its name."""
    for node in graph.node:
        for ends in (node.input, node.output):
            ends[:] = [new if end == old else end for end in ends]
