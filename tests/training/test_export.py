"""From run to package: parity, its failure, thresholds, measures, and a folder the app loads."""

import io
import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")
pytest.importorskip("onnxscript")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from anitag_desktop.domain.tag import TagCategory  # noqa: E402
from anitag_desktop.recognition.model_package import ModelPackage  # noqa: E402
from tests.helpers.toy_sets import toy_values, write_toy_set  # noqa: E402
from training.after_training import calibrate_run, evaluate_run, export_run  # noqa: E402
from training.config import config_from  # noqa: E402
from training.exporting import export, load_network  # noqa: E402
from training.packaging import package  # noqa: E402
from training.preprocessing import read_input  # noqa: E402
from training.progress import Progress  # noqa: E402
from training.run_folder import RunFolder  # noqa: E402
from training.runner import ExportedModel  # noqa: E402
from training.starting import read_weights  # noqa: E402
from training.tasks.making import make_task  # noqa: E402
from training.trainer import Trainer  # noqa: E402
from training.verifying import verify  # noqa: E402

pytestmark = [
    pytest.mark.training,
    # torch's exporter uses what torch itself has deprecated.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning"),
    pytest.mark.expects_log,
]


def quiet():
    return Progress(as_json=True, stream=io.StringIO())


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a run that went through every step up to measuring."""
    folder = tmp_path_factory.mktemp("run")
    toy = write_toy_set(folder / "toy", 90)
    config = config_from(toy_values(toy, folder / "cache", steps=4))
    made = RunFolder.create(folder / "run", config)
    task = make_task(config, made.path, quiet())
    Trainer(config, task, made.path, quiet()).train()
    made.write(
        "training.json",
        {"steps": 4, "samples": 32, "parameters": 9, "minutes": 0.1, "torch": "x", "timm": "y"},
    )
    export_run(made, quiet())
    calibrate_run(made, quiet())
    evaluate_run(made, [], 0, folder / "cache", quiet())
    return made


def network_of(run):
    config = run.config()
    return load_network(config, len(run.vocabulary()), read_weights(run.path))


def pictures_of(run):
    return sorted(Path(run.config().datasets.sources[0].path).glob("*.png"))[:9]


def test_the_file_answers_as_the_network_from_file_bytes(run):
    model = ExportedModel(run.onnx)
    paths = pictures_of(run)
    images = torch.from_numpy(np.stack([read_input(p, model.size) for p in paths]))
    with torch.no_grad():
        wanted = network_of(run)(images)
    got = model.run_files(paths)
    assert np.abs(got[0] - wanted[0].numpy()).max() < 1e-4
    assert np.abs(got[1] - wanted[1].numpy()).max() < 1e-4
    assert np.linalg.norm(got[1], axis=1) == pytest.approx(np.ones(9), abs=1e-5)
    alone = np.concatenate([model.run_files([p])[0] for p in paths])
    assert alone == pytest.approx(got[0], abs=1e-5)


def test_the_file_says_nothing_of_the_machine_that_wrote_it(run):
    content = (run.path / "model.onnx").read_bytes()
    assert b".py" not in content
    assert b"stack_trace" not in content


def test_a_file_that_differs_is_refused_and_not_left_behind(run, tmp_path, monkeypatch):
    network = network_of(run)

    class Wrong(ExportedModel):
        def run(self, images):
            scores, embedding = super().run(images)
            scores[-1, 0] += 0.001
            return scores, embedding

    monkeypatch.setattr("training.exporting.ExportedModel", Wrong)
    with pytest.raises(AnitagError) as caught:
        export(network, 32, tmp_path / "model.onnx", pictures_of(run))
    assert caught.value.code == "parity_failed"
    assert list(tmp_path.iterdir()) == []


def test_a_side_that_the_network_does_not_take_is_refused(run, tmp_path, monkeypatch):
    network = network_of(run)

    def only_in_32(images):
        if images.shape[-1] % 32:
            raise RuntimeError("sizes of tensors must match")
        return forward(images)

    forward = network.forward
    monkeypatch.setattr(network, "forward", only_in_32)
    with pytest.raises(AnitagError, match="no pictures of 48 pixels") as refused:
        export(network, 48, tmp_path / "model.onnx", pictures_of(run))
    assert refused.value.code == "bad_config"
    assert not list(tmp_path.iterdir())


def test_answers_that_are_no_numbers_are_refused(run, tmp_path, monkeypatch):
    class Broken(ExportedModel):
        def run(self, images):
            scores, embedding = super().run(images)
            return scores * np.nan, embedding

    monkeypatch.setattr("training.exporting.ExportedModel", Broken)
    with pytest.raises(AnitagError, match="does not agree"):
        export(network_of(run), 32, tmp_path / "model.onnx", pictures_of(run))


def test_the_app_loads_the_package_as_it_is(run, tmp_path):
    made = package(run, tmp_path / "out")
    again = ModelPackage.load(tmp_path / "out")
    again.check_hashes()
    assert made.key == again.key
    labels = [(label.name, label.category) for label in again.labels]
    assert ("rating:general", TagCategory.RATING) in labels
    assert ("red_hair", TagCategory.GENERAL) in labels
    assert ("ruby", TagCategory.CHARACTER) in labels
    thresholds = run.read("thresholds.json")
    slot = run.vocabulary().names.index("red_hair")
    got = again.thresholds.of("red_hair", TagCategory.GENERAL)
    assert got == pytest.approx(thresholds["by_label"][slot], abs=1e-4)
    assert again.embedding.width == 256
    assert all(m.set for m in again.manifest.metrics)
    assert verify(tmp_path / "out") < 1e-3


def test_the_card_states_data_measures_and_labels(run, tmp_path):
    package(run, tmp_path / "out")
    card = (tmp_path / "out" / "MODEL_CARD.md").read_text("utf-8")
    for words in ("## Data", "| toy |", "## Measured", "macro F1", "held out", "`red_hair`"):
        assert words in card
    assert "the last averaged weights" in card  # this run validated nothing
    assert "No commands are stated" in card
    assert "None" not in card.replace("None stated", "")


def test_a_package_replaces_the_old_one_whole(run, tmp_path):
    package(run, tmp_path / "out")
    (tmp_path / "out" / "stray.txt").write_text("old")
    package(run, tmp_path / "out")
    assert not (tmp_path / "out" / "stray.txt").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_package_may_bring_its_weights_for_torch(run, tmp_path):
    package(run, tmp_path / "out", with_tensors=True)
    ModelPackage.load(tmp_path / "out").check_hashes()
    tensors = tmp_path / "out" / "model.safetensors"
    assert tensors.read_bytes() == run.tensors.read_bytes()
    whole = tensors.read_bytes()
    tensors.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(AnitagError, match=r"model\.safetensors"):
        ModelPackage.load(tmp_path / "out").check_hashes()


def test_a_changed_package_is_not_verified(run, tmp_path):
    package(run, tmp_path / "out")
    path = tmp_path / "out" / "anitag-model.json"
    manifest = json.loads(path.read_text("utf-8"))
    name = next(iter(manifest["golden"][0]["scores"]))
    manifest["golden"][0]["scores"][name] = 0.12345
    path.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(AnitagError, match="golden picture is off"):
        verify(tmp_path / "out")
    with (tmp_path / "out" / "selected_tags.csv").open("a") as stream:
        stream.write(" ")
    with pytest.raises(AnitagError, match=r"selected_tags\.csv"):
        verify(tmp_path / "out")


def test_packaging_before_exporting_says_what_is_missing(tmp_path):
    config = config_from(toy_values(tmp_path, tmp_path))
    made = RunFolder.create(tmp_path / "run", config)
    with pytest.raises(AnitagError, match=r"model\.onnx"):
        package(made, tmp_path / "out")
    assert not (tmp_path / "out").exists()
