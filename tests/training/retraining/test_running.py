"""A job from its pictures to a package: what is learnt, what is kept, what is refused."""

import io
import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

import numpy as np  # noqa: E402
from filelock import FileLock  # noqa: E402

from anitag_desktop.domain.correction import IMPORT_TRUST  # noqa: E402
from anitag_desktop.domain.error import AnitagError  # noqa: E402
from anitag_desktop.recognition.model_package import ModelPackage  # noqa: E402
from tests.helpers.models import write_package  # noqa: E402
from tests.helpers.toy_jobs import write_toy_job  # noqa: E402
from training.checkpoint import load_checkpoint, newest_checkpoint  # noqa: E402
from training.networks.lora import UP, is_lora  # noqa: E402
from training.networks.making import make_network  # noqa: E402
from training.networks.packaged import PackagedNetwork  # noqa: E402
from training.preprocessing import read_input  # noqa: E402
from training.progress import Progress  # noqa: E402
from training.retraining import running  # noqa: E402
from training.retraining.base_network import read_base, with_labels  # noqa: E402
from training.retraining.job import Job  # noqa: E402
from training.retraining.preparing import prepare  # noqa: E402
from training.retraining.running import estimate_job, run_job  # noqa: E402
from training.run_folder import RunFolder  # noqa: E402
from training.runner import ExportedModel  # noqa: E402
from training.starting import read_weights  # noqa: E402
from training.verifying import verify  # noqa: E402

pytestmark = pytest.mark.training


ORDER = '{"version": 1, "mode": "full", "id": "a/b", "title": "B", "steps": 1, "seed": 1}'
SOUND = {"file": "a.png", "tags": [], "absent": [], "group": "a", "split": "train"}
BROKEN_ROWS = (
    {name: value for name, value in SOUND.items() if name != "group"},
    {**SOUND, "file": "a\0.png"},
    {**SOUND, "split": "all"},
    {**SOUND, "tags": "red"},
    {**SOUND, "sources": ["import"]},
)
HELD_OUT = frozenset(range(502, 540, 9))


def corrected(count=40):
    """Every third disc is red, which is called ``box`` from now on."""
    for seed in range(count):
        split = "validation" if seed % 8 == 7 else "train"
        split = "test" if 500 + seed in HELD_OUT else split
        is_red = (500 + seed) % 3 == 0
        said = {"tags": ["box"] if is_red else [], "absent": [] if is_red else ["box"]}
        yield {"seed": 500 + seed, "split": split, **said}
    yield from ({"seed": 700 + seed} for seed in range(20))
    yield from ({"seed": 720 + seed, "split": "test"} for seed in range(2))


def run(folder):
    stream = io.StringIO()
    result = run_job(Job.read(folder), Progress(as_json=True, stream=stream))
    return result, [json.loads(line) for line in stream.getvalue().splitlines()]


def pictures(folder, size):
    found = sorted((folder / "dataset/pictures").glob("*.png"))
    return np.stack([read_input(path, size) for path in found])


@pytest.fixture(scope="module")
def trained(base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("jobs") / "job"
    write_toy_job(folder, base, corrected(), {"box": "general"}, steps=120)
    return folder, *run(folder)


def test_weights_come_back_from_the_file_and_answer_as_it_does(base, trained):
    package = ModelPackage.load(base)
    images = pictures(trained[0], package.manifest.input.size[0])
    config, network = read_base(package, images)
    wanted = ExportedModel(package.weights).run(images)
    larger = with_labels(network, config, [0.01, 0.03])
    with torch.no_grad():
        got = PackagedNetwork(network).eval()(torch.from_numpy(images))
        more = PackagedNetwork(larger).eval()(torch.from_numpy(images))[0]
        learning = network.train()(torch.from_numpy(images))[0]
    assert all(np.abs(a - b.numpy()).max() < 1e-3 for a, b in zip(wanted, got, strict=True))
    assert torch.allclose(more[:, :-2], got[0], atol=1e-5)
    assert more[:, -2:].max() < 0.05
    # The norms work as those that were folded: learning begins where use ends.
    assert np.corrcoef(learning.detach().ravel(), torch.logit(got[0]).ravel())[0, 1] > 0.9


def test_a_new_tag_is_learnt_and_the_old_ones_keep_their_places(base, trained):
    _, result, events = trained
    old, new = ModelPackage.load(base), ModelPackage.load(result)
    assert verify(result) < 1e-3
    assert [label.name for label in new.labels] == [*(x.name for x in old.labels), "box"]
    assert new.key.model_id == "personal/toy-1"
    assert json.loads(new.manifest_json)["trained_from"]["id"] == "anitag/toy"
    scores = ExportedModel(new.weights).run(pictures(trained[0], 32))[0][:40, -1]
    is_red = np.arange(500, 540) % 3 == 0
    assert scores[is_red].mean() > scores[~is_red].mean() + 0.02
    assert [e["name"] for e in events if e["event"] == "stage"] == [
        *("prepare", "train", "blend", "export")
    ]
    assert any(e["event"] == "step" and "loss" in e for e in events)


def test_what_nobody_corrected_is_answered_nearly_as_before(base, trained):
    images = pictures(trained[0], 32)
    before = ExportedModel(base / "model.onnx").run(images)[0]
    after = ExportedModel(trained[1] / "model.onnx").run(images)[0][:, : before.shape[1]]
    assert np.abs(before - after).mean() < 0.1


def test_it_is_done_once_and_a_second_call_trains_no_step(trained):
    _, events = run(trained[0])
    assert not any(e["event"] == "step" for e in events)


def test_few_weights_learn_and_nothing_of_that_is_left_in_the_file(base, tmp_path):
    folder = write_toy_job(
        tmp_path / "job", base, corrected(), {"box": "general"}, mode="lora", steps=12
    )
    result, _ = run(folder)
    last = newest_checkpoint(folder / "work" / "run" / "checkpoints")
    before, after = read_weights(folder / "work" / "start"), load_checkpoint(last).weights
    parts = {name for name in after if is_lora(name)}
    assert parts
    assert any(after[name].abs().max() > 0 for name in parts if name.endswith(UP))
    weights = dict(make_network(adapted(folder), 1, pretrained=False).named_parameters())
    held = {n for n in weights if n.startswith("backbone.") and n not in parts}
    assert held
    assert all(torch.equal(before[name], after[name]) for name in held)
    package = ModelPackage.load(result)
    assert verify(result) < 1e-3
    config, network = read_base(package, pictures(folder, package.manifest.input.size[0]))
    assert config.lora_rank == 0
    assert set(network.state_dict()) == set(before)


def adapted(folder):
    return RunFolder(folder / "work" / "run").config().network


def test_labels_of_lists_are_trusted_less(base, tmp_path):
    who = ("user", "import")
    told = [{**row, "sources": {"box": who[row["seed"] % 2]}} for row in corrected()]
    rows = [{**told[0], "import_trust": 0.25}, *told[1:]]
    job = Job.read(write_toy_job(tmp_path / "job", base, rows, {"box": "general"}))
    job.work.mkdir()
    prepare(job, Progress(as_json=True, stream=io.StringIO()))
    lines = (job.work / "manifest.jsonl").read_text().splitlines()
    found = {int(Path(row["file"]).stem): row["imported"] for row in map(json.loads, lines)}
    assert all(names == (["box"] if seed % 2 else []) for seed, names in found.items())
    trust = {json.loads(line)["import_trust"] for line in lines}
    assert trust == {IMPORT_TRUST, 0.25}


def test_held_out_pictures_are_never_learnt(trained):
    lines = (trained[0] / "work/run/split.jsonl").read_text().splitlines()
    parts = {int(Path(row["file"]).stem): row["part"] for row in map(json.loads, lines)}
    assert {parts[seed] for seed in HELD_OUT} == {"test"}
    assert not parts.keys() & {720, 721}


def test_a_model_that_is_not_ours_is_refused_with_the_reason(tmp_path):
    foreign = write_package(tmp_path / "foreign")
    folder = write_toy_job(tmp_path / "job", foreign, corrected())
    with pytest.raises(AnitagError) as refused:
        run(folder)
    assert refused.value.code == "not_trainable"


@pytest.mark.parametrize("text", ["{}", "[", '{"version": 2}', '{"mode": "other"}'])
def test_a_broken_order_is_refused(tmp_path, text):
    (tmp_path / "job.json").write_text(text)
    with pytest.raises(AnitagError, match="job"):
        Job.read(tmp_path)


@pytest.mark.parametrize("text", ["{}\n", "[" * 100_000, "\xff", *map(json.dumps, BROKEN_ROWS)])
def test_a_broken_manifest_is_refused_with_its_line(tmp_path, text):
    (tmp_path / "dataset").mkdir()
    (tmp_path / "job.json").write_text(ORDER)
    job = Job.read(tmp_path)
    with pytest.raises(AnitagError, match="manifest"):
        list(job.rows())
    (tmp_path / "dataset" / "manifest.jsonl").write_bytes(text.encode("latin-1"))
    with pytest.raises(AnitagError, match="row 1"):
        list(job.rows())


@pytest.mark.parametrize("work", [run_job, estimate_job])
def test_two_never_work_in_one_folder(tmp_path, monkeypatch, work):
    (tmp_path / "job.json").write_text(ORDER)
    (tmp_path / "work").mkdir()
    monkeypatch.setattr(running, "PATIENCE", 0.0)
    with FileLock(tmp_path / "work" / ".lock"), pytest.raises(AnitagError) as refused:
        work(Job.read(tmp_path), Progress(as_json=True, stream=io.StringIO()))
    assert refused.value.code == "retraining_runs"


def test_an_estimate_says_what_it_takes_and_leaves_no_run(base, tmp_path):
    folder = write_toy_job(tmp_path / "job", base, corrected(), steps=50)
    found = estimate_job(Job.read(folder), Progress(as_json=True, stream=io.StringIO()))
    assert found.steps == 50
    assert found.seconds > 0
    assert not (folder / "work/run").exists()
