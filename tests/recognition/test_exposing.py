"""The vector inside a tagger that has no output for it."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.external_data_helper import convert_model_to_external_data

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.exposing import Exposure, find_exposure, suffix
from anitag_desktop.recognition.model_files import sha256_of
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.preprocessing import preprocess
from anitag_desktop.recognition.session import CPU, open_on
from tests.helpers import images, models
from tests.helpers.look_alikes import square


def head(folder: Path, *nodes: onnx.NodeProto, **weights: np.ndarray) -> Path:
    """Write a graph from a table ``x`` of 4 columns to a table ``y`` of 3."""
    table = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", width])
        for name, width in (("x", 4), ("y", 3))
    ]
    stored = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    graph = helper.make_graph(list(nodes), "head", table[:1], table[1:], stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, folder / "head.onnx")
    return folder / "head.onnx"


def node(kind: str, *names: str, **attributes: int) -> onnx.NodeProto:
    return helper.make_node(kind, list(names[:-1]), [names[-1]], **attributes)


W = np.ones((4, 3), np.float32)
B = np.ones(3, np.float32)


@pytest.mark.parametrize(
    ("nodes", "weights", "width"),
    [
        ([node("MatMul", "x", "w", "y")], {"w": W}, 4),
        ([node("Gemm", "x", "w", "b", "y")], {"w": W, "b": B}, 4),
        ([node("Gemm", "x", "w", "y", transB=1)], {"w": W.T}, 4),
        (
            [
                node("MatMul", "x", "w", "a"),
                node("Add", "b", "a", "c"),
                node("Identity", "c", "d"),
                node("Sigmoid", "d", "y"),
            ],
            {"w": W, "b": B},
            4,
        ),
    ],
)
def test_what_the_scores_are_computed_from(tmp_path: Path, nodes, weights, width: int) -> None:
    path = head(tmp_path, node("Relu", "x", "v"), *_from("v", nodes), **weights)
    assert find_exposure(path, "y") == Exposure("v", width)


def _from(source: str, nodes):
    first = onnx.NodeProto()
    first.CopyFrom(nodes[0])
    first.input[0] = source
    return [first, *nodes[1:]]


@pytest.mark.parametrize(
    "nodes",
    [
        [node("Relu", "x", "a"), node("MatMul", "a", "w", "y")],
        [node("MatMul", "x", "w", "a"), node("Relu", "a", "y")],
        [node("MatMul", "x", "w", "a"), node("Mul", "a", "a", "y")],
        [node("MatMul", "x", "w", "a"), node("MatMul", "x", "w", "b"), node("Add", "a", "b", "y")],
    ],
    ids=["clear", "another operator", "not a sum", "two ways"],
)
def test_what_is_unclear_is_left_alone(tmp_path: Path, nodes, request) -> None:
    found = find_exposure(head(tmp_path, *nodes, w=W), "y")
    assert (found is not None) == request.node.name.endswith("[clear]")


def test_the_vector_of_a_tagger_without_an_output_for_it(tmp_path: Path) -> None:
    folder = models.write_wd(tmp_path / "m", 64)
    before = sha256_of(folder / "model.onnx")
    package = ModelPackage.load(folder)
    assert package.embedding.is_exposed
    picture = images.drawing(1, 90, 60)
    pixels = preprocess(picture, package.manifest.preprocess)
    readings = open_on(package, [CPU]).recognise(np.stack([pixels, pixels]))
    seen = np.asarray(square(picture, 64), np.float64) / 255
    wanted = np.concatenate(
        [seen[y : y + 32, x : x + 32].mean((0, 1)) for y in (0, 32) for x in (0, 32)]
    )
    for reading in readings:
        assert np.abs(reading.embedding - wanted / np.linalg.norm(wanted)).max() < 1e-5
        assert np.abs(reading.scores - models.expected_scores(square(picture, 64))).max() < 1e-5
    assert sha256_of(folder / "model.onnx") == before


def test_only_what_the_scores_come_from_is_shown(tmp_path: Path) -> None:
    folder = models.write_wd(tmp_path / "m", 32)
    manifest = json.loads(ModelPackage.load(folder).manifest_json)
    for change in ({"name": "t1"}, {"width": 13}):
        wrong = {**manifest["outputs"][1], **change}
        models.write_manifest(folder, {**manifest, "outputs": [manifest["outputs"][0], wrong]})
        with pytest.raises(AnitagError, match="do not come from a tensor"):
            ModelPackage.load(folder)


def test_outside_weights_are_not_looked_into(tmp_path: Path) -> None:
    folder = models.write_wd(tmp_path / "m", 32)
    model = onnx.load(folder / "model.onnx")
    convert_model_to_external_data(model, location="model.onnx.data", size_threshold=100)
    onnx.save(model, folder / "model.onnx")
    assert ModelPackage.load(folder).embedding is None


def test_the_bytes_are_what_onnx_reads_as_a_further_output(tmp_path: Path) -> None:
    path = head(tmp_path, node("MatMul", "x", "w", "y"), w=W)
    model = onnx.load_from_string(path.read_bytes() + suffix(Exposure("v" * 200, 1000)))
    shape = model.graph.output[1].type.tensor_type.shape.dim
    assert [output.name for output in model.graph.output] == ["y", "v" * 200]
    assert (shape[0].dim_param, shape[1].dim_value) == ("batch", 1000)
    assert len(model.graph.node) == 1
