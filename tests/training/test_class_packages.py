"""Runs that learnt classes become packages that the app installs: from pictures, and with tags."""

import io
import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")
pytest.importorskip("onnxscript")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from anitag_desktop.domain.tag import TagCategory  # noqa: E402
from anitag_desktop.recognition.model_package import ModelPackage  # noqa: E402
from anitag_desktop.recognition.providers import open_model  # noqa: E402
from anitag_desktop.recognition.verification import verify as verify_as_the_app  # noqa: E402
from tests.helpers.toy_layouts import write_class_folders, write_dafre  # noqa: E402
from tests.helpers.toy_runs import start_run, toy_config  # noqa: E402
from training.__main__ import main  # noqa: E402
from training.after_training import export_run  # noqa: E402
from training.datasets.class_labels import class_rows, class_vocabulary  # noqa: E402
from training.datasets.sample import LabelledPicture  # noqa: E402
from training.evaluation.classes import measure_classes  # noqa: E402
from training.exporting import load_network  # noqa: E402
from training.preprocessing import read_prepared  # noqa: E402
from training.progress import Progress  # noqa: E402
from training.run_folder import RunFolder  # noqa: E402
from training.runner import ExportedModel  # noqa: E402
from training.starting import read_weights  # noqa: E402
from training.tasks.captions import read_tokenizer  # noqa: E402
from training.tokens.masking import hidden_prompt  # noqa: E402
from training.views.preparation import preparation_of  # noqa: E402

pytestmark = [
    pytest.mark.training,
    # torch's exporter uses what torch itself has deprecated.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning"),
    pytest.mark.expects_log,
]
TAGS = {"name": "multimodal", "mask_schedule": "sigmoid", "least_count": 1, "length": 8}
RECORD = {"steps": 6, "samples": 48, "parameters": 9, "minutes": 0.1, "torch": "x", "timm": "y"}


def trained(folder, kind):
    if kind == "recognition":
        root, layout, task = write_class_folders(folder / "set", 45), "folders", {}
    else:
        root, layout, task = write_dafre(folder / "set"), "danbooruFaces", TAGS
    values = toy_config(root, layout, task=task, model={"id": "me/classes", "title": "Classes"})
    if kind == "recognition":
        values["datasets"]["sources"][0]["split"] = "stratified"
    start_run(values, folder / "run")[0].train()
    run = RunFolder.open(folder / "run")
    run.write("training.json", RECORD)
    return run


@pytest.fixture(scope="module", params=["recognition", "multimodal"])
def run(request, tmp_path_factory):
    """Return a run that went through every step up to measuring."""
    made = trained(tmp_path_factory.mktemp(request.param), request.param)
    export_run(made, Progress(as_json=True, stream=io.StringIO()))
    for command in ("calibrate", "evaluate"):
        assert main([command, str(made.path), "--json"]) == 0
    return made


def pictures_of(run):
    rows = [json.loads(line) for line in (run.path / "split.jsonl").read_text().splitlines()]
    return [row["file"] for row in rows][:9]


def test_the_file_answers_as_the_network_from_file_bytes_at_any_batch(run):
    config, model = run.config(), ExportedModel(run.onnx)
    preparation = preparation_of(config.network)
    images = [read_prepared(p, preparation, 32) for p in pictures_of(run)]
    pixels = np.stack(images)
    multimodal = config.task.name == "multimodal"
    tokenizer = read_tokenizer(config.task, run.path) if multimodal else None
    network = load_network(config, 3, read_weights(run.path), tokenizer)
    with torch.no_grad():
        wanted = [output.numpy() for output in network(torch.from_numpy(pixels))]
    for batch in (1, 2, 7):
        got = [model.run(pixels[i : i + batch]) for i in range(0, 9, batch)]
        for kind in (0, 1):
            found = np.concatenate([answer[kind] for answer in got])
            assert np.abs(found - wanted[kind]).max() <= 1e-4
    assert wanted[0].sum(1) == pytest.approx(np.ones(9), abs=1e-5)


def test_a_network_that_reads_tags_is_exported_as_it_is_with_all_of_them_hidden(run):
    config = run.config()
    if config.task.name != "multimodal":
        pytest.skip("it reads no tags")
    tokenizer = read_tokenizer(config.task, run.path)
    network = load_network(config, 3, read_weights(run.path), tokenizer)
    pixels = torch.randn(2, 3, 32, 32)
    reader = network.network.network
    with torch.no_grad():
        shown = reader(pixels, hidden_prompt(2, config.task.length, tokenizer))
        assert network(pixels)[0] == pytest.approx(shown.logits.softmax(1).numpy(), abs=1e-6)


def test_the_app_loads_tries_and_trusts_the_package_as_it_is(run, tmp_path):
    assert main(["package", str(run.path), str(tmp_path / "out"), "--json"]) == 0
    made = ModelPackage.load(tmp_path / "out")
    made.check_hashes()
    assert [label.name for label in made.labels] == list(run.vocabulary().names)
    assert {label.category for label in made.labels} == {TagCategory.CHARACTER}
    checks = verify_as_the_app(open_model(made).recognizer)
    assert [check for check in checks if not check.ok] == []
    assert any(check.name.startswith("golden") for check in checks)
    assert made.embedding.width == 24
    assert main(["verify", str(tmp_path / "out")]) == 0


def test_the_card_says_what_it_is(run, tmp_path):
    assert main(["package", str(run.path), str(tmp_path / "out"), "--json"]) == 0
    card = (tmp_path / "out" / "MODEL_CARD.md").read_text("utf-8")
    for words in (
        "one of its classes",
        "top-1",
        "95 % interval",
        "squeezed to a square",
        "## Data",
    ):
        assert words in card
    assert "padded" not in card
    assert "masked in the loss" not in card
    assert "Pictures rated questionable or explicit were left out" in card


def test_classes_become_tags_once():
    pictures = [LabelledPicture("a.png", "s", "g", identity="Monkey D. Luffy")]
    found = class_vocabulary(["Monkey D. Luffy", "Nami"], pictures, "general")
    assert [(x.name, x.category, x.count) for x in found.labels] == [
        ("monkey_d._luffy", TagCategory.GENERAL, 1),
        ("nami", TagCategory.GENERAL, 0),
    ]
    with pytest.raises(AnitagError, match="'nami'"):
        class_vocabulary(["nami", "Nami"], [], "character")
    with pytest.raises(AnitagError, match=r"model\.category"):
        class_vocabulary(["nami"], [], "person")
    rows = class_rows(pictures, ["Nami", "Monkey D. Luffy"])
    assert rows.tolist() == [[0, 1]]


def test_classes_are_measured_as_defined():
    scores = np.asarray([[0.9, 0.1, 0], [0.2, 0.5, 0.3], [0.6, 0.3, 0.1], [0.1, 0.8, 0.1]], "f")
    targets = np.eye(3, dtype=np.int8)[[0, 1, 1, 2]]
    found = {m.name: m for m in measure_classes(scores, targets, "toy")}
    assert found["top-1"].value == 0.5
    assert found["top-5"].value == 1.0
    assert found["accuracy"].value == pytest.approx((1 + 0.5 + 0) / 3)
    assert "majority 0.500" in found["top-1"].note
