"""Fast copies: made in a process of their own, measured on the library's own pictures."""

import json
import os

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.services.approximating import Approximator
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.model_running import ModelRunner
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.searching import Searcher
from anitag_desktop.services.showing import Showing
from anitag_desktop.services.tagging import TaggingQueue
from tests.helpers import models
from tests.helpers.images import write_drawings

pytestmark = pytest.mark.integration


@pytest.fixture
def modelling(store, tmp_path):
    made = Models(store, tmp_path / "bundled")
    made.add(models.write_deep_package(tmp_path / "deep"))
    return made


@pytest.fixture
def indexed(store, tmp_path):
    write_drawings(tmp_path / "art", 5)
    indexer = Indexer(store, quiet=0.0)
    indexer.add_folder(os.fspath(tmp_path / "art"))
    indexer.scan()
    return indexer


@pytest.fixture
def tagged(store, indexed, modelling):
    modelling.use("anitag/deep")
    tagging = TaggingQueue(store, indexed, modelling)
    tagging.run_until_idle()
    tagging.stop()


@pytest.fixture
def approximator(store, modelling, monkeypatch):
    searching = Searcher(store)
    monkeypatch.setattr(ModelRunner, "pace", property(_pace))
    return Approximator(store, modelling, searching, Showing(store))


def _pace(runner):
    """No test goes by the clock: the copy is said to be twice as fast."""
    return 4.0 if ".incoming" in os.fsdecode(runner._client._setup.models[0]) else 2.0


def refused(approximator, code, **options):
    with pytest.raises(AnitagError) as error:
        approximator.approximate("anitag/deep", **options)
    assert error.value.code == code
    return str(error.value)


def test_a_copy_is_measured_kept_used_and_left_again(store, modelling, approximator, tagged):
    done = approximator.approximate("anitag/deep", pictures=4)
    assert done.agreement.pictures == 4
    assert done.agreement.part > 0.8
    assert 0 < done.agreement.mean_gap < 0.05, "it is nearly, and not exactly the same"
    assert done.speed == 2.0
    assert done.view is not None
    copy = modelling.package("anitag/deep-int8")
    assert (copy.key.model_id, copy.manifest.made_from) == ("anitag/deep-int8", "anitag/deep")
    assert copy.key.revision == f"{copy.manifest.weights.sha256[:16]}-int8"
    assert {metric.name: metric.value for metric in copy.manifest.metrics} == {
        "same tags": round(done.agreement.part, 4),
        "speed": 2.0,
    }
    assert copy.labels == modelling.package("anitag/deep").labels
    assert modelling.verify("anitag/deep-int8").ok
    assert [package.key.model_id for package in modelling.active()] == ["anitag/deep"]
    modelling.use("anitag/deep-int8")
    modelling.use("anitag/deep")
    modelling.remove("anitag/deep-int8")
    assert [view.id for view in modelling.installed()] == ["anitag/deep"]


def test_a_dry_run_keeps_nothing(store, modelling, approximator, tagged):
    told = []
    done = approximator.approximate(
        "deep", keep=False, on_progress=lambda here, total: told.append((here, total))
    )
    assert (done.view, done.agreement.pictures) == (None, 5)
    assert told == [(5, 5)]
    assert [view.id for view in modelling.installed()] == ["anitag/deep"]
    assert {path.name for path in store.paths.models.iterdir()} == {"anitag%2fdeep@1"}


def test_what_is_not_faster_is_not_kept(store, approximator, tagged, monkeypatch):
    monkeypatch.setattr(ModelRunner, "pace", property(lambda _: 2.0))
    assert "not faster here" in refused(approximator, "not_made_fast")
    assert len(list(store.paths.models.iterdir())) == 1


def test_without_pictures_nothing_is_made(approximator):
    refused(approximator, "nothing_to_compare")


def test_pictures_that_cannot_be_read_any_more_count_for_nothing(
    store, approximator, tagged, tmp_path
):
    for path in (tmp_path / "art").iterdir():
        path.write_bytes(b"no picture")
    refused(approximator, "nothing_to_compare")
    assert len(list(store.paths.models.iterdir())) == 1


def test_it_can_be_stopped(store, approximator, tagged):
    refused(approximator, "fast_stopped", is_given_up=lambda: True)
    assert len(list(store.paths.models.iterdir())) == 1


def test_without_the_package_that_writes_it_that_is_said(approximator, tagged, monkeypatch):
    monkeypatch.setattr("anitag_desktop.worker.quantising.find_spec", lambda _: None)
    assert "anitag[fast]" in refused(approximator, "fast_needs_onnx")


def test_a_network_without_products_is_left_as_it_is(
    store, approximator, modelling, tagged, tmp_path
):
    models.write_deep_package(tmp_path / "flat", hidden=False)
    manifest = json.loads((tmp_path / "flat" / "anitag-model.json").read_text())
    models.write_manifest(tmp_path / "flat", {**manifest, "id": "anitag/flat"})
    modelling.add(tmp_path / "flat")
    with pytest.raises(AnitagError, match="no products with stored weights but the last") as error:
        approximator.approximate("anitag/flat")
    assert error.value.code == "not_made_fast"


def test_noted_shapes_of_weights_that_are_turned_round_are_no_hindrance(
    approximator, modelling, tagged, tmp_path
):
    import onnx

    folder = models.write_deep_package(tmp_path / "noted")
    model = onnx.load(folder / "model.onnx")
    product = next(node for node in model.graph.node if node.op_type == "MatMul")
    weight = next(each for each in model.graph.initializer if each.name == product.input[1])
    turned = onnx.numpy_helper.to_array(weight).T.copy()
    weight.CopyFrom(onnx.numpy_helper.from_array(turned, weight.name))
    product.op_type = "Gemm"
    product.attribute.append(onnx.helper.make_attribute("transB", 1))
    note = onnx.helper.make_tensor_value_info(weight.name, onnx.TensorProto.FLOAT, turned.shape)
    model.graph.value_info.append(note)
    onnx.save(model, folder / "model.onnx")
    manifest = json.loads((folder / "anitag-model.json").read_text())
    files = [models.file_record(folder, each["role"], each["path"]) for each in manifest["files"]]
    models.write_manifest(folder, {**manifest, "id": "anitag/noted", "files": files})
    modelling.add(folder)
    done = approximator.approximate("anitag/noted", keep=False)
    assert done.agreement.pictures == 5


def test_a_copy_of_a_copy_is_refused(modelling, approximator, tagged):
    approximator.approximate("anitag/deep")
    with pytest.raises(AnitagError, match="it is one already, of anitag/deep"):
        approximator.approximate("anitag/deep-int8")


def test_the_scores_come_from_an_exact_product(tmp_path, modelling, approximator, tagged):
    import onnx

    approximator.approximate("anitag/deep")
    copy = modelling.package("anitag/deep-int8")
    assert isinstance(copy, ModelPackage)
    kinds = [node.op_type for node in onnx.load(copy.weights).graph.node]
    assert kinds.count("MatMulInteger") == 2
    assert kinds.count("MatMul") == 1
