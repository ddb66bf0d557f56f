"""The three tasks on one trainer: each learns, measures every picture, and resumes exactly."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.toy_layouts import write_class_folders, write_dafre  # noqa: E402
from tests.helpers.toy_runs import events, killed_after, start_run, toy_config  # noqa: E402
from training.checkpoint import load_average, newest_checkpoint  # noqa: E402
from training.tasks.recognition import weight_facts  # noqa: E402

pytestmark = pytest.mark.training

MULTIMODAL = {
    "task": {"name": "multimodal", "length": 8, "mask_schedule": "sigmoid"},
    "exclusion": {"weight": 0.01, "distance": 1},
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return write_class_folders(tmp_path_factory.mktemp("folders"), 45)


@pytest.fixture(scope="module")
def dafre(tmp_path_factory):
    return write_dafre(tmp_path_factory.mktemp("dafre"))


def weights(run):
    return load_average(newest_checkpoint(run / "checkpoints"))


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[k], other[k]) for k in one)


def test_recognition_learns_colours(folders, tmp_path):
    run = {"epochs": 16.0, "validate_every": 2.0, "monitor": "top1"}
    values = toy_config(
        folders, "folders", run=run, optimiser={"rate": 1e-2, "average": 0.0, "warm_up": 10}
    )
    trainer, _, stream = start_run(values, tmp_path)
    trainer.train()
    epochs = events(stream, "epoch")
    assert len(epochs) == 8
    assert epochs[-1]["train_loss"] < 0.7 * epochs[0]["train_loss"]
    assert max(e["top1"] for e in epochs) >= 0.6
    prior = events(stream, "start")[0]["prior_loss"]
    assert prior == pytest.approx(1.0986, abs=0.05)
    assert epochs[-1]["skill"] == pytest.approx(1 - epochs[-1]["valid_loss"] / prior)
    assert (tmp_path / "best" / "weights.safetensors").exists()
    header = (tmp_path / "epochs.csv").read_text().splitlines()[0].split(",")
    assert header[:5] == ["epoch", "phase", "step", "train_loss", "valid_loss"]


@pytest.mark.parametrize("tokenizer", ["tag", "wp"])
@pytest.mark.parametrize("schedule", ["none", "bert", "full", "sigmoid"])
def test_multimodal_reports_tags_hidden_beside_tags_shown(dafre, tmp_path, tokenizer, schedule):
    task = {"name": "multimodal", "tokenizer": tokenizer, "mask_schedule": schedule, "length": 9}
    values = toy_config(dafre, "danbooruFaces", task=task, run={"steps": 2, "validate_every": 0.5})
    trainer, _, stream = start_run(values, tmp_path)
    trainer.train()
    epoch = events(stream, "epoch")[-1]
    assert epoch["pictures"] == 12
    assert {"top1", "top1_tags_shown", "tags_guessed"} <= set(epoch)
    if schedule == "full":
        assert epoch["tags_guessed"] > 0


@pytest.mark.parametrize(
    ("sections", "layout"),
    [
        ({"views": {"flip": 0.5, "trivial": True, "erase": 0.5, "mixup": 0.4}}, "folders"),
        (MULTIMODAL | {"network": {"head": "ifa"}}, "danbooruFaces"),
        ({"optimiser": {"name": "sgd", "schedule": "plateau", "patience": 0}}, "folders"),
    ],
)
def test_a_killed_run_ends_like_a_whole_one_also_with_other_workers(
    folders, dafre, tmp_path, sections, layout
):
    source = folders if layout == "folders" else dafre
    run = {"steps": 6, "checkpoint_every": 2, "validate_every": 0.3, "log_every": 1}
    values = toy_config(source, layout, run=run, **sections)
    whole = start_run(values, tmp_path / "whole")[0]
    whole.train()
    killed = killed_after(3, start_run(values, tmp_path / "parts")[0])
    with pytest.raises(KeyboardInterrupt):
        killed.train()
    workers = {**values, "run": {**values["run"], "workers": 2}}
    resumed = start_run(workers, tmp_path / "parts")[0]
    resumed.train()
    assert same(weights(tmp_path / "whole"), weights(tmp_path / "parts"))
    states = [t._state.as_plain() for t in (whole, resumed)]
    assert states[0] == states[1]


def test_a_picture_without_a_class_is_an_error(tmp_path):
    write_class_folders(tmp_path / "set", 3)
    (tmp_path / "set" / "manifest.csv").write_text("file,tags\nred/0.png,x\n")
    values = toy_config(tmp_path / "set", "manifest")
    with pytest.raises(AnitagError, match="has no class"):
        start_run(values, tmp_path / "run")


def test_unreadable_pictures_are_counted_and_replaced(tmp_path):
    root = write_class_folders(tmp_path / "set", 30)
    (root / "red" / "0.png").write_bytes(b"no picture")
    (root / "red" / "3.png").write_bytes((root / "red" / "6.png").read_bytes()[:200])
    datasets = {"validation": 0.01, "test": 0.0}
    values = toy_config(root, "folders", run={"epochs": 1.0, "log_every": 1}, datasets=datasets)
    trainer, _, stream = start_run(values, tmp_path / "run")
    trainer.train()
    assert events(stream, "step")[-1]["unreadable"] >= 2


def test_weights_that_lie_far_apart_are_told_with_advice():
    assert weight_facts(torch.ones(3)) == {}
    assert weight_facts(torch.tensor([2.0, 0.0, 1.0])) == {"weight_ratio": 2.0}
    assert "sqrt" in str(weight_facts(torch.tensor([0.1, 3.0]))["advice"])


def test_class_weights_take_training_counts_only(folders, tmp_path):
    values = toy_config(folders, "folders", loss={"class_weights": "inverse"})
    _, task, _ = start_run(values, tmp_path)
    collection = task.collection
    learnt = [collection.pictures[i].identity for i in collection.rows("train")]
    counts = torch.tensor([1 / learnt.count(name) for name in collection.classes])
    assert torch.allclose(task._weights, counts / counts.mean())
