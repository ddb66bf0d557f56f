"""Tiny ONNX networks with the inputs, outputs and files of the model families that are loaded.

Every graph turns its input back into RGB from 0 to 1 and averages the four quadrants (12 features:
top left R G B, top right ...). Label k < 12 has the logit ``GAIN * (feature k - 0.5)``, every other
label -6. So scores tell which picture reached the model: swapped channels, a wrong range, padding
instead of stretching, a missing or double sigmoid all show.
"""

import csv
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

GAIN = 4.0
LABELS = (
    *("general", "sensitive", "questionable", "explicit"),
    *("1girl", "solo", "long_hair", ":3", "o_o", "^_^", "null", "tag,with_comma"),
    *("hatsune_miku", "saber_(fate)"),
)
CODES = (9,) * 4 + (0,) * 8 + (4,) * 2
CATEGORIES = {9: "rating", 0: "general", 4: "character"}
EMBEDDING_WIDTH = 1024


def expected_scores(picture: Image.Image) -> np.ndarray:
    """Return the probabilities of ``LABELS`` for the RGB picture that reaches the network."""
    pixels = np.asarray(picture, np.float64) / 255
    half_h, half_w = pixels.shape[0] // 2, pixels.shape[1] // 2
    parts = [pixels[y : y + half_h, x : x + half_w] for y in (0, half_h) for x in (0, half_w)]
    features = np.concatenate([part.mean((0, 1)) for part in parts])
    logits = np.full(len(LABELS), -6.0)
    logits[:12] = GAIN * (features - 0.5)
    return 1 / (1 + np.exp(-logits))


def write_wd(
    folder: Path,
    size: int = 448,
    *,
    embedding: bool = False,
    batch: int | str = "batch_size",
    labels: Sequence[str] = LABELS,
) -> Path:
    """Write a WD v3 tagger: ``model.onnx`` and ``selected_tags.csv``, no manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    graph = Graph()
    features = graph.quadrants("input", size, layout="NHWC", order="BGR", scale=255.0)
    graph.out("output", graph.op("Sigmoid", graph.head(features)), [batch, len(LABELS)])
    if embedding:
        graph.out("embedding", graph.embed(features), [batch, EMBEDDING_WIDTH])
    graph.save(folder / "model.onnx", ("input", [batch, size, size, 3]))
    rows = [[1000 + i, name, CODES[i % len(CODES)], 999 - i] for i, name in enumerate(labels)]
    write_csv(folder / "selected_tags.csv", ["tag_id", "name", "category", "count"], rows)
    return folder


def write_package(folder: Path, size: int = 32, **changes: Any) -> Path:
    """Write a package of our own schema: NCHW RGB, normalised, logits and an embedding.

    ``changes`` replace top-level fields of the manifest, after the hashes were taken.
    """
    folder.mkdir(parents=True, exist_ok=True)
    graph = Graph()
    features = graph.quadrants("pixels", size, layout="NCHW", order="RGB", mean=0.5, std=0.5)
    graph.out("logits", graph.head(features), ["batch", len(LABELS)])
    graph.out("embedding", graph.embed(features), ["batch", EMBEDDING_WIDTH])
    graph.save(folder / "model.onnx", ("pixels", ["batch", 3, size, size]))
    rows = [[name, CATEGORIES[code]] for name, code in zip(LABELS, CODES, strict=True)]
    write_csv(folder / "labels.csv", ["name", "category"], rows)
    write_manifest(folder, {**own_manifest(folder, size), **changes})
    return folder


def write_deep_package(folder: Path, *, hidden: bool = True) -> Path:
    """Write a tagger whose features pass through two products that undo each other."""
    folder.mkdir(parents=True, exist_ok=True)
    graph = Graph()
    features = graph.quadrants("pixels", 32, layout="NCHW", order="RGB", mean=0.5, std=0.5)
    there = np.random.default_rng(0).standard_normal((12, 96)).astype(np.float32)
    for weight in (there, np.linalg.pinv(there)) if hidden else ():
        features = graph.op("MatMul", features, graph.constant(weight))
    graph.out("logits", graph.head(features), ["batch", len(LABELS)])
    graph.save(folder / "model.onnx", ("pixels", ["batch", 3, 32, 32]))
    rows = [[name, CATEGORIES[code]] for name, code in zip(LABELS, CODES, strict=True)]
    write_csv(folder / "labels.csv", ["name", "category"], rows)
    manifest = {**own_manifest(folder, 32), "id": "anitag/deep"}
    write_manifest(folder, {**manifest, "outputs": manifest["outputs"][:1]})
    return folder


def own_manifest(folder: Path, size: int) -> dict[str, Any]:
    """Return the manifest of ``write_package``."""
    return {
        "schema": 1,
        "id": "anitag/test",
        "revision": "1",
        "title": "A test model",
        "kind": "tagger",
        "family": "custom",
        "licence": {"spdx": "MIT"},
        "files": [
            file_record(folder, "weights", "model.onnx"),
            file_record(folder, "labels", "labels.csv"),
        ],
        "input": {"name": "pixels", "layout": "NCHW", "size": [size, size]},
        "preprocess": [
            {"op": "exif"},
            {"op": "flatten", "color": [255, 255, 255]},
            {"op": "pad_square", "color": [255, 255, 255]},
            {"op": "resize", "mode": "stretch", "size": [size, size], "kernel": "bilinear"},
            {"op": "float", "scale": 1 / 255},
            {"op": "norm", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
            {"op": "layout", "value": "NCHW"},
        ],
        "outputs": [
            {"name": "logits", "role": "scores", "activation": "sigmoid", "width": len(LABELS)},
            {
                "name": "embedding",
                "role": "embedding",
                "width": EMBEDDING_WIDTH,
                "normalise": True,
            },
        ],
        "labels": {"type": "csv", "file": "labels.csv"},
        "decode": {"thresholds": {"general": 0.4, "character": 0.6}},
        "metrics": [{"name": "macro_f1", "value": 0.5, "set": "made up"}],
    }


def file_record(folder: Path, role: str, name: str) -> dict[str, Any]:
    """Return the manifest's record of a file that is there."""
    content = (folder / name).read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    return {"role": role, "path": name, "size": len(content), "sha256": sha256}


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write ``anitag-model.json``."""
    (folder / "anitag-model.json").write_text(json.dumps(manifest), encoding="utf-8")


def write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a CSV file with quoting where it is needed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


class Graph:
    """An ONNX graph that grows node by node."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self._count = 0

    def constant(self, value: object) -> str:
        """Store a tensor; return its name."""
        self._count += 1
        name = f"c{self._count}"
        self.weights.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node; return the name of its output."""
        self._count += 1
        name = f"t{self._count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def out(self, name: str, source: str, shape: Sequence[int | str]) -> None:
        """Make a value an output of the graph."""
        self.nodes.append(helper.make_node("Identity", [source], [name]))
        info = helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
        self.outputs.append(info)

    def quadrants(
        self,
        x: str,
        size: int,
        *,
        layout: str,
        order: str,
        scale: float = 1.0,
        mean: float | Sequence[float] = 0.0,
        std: float | Sequence[float] = 1.0,
    ) -> str:
        """Add the nodes from an input in its own convention to the 12 features.

        With a size of 0 the input may have any, and the features are its mean, four times.
        """
        if layout == "NHWC":
            x = self.op("Transpose", x, perm=[0, 3, 1, 2])
        if order == "BGR":
            x = self.op("Gather", x, self.constant(np.array([2, 1, 0], np.int64)), axis=1)
        for kind, value in (("Mul", std), ("Add", mean)):
            each = np.float32(np.asarray(value) / scale)
            x = self.op(kind, x, self.constant(each.reshape(-1, 1, 1)))
        if not size:
            x = self.op("GlobalAveragePool", x)
            x = self.op("Reshape", x, self.constant(np.array([0, 3], np.int64)))
            return self.op("Concat", x, x, x, x, axis=1)
        half = [size // 2, size // 2]
        x = self.op("AveragePool", x, kernel_shape=half, strides=half)
        x = self.op("Transpose", x, perm=[0, 2, 3, 1])
        return self.op("Reshape", x, self.constant(np.array([0, 12], np.int64)))

    def head(self, features: str) -> str:
        """Add the logits of ``LABELS``."""
        weight = np.zeros((12, len(LABELS)), np.float32)
        weight[range(12), range(12)] = GAIN
        bias = np.full(len(LABELS), -6, np.float32)
        bias[:12] = -GAIN / 2
        return self.op(
            "Add", self.op("MatMul", features, self.constant(weight)), self.constant(bias)
        )

    def embed(self, features: str) -> str:
        """Add a vector that depends on every feature."""
        weight = np.random.default_rng(0).standard_normal((12, EMBEDDING_WIDTH))
        return self.op("MatMul", features, self.constant(weight.astype(np.float32)))

    def save(
        self,
        path: Path,
        *inputs: tuple[str, Sequence[int | str]],
        opset: int = 17,
        mask: tuple[str, Sequence[int | str]] | None = None,
        metadata: dict[str, str] | None = None,
    ) -> None:
        """Write the graph with its float inputs (name, shape), and a mask of truth values."""
        infos = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
            for name, shape in inputs
        ]
        if mask is not None:
            infos.append(helper.make_tensor_value_info(mask[0], TensorProto.BOOL, list(mask[1])))
        graph = helper.make_graph(self.nodes, "probe", infos, self.outputs, self.weights)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9
        )
        helper.set_model_props(model, metadata or {})
        onnx.checker.check_model(model)
        onnx.save(model, path)
