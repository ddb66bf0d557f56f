"""What follows the training of classes: measures by set, the table, predictions, weights."""

import csv
import hashlib
import io
import json
import shutil

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from safetensors.torch import load_file, save_file  # noqa: E402

from tests.helpers.toy_layouts import write_class_folders  # noqa: E402
from tests.helpers.toy_runs import start_run, toy_config  # noqa: E402
from training.__main__ import main  # noqa: E402
from training.after_training import export_run, exported_model  # noqa: E402
from training.epoch_table import epoch_table  # noqa: E402
from training.measures.class_counts import ClassCounts  # noqa: E402
from training.measures.interval import wilson  # noqa: E402
from training.networks.loading import load_weights  # noqa: E402
from training.networks.making import make_network  # noqa: E402
from training.preprocessing import read_prepared  # noqa: E402
from training.progress import Progress  # noqa: E402
from training.run_folder import RunFolder  # noqa: E402
from training.starting import read_weights  # noqa: E402
from training.views.preparation import preparation_of  # noqa: E402

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    root = write_class_folders(folder / "set", 103)
    other = write_class_folders(folder / "other", 13)
    shutil.rmtree(other / "blue")  # a class of which nothing is measured
    sources = [
        {"name": "set", "path": str(root), "layout": "folders", "split": "stratified"},
        {"name": "other", "path": str(other), "layout": "folders", "split": "test"},
    ]
    values = toy_config(
        root,
        "folders",
        datasets={"sources": sources, "validation": 0.2, "test": 0.2},
        run={"epochs": 2.0, "steps": 1, "batch": 16, "validate_every": 1.0},
    )
    start_run(values, folder / "run")[0].train()
    return folder / "run"


def test_every_picture_is_measured_once_set_by_set(run, capsys):
    assert main(["measure", str(run), "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    measured = {e["set"]: e for e in told if e["event"] == "measured"}
    split = [json.loads(line) for line in (run / "split.jsonl").read_text().splitlines()]
    for name in ("set", "other"):
        expected = sum(row["part"] == "test" and row["source"] == name for row in split)
        assert measured[name]["pictures"] == expected > 0
        rows = list(csv.DictReader((run / f"test_{name}.csv").read_text().splitlines()))
        assert sum(int(row["pictures"]) for row in rows) == expected
        assert (rows[0]["accuracy"] == "n/a") is (name == "other")
    assert measured["other"]["classes_without_pictures"] == 1
    assert {"valid_loss", "f1_macro", "f1_micro", "f1_weighted"} <= set(measured["other"])


def test_the_table_is_fastais_and_says_how_sure_it_is(run, capsys):
    assert main(["table", str(run)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["epoch", "train_loss", "valid_loss", "error_rate", "time"]
    assert [line.split()[0] for line in lines[2:4]] == ["0", "1"]
    assert " wrong, 95 % interval" in lines[-1]


def test_predictions_are_lines_of_json_and_need_no_set(run, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("training.predicting.open_task", None)
    (tmp_path / "no.png").write_bytes(b"no picture")
    picture = run.parent / "set" / "red" / "0.png"
    assert main(["predict", str(run), str(picture), str(tmp_path / "no.png")]) == 1
    one, other = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert one["class"] == ["blue", "green", "red"][one["index"]]
    assert sum(one["probs"]) == pytest.approx(1)
    assert "error" in other


@pytest.fixture(scope="module")
def exported(run):
    """Export a copy of the run whose best weights always say green; the last ones do not.

    Once: torch's exporter leaves a thread behind that lasts.
    """
    copy = run.with_name("exported")
    shutil.copytree(run, copy)
    best = load_file(copy / "best" / "weights.safetensors")
    best["head.logits.bias"][1] += 50
    save_file(best, copy / "best" / "weights.safetensors")
    export_run(RunFolder.open(copy), Progress(as_json=True, stream=io.StringIO()))
    return copy


# torch's exporter uses what torch itself has deprecated, and logs that it does.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.expects_log
def test_a_recognition_run_is_exported_with_parity(exported):
    parity = json.loads((exported / "parity.json").read_text())
    assert max(parity["probabilities"], parity["embedding"]) <= 1e-4
    assert json.loads((exported / "labels.json").read_text()) == ["blue", "green", "red"]
    picture = exported.parent / "set" / "red" / "0.png"
    shares, _ = exported_model(RunFolder.open(exported)).run_files([picture] * 3)
    assert shares.sum(1) == pytest.approx(1, abs=1e-5)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.expects_log
def test_the_best_weights_are_exported_also_as_safetensors(exported):
    picture = exported.parent / "set" / "red" / "0.png"
    run = RunFolder.open(exported)
    shares, _ = exported_model(run).run_files([picture])
    assert shares[0].argmax() == 1
    network = make_network(run.config().network, 3, pretrained=False)
    report = load_weights(network, read_weights(exported / "model.safetensors"), "strict")
    assert (report.skipped, report.missing) == ((), ())
    pixels = torch.from_numpy(read_prepared(picture, preparation_of(run.config().network), 32))
    with torch.no_grad():
        answer = network.eval()(pixels[None])[0].softmax(1)[0]
    assert answer.numpy() == pytest.approx(shares[0], abs=1e-4)
    leftovers = {path.suffix for path in exported.rglob("*") if path.is_file()}
    assert leftovers <= {".onnx", ".safetensors", ".json", ".jsonl", ".csv"}


def test_weights_are_imported_when_they_are_what_they_say(tmp_path, monkeypatch, capsys):
    from safetensors.torch import save_file

    monkeypatch.setenv("ANITAG_WEIGHTS", str(tmp_path / "weights"))
    save_file({"a": torch.zeros(1)}, tmp_path / "model.safetensors")
    command = ["weights", str(tmp_path / "model.safetensors"), "--backbone", "resnet18.tv_in1k"]
    assert main(command) == 0
    digest = capsys.readouterr().out.split()[-1]
    assert (tmp_path / "weights" / "resnet18.tv_in1k.safetensors").exists()
    assert main([*command, "--sha256", digest.upper()]) == 0
    assert main([*command, "--sha256", "0" * 64]) == 1
    (tmp_path / "model.safetensors").write_bytes(b"\x80\x04pickle")
    assert main(command) == 1
    torch.save({"a": torch.ones(1)}, tmp_path / "model.pth")
    command[1] = str(tmp_path / "model.pth")
    capsys.readouterr()
    assert main(command) == 1
    assert "and not f37072fd" in capsys.readouterr().err  # as the file's name on the hub says
    digest = hashlib.sha256((tmp_path / "model.pth").read_bytes()).hexdigest()
    assert main([*command, "--sha256", digest]) == 0
    assert load_file(tmp_path / "weights" / "resnet18.tv_in1k.safetensors")["a"].item() == 1


def test_counts_give_the_f1_of_the_definition():
    guesses, truth = [0, 0, 1, 2, 2, 0], [0, 1, 1, 2, 0, 0]
    counts = ClassCounts(4)
    counts.add(torch.eye(4)[guesses] * 9, torch.tensor(truth))
    result = counts.result()
    f1 = []
    for label in (0, 1, 2):
        hits = sum(g == t == label for g, t in zip(guesses, truth, strict=True))
        f1.append(2 * hits / (guesses.count(label) + truth.count(label)))
    assert result["f1_macro"] == pytest.approx(sum(f1) / 3)
    weighted = sum(f * truth.count(i) for i, f in enumerate(f1)) / 6
    assert result["f1_weighted"] == pytest.approx(weighted)
    assert result["f1_micro"] == result["top1"] == pytest.approx(4 / 6)
    assert result["classes_without_pictures"] == 1


def test_the_interval_is_wilsons():
    low, high = wilson(1, 105)
    assert (round(100 * low, 1), round(100 * high, 1)) == (0.2, 5.2)
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_table_of_a_run_of_tags_has_their_f1(tmp_path):
    (tmp_path / "epochs.csv").write_text(
        "epoch,phase,train_loss,valid_loss,f1_samples,pictures,time\n0,head,0.7,0.6,0.5,9.0,7.2\n"
    )
    header, row = epoch_table(tmp_path).splitlines()[-2:]
    assert header.split() == ["epoch", "train_loss", "valid_loss", "f1_samples", "time"]
    assert row.split() == ["0", "0.700000", "0.600000", "0.500000", "00:07"]


def test_one_of_105_pictures_is_told_as_such(tmp_path):
    (tmp_path / "epochs.csv").write_text(
        "epoch,phase,train_loss,valid_loss,error_rate,pictures,time\n"
        f"0,stage-1,0.7,0.6,{1 / 105},105.0,7.2\n"
    )
    text = epoch_table(tmp_path)
    assert "1 of 105 wrong, 95 % interval 0.2 to 5.2 %; one picture is 0.009524" in text
    assert "  0.700000    0.600000    0.009524       00:07" in text
