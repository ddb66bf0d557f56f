"""Fitting a model's vectors to unlabelled pictures: what changes, what stays, who decides."""

import io
import json
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from anitag_desktop.domain.retraining import RetrainingState, TrainingMode  # noqa: E402
from anitag_desktop.recognition.model_package import ModelPackage  # noqa: E402
from anitag_desktop.services import planning  # noqa: E402
from anitag_desktop.services.correcting import Corrector  # noqa: E402
from anitag_desktop.services.dividing import TRAIN  # noqa: E402
from anitag_desktop.services.retraining import Retrainer  # noqa: E402
from tests.helpers.toy_jobs import write_toy_job  # noqa: E402
from tests.helpers.toy_libraries import open_toy_library  # noqa: E402
from tests.helpers.toy_sets import toy_picture  # noqa: E402
from training.preprocessing import read_input  # noqa: E402
from training.progress import Progress  # noqa: E402
from training.retraining import adapting  # noqa: E402
from training.retraining.adapting import among_neighbours, fit, seen_in_views  # noqa: E402
from training.retraining.base_network import read_base  # noqa: E402
from training.retraining.job import Job  # noqa: E402
from training.retraining.layer import (  # noqa: E402
    PREFIX,
    Layer,
    directed,
    read_layer,
    write_layer,
)
from training.retraining.running import estimate_job, run_job  # noqa: E402
from training.runner import ExportedModel  # noqa: E402
from training.verifying import verify  # noqa: E402

pytestmark = pytest.mark.training

WIDTH, SIDE = 32, 32
PICTURES, NAMED = 72, 60


def some_layer(seed=0):
    dice = np.random.default_rng(seed)
    weights = np.eye(WIDTH) + 0.3 * dice.standard_normal((WIDTH, WIDTH))
    bias = 0.1 * dice.standard_normal(WIDTH)
    return Layer(weights.astype(np.float32), bias.astype(np.float32))


def pixels(count=12):
    return np.random.default_rng(0).uniform(-1, 1, (count, 3, SIDE, SIDE)).astype(np.float32)


def silent():
    return Progress(as_json=True, stream=io.StringIO())


def adapted(folder, base, rows, **order):
    job = Job.read(write_toy_job(folder, base, rows, mode="adapt", **order))
    return run_job(job, silent())


def unlabelled(count=PICTURES):
    return [{"seed": 500 + seed} for seed in range(count)]


@pytest.fixture(scope="module")
def result(base, tmp_path_factory):
    return adapted(tmp_path_factory.mktemp("adapted") / "job", base, unlabelled())


def test_a_layer_changes_the_vectors_and_no_tag(base, tmp_path):
    old, layer = ExportedModel(base / "model.onnx"), some_layer()
    write_layer(base / "model.onnx", tmp_path / "one.onnx", "embedding", layer)
    tags, vectors = old.run(pixels())
    found = ExportedModel(tmp_path / "one.onnx").run(pixels())
    assert np.array_equal(found[0], tags)
    assert np.allclose(found[1], layer.apply(vectors), atol=1e-5)
    assert np.abs(found[1] - vectors).max() > 0.1
    assert all(map(np.array_equal, read_layer(tmp_path / "one.onnx"), layer))


def test_another_layer_takes_the_place_of_the_first_and_none_leaves_none(base, tmp_path):
    old, path = ExportedModel(base / "model.onnx"), tmp_path / "model.onnx"
    write_layer(base / "model.onnx", path, "embedding", some_layer())
    write_layer(path, path, "embedding", some_layer(1))
    vectors = old.run(pixels())[1]
    assert np.allclose(
        ExportedModel(path).run(pixels())[1], some_layer(1).apply(vectors), atol=1e-5
    )
    write_layer(path, path, "embedding", None)
    assert read_layer(path) is None
    assert PREFIX.encode() not in path.read_bytes()
    assert np.array_equal(ExportedModel(path).run(pixels())[1], vectors)


def test_what_belongs_together_lies_nearer_also_where_it_was_not_learnt():
    dice = np.random.default_rng(0)
    middles = dice.standard_normal((6, WIDTH))
    who = np.repeat(np.arange(6), 60)

    def views(count):
        """Four looks at pictures that differ within a character, and a little by the look."""
        own = middles[who] + 0.8 * dice.standard_normal((len(who), WIDTH))
        return directed(own + 0.2 * dice.standard_normal((count, *own.shape)))

    layer, fresh = fit(views(4).astype(np.float32)), views(1)[0]

    def contrast(vectors):
        cosines = vectors @ vectors.T
        same = who[:, None] == who[None]
        return cosines[same].mean() - cosines[~same].mean()

    before = contrast(directed(fresh - fresh.mean(0)))
    assert contrast(layer.apply(fresh.astype(np.float32))) > before + 0.1


def test_neighbours_are_found_in_parts_as_at_once(monkeypatch):
    vectors = directed(np.random.default_rng(0).standard_normal((50, 8)))
    whole = among_neighbours(vectors)
    monkeypatch.setattr(adapting, "_ROWS", 7)
    assert np.allclose(among_neighbours(vectors), whole)
    alone = directed(np.eye(8))
    assert np.allclose(among_neighbours(alone), alone)


def test_views_are_the_picture_mirrored_and_nearer():
    one = pixels(2)
    views = seen_in_views(one)
    assert len(views) == adapting.VIEWS
    assert {view.shape for view in views} == {one.shape}
    assert np.array_equal(views[0], one)
    assert np.array_equal(views[1], one[..., ::-1])
    centre = one.mean((2, 3))
    assert all(np.abs(view.mean((2, 3)) - centre).max() < 0.2 for view in views[2:])
    assert not np.array_equal(views[2], views[3])


def test_the_result_says_the_same_tags_and_whose_it_is(base, result):
    old, new = ModelPackage.load(base), ModelPackage.load(result)
    assert verify(result) < 1e-3
    assert new.labels == old.labels
    assert new.thresholds == old.thresholds
    assert (new.key.model_id, new.manifest.title) == ("personal/toy-1", "Toy, retrained")
    assert json.loads(new.manifest_json)["trained_from"]["id"] == "anitag/toy"
    answers = [ExportedModel(one.weights).run(pixels()) for one in (old, new)]
    assert np.array_equal(answers[0][0], answers[1][0])
    assert np.abs(answers[0][1] - answers[1][1]).max() > 0.01


def test_nothing_that_is_said_of_the_pictures_is_looked_at(base, result, tmp_path):
    rows = [{**row, "tags": ["box"], "split": "test"} for row in unlabelled()]
    again = adapted(tmp_path / "job", base, rows)
    assert (again / "model.onnx").read_bytes() == (result / "model.onnx").read_bytes()


def test_an_adapted_model_is_adapted_anew_and_not_twice(base, result, tmp_path):
    again = adapted(tmp_path / "job", result, unlabelled())
    layers = [read_layer(one / "model.onnx") for one in (result, again)]
    assert all(map(np.array_equal, *layers))


def test_an_adapted_model_can_be_trained_on_and_keeps_its_layer(result, tmp_path):
    package = ModelPackage.load(result)
    seen = np.stack([read_input(path, SIDE) for path in _toy_files(tmp_path, 12)])
    _, network = read_base(package, seen)
    assert network is not None
    rows = [{**row, "tags": ["hat"] * (row["seed"] % 2)} for row in unlabelled(24)]
    job = Job.read(write_toy_job(tmp_path / "job", result, rows, steps=2))
    trained = run_job(job, silent())
    assert all(map(np.array_equal, *(read_layer(o / "model.onnx") for o in (result, trained))))
    assert verify(trained) < 1e-3


def test_few_pictures_are_refused_and_what_cannot_be_read_does_not_count(base, tmp_path):
    folder = write_toy_job(tmp_path / "job", base, unlabelled(50), mode="adapt")
    for seed in range(500, 503):
        (folder / "dataset" / "pictures" / f"{seed}.png").write_bytes(b"nothing")
    with pytest.raises(AnitagError) as refused:
        run_job(Job.read(folder), silent())
    assert refused.value.code == "few_pictures"
    assert "47 pictures" in str(refused.value)
    assert not (folder / "result").exists()
    assert not list((folder / "work").glob("tmp*"))


def test_an_estimate_leaves_nothing(base, tmp_path):
    folder = write_toy_job(tmp_path / "job", base, unlabelled(), mode="adapt")
    found = estimate_job(Job.read(folder), silent())
    assert found.steps == PICTURES
    assert min(found.seconds, found.memory, found.disk) > 0
    assert not (folder / "result").exists()


def _toy_files(folder, count):
    for seed in range(count):
        path = folder / f"{seed}.png"
        toy_picture(seed)[0].save(path)
        yield path


@pytest.mark.integration
def test_a_library_is_adapted_to_judged_and_its_vectors_are_replaced(base, tmp_path, monkeypatch):
    monkeypatch.setenv("ANITAG_TRAINING_PYTHON", sys.executable)
    with open_toy_library(base, tmp_path, PICTURES) as library:
        store, ids = library.store, library.ids
        names = ("ruby", "sapphire", "emerald")
        for place, name in enumerate(names):
            Corrector(store).correct(ids[place:NAMED:3], add=[f"char:{name}"])
        Corrector(store).correct(ids[NAMED:], reject=["hat"])
        before = library.tags
        old = _vectors(store, "anitag/toy")

        retrainer, said = Retrainer(store, library.modelling), []
        found = retrainer.train(TrainingMode.ADAPT, on_event=said.append)
        assert (found.state, found.mode) == (RetrainingState.JUDGED, "adapt")
        assert {"looked", "compared", "result"} <= {event["event"] for event in said}
        shots = found.report["shots"]
        assert (shots["characters"], shots["pictures"]) == (3, NAMED)
        low, better = shots["difference"][1], found.report["better"]
        assert better == (low > 0) == (found.report["reasons"] != ["not_known_better"])
        assert found.report["kept"]["share"] == 1
        assert not found.report["changes"]

        view = retrainer.accept(anyway=not better)
        assert library.active == [view.id] == ["personal/toy-retrained-1"]
        library.tag()
        new = _vectors(store, view.id)
        assert new.keys() == old.keys()
        assert len(new) == PICTURES
        assert all(np.abs(new[one] - old[one]).max() > 1e-3 for one in new)
        assert library.tags == before, "tags and words stay"

        again = _train_all(retrainer, monkeypatch)
        assert again.report["old"] == view.id
        layers = [
            read_layer(ModelPackage.load(folder).weights)
            for folder in (library.modelling.package(view.id).folder, again.result)
        ]
        assert all(map(np.array_equal, *layers)), "the layer is kept"
        assert again.report["shots"] is None, "it is judged by answers"
        vectors = again.report["vectors"]
        assert (vectors["characters"], vectors["pictures"]) == (3, _judging(retrainer))
        assert ("vectors" in again.report["drawbacks"]) == (vectors["difference"][2] < 0)
        latest = retrainer.accept(anyway=True)
        assert library.active == [latest.id] == ["personal/toy-retrained-2"]

        assert retrainer.roll_back()[0].id == view.id
        assert retrainer.roll_back()[0].id == "anitag/toy"
        assert library.tags == before


def _train_all(retrainer, monkeypatch):
    """Train all weights of the model in use, for a moment."""
    monkeypatch.setattr(planning, "steps_for", lambda _pictures: 4)
    return retrainer.train(TrainingMode.FULL)


def _judging(retrainer):
    """How many named pictures nothing is learnt from."""
    return sum(one.part != TRAIN for one, _ in retrainer._choose(TrainingMode.FULL).named)


def _vectors(store, model_id):
    sql = (
        "SELECT s.uid, e.vector FROM idx.embeddings e JOIN idx.subjects s ON s.id = e.subject_id "
        "JOIN idx.models m ON m.id = e.model_id WHERE m.model_id = ?"
    )
    with store.library.read() as conn:
        rows = conn.exec_driver_sql(sql, (model_id,)).all()
    return {uid: np.frombuffer(vector, "<f2").astype(np.float32) for uid, vector in rows}
