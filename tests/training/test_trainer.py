"""The loop: learns, stops when asked, and resumes exactly where it was."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.toy_runs import killed_after  # noqa: E402
from tests.helpers.toy_sets import toy_values, write_toy_set  # noqa: E402
from training.checkpoint import (  # noqa: E402
    Checkpoint,
    load_average,
    load_checkpoint,
    newest_checkpoint,
    save_checkpoint,
)
from training.config import config_from  # noqa: E402
from training.order import Order  # noqa: E402
from training.progress import Progress  # noqa: E402
from training.run_folder import RunFolder  # noqa: E402
from training.tasks.making import make_task  # noqa: E402
from training.tasks.task import Moment  # noqa: E402
from training.trainer import Trainer  # noqa: E402
from training.training_run import train_config  # noqa: E402

pytestmark = pytest.mark.training
ROOT = Path(__file__).parents[2]


@pytest.fixture
def toy(tmp_path):
    return write_toy_set(tmp_path / "toy")


def start(values, folder):
    config = config_from(values)
    run = RunFolder.create(folder, config)
    progress = Progress(as_json=True, stream=io.StringIO())
    task = make_task(config, folder, progress)
    return Trainer(config, task, run.path, progress), task, config


def weights(folder):
    return load_average(newest_checkpoint(folder / "checkpoints"))


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[k], other[k]) for k in one)


def test_a_stopped_run_ends_like_an_uninterrupted_one(toy, tmp_path):
    values = toy_values(toy, tmp_path / "cache", steps=5, checkpoint_every=2)
    start(values, tmp_path / "whole")[0].train()
    stopped = killed_after(3, start(values, tmp_path / "parts")[0])
    with pytest.raises(KeyboardInterrupt):
        stopped.train()
    until = {**values, "run": {**values["run"], "until": 4}}
    assert start(until, tmp_path / "parts")[0].train().name == "step-00000004"
    start(values, tmp_path / "parts")[0].train()
    assert same(weights(tmp_path / "whole"), weights(tmp_path / "parts"))


def test_the_loss_falls_on_a_toy_set(toy, tmp_path):
    values = toy_values(toy, tmp_path / "cache", steps=100, batch=16)
    trainer, task, _ = start(values, tmp_path / "run")
    batch = next(trainer.batches())

    def loss():
        targets = task.targets(batch, Moment(0, 1, 0.0, 0))
        images = task.collection.views.preparation.normalise(batch.images)
        count = task.counts(targets)["tags"]
        return (task.losses(images, targets, Moment(0, 1, 0.0, 0))["tags"] / count).item()

    before = loss()
    trainer.train()
    assert loss() < 0.8 * before
    assert trainer.step == 100


@pytest.mark.integration
def test_sigterm_leaves_a_checkpoint_and_resume_goes_on(toy, tmp_path):
    config = tmp_path / "toy.toml"
    config.write_text(
        f"""
[run]
steps = 100000
batch = 4
log_every = 1
checkpoint_every = 1
[network]
backbone = "mobilenetv4_conv_small_035"
size = 32
[datasets]
cache = "{tmp_path / "cache"}"
min_count = 2
sources = [{{ name = "toy", path = "{toy}" }}]
""",
        "utf-8",
    )
    command = [sys.executable, "-m", "training", "train", str(config), "--json"]
    command += ["--run", str(tmp_path / "run")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    lines = iter(process.stdout.readline, "")
    # The first step is slow, and one that takes too long is cut off.
    first = next(event for event in map(json.loads, lines) if event["event"] == "step")
    assert first["step"] < first["of"]
    os.kill(process.pid, signal.SIGTERM)
    rest = [json.loads(line) for line in lines]
    assert process.wait(60) == 0
    process.stdout.close()
    stopped = next(e["step"] for e in rest if e["event"] == "stopped")
    assert load_checkpoint(newest_checkpoint(tmp_path / "run" / "checkpoints")).step == stopped


def test_another_number_of_workers_gives_the_same_batches(toy, tmp_path):
    values = toy_values(toy, tmp_path / "cache", steps=3)
    with_workers = {**values, "run": {**values["run"], "workers": 2}}
    here = list(start(values, tmp_path / "run")[0].batches())
    there = list(start(with_workers, tmp_path / "run")[0].batches())
    assert len(here) == 3
    for one, other in zip(here, there, strict=True):
        assert torch.equal(one.images, other.images)
        assert torch.equal(one.rows, other.rows)


def test_a_run_folder_keeps_its_settings(toy, tmp_path):
    values = toy_values(toy, tmp_path / "cache")
    RunFolder.create(tmp_path / "run", config_from(values))
    other = config_from(toy_values(toy, tmp_path / "cache", seed=2))
    with pytest.raises(AnitagError, match="other settings"):
        RunFolder.create(tmp_path / "run", other)


def test_two_trainings_never_work_in_one_folder(toy, tmp_path):
    config = config_from(toy_values(toy, tmp_path / "cache", steps=1))
    progress = Progress(as_json=True, stream=io.StringIO())
    with RunFolder(tmp_path / "run").alone(), pytest.raises(AnitagError) as refused:
        train_config(config, tmp_path / "run", progress)
    assert refused.value.code == "run_in_use"
    assert train_config(config, tmp_path / "run", progress).read("training.json")["steps"] == 1


def test_a_run_may_be_prolonged_and_renamed(toy, tmp_path):
    values = toy_values(toy, tmp_path / "cache")
    RunFolder.create(tmp_path / "run", config_from(values))
    longer = toy_values(toy, tmp_path / "cache", steps=9, threads=2)
    longer["model"] = {"title": "Another name"}
    run = RunFolder.create(tmp_path / "run", config_from(longer))
    assert (run.config().run.steps, run.config().model.title) == (9, "Another name")


def test_a_loss_that_is_never_finite_ends_the_run_with_a_sentence(toy, tmp_path):
    values = toy_values(toy, tmp_path / "cache", steps=30)
    trainer, task, _ = start(values, tmp_path / "run")
    with torch.no_grad():
        task.network.head.bias.fill_(float("nan"))
    with pytest.raises(AnitagError, match="not finite 10 times"):
        trainer.train()


def test_every_sample_comes_once_an_epoch_in_another_order():
    import numpy as np

    order = Order(np.arange(10), seed=3)
    first, second = order.at(0).tolist(), order.at(1).tolist()
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second
    assert order.places(8, 4) == [(0, 8), (0, 9), (1, 0), (1, 1)]


def test_a_smaller_batch_goes_on_with_the_next_samples(toy, tmp_path):
    values = toy_values(toy, tmp_path / "cache", steps=4, until=2)
    start(values, tmp_path / "run")[0].train()
    smaller = {**values, "run": {**values["run"], "until": 0, "batch": 4}}
    trainer = start(smaller, tmp_path / "run")[0]
    trainer._resume()
    third = next(trainer.batches())
    trainer.train()
    assert (trainer.step, trainer.samples) == (4, 2 * 8 + 2 * 4)
    larger = {**values, "run": {"batch": 24}}
    whole = next(start(larger, tmp_path / "other")[0].batches())
    assert torch.equal(third.rows, whole.rows[16:20])


def test_checkpoints_are_whole_or_absent(tmp_path):
    def at(step):
        tensors = {"a": torch.full((2,), float(step))}
        return Checkpoint(step, tensors, tensors, {"0.step": torch.tensor(1.0)}, {"smooth": None})

    for step in (1, 2, 3):
        save_checkpoint(tmp_path, at(step))
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["step-00000002", "step-00000003"]
    (tmp_path / ".tmp-step-00000004-1").mkdir()
    found = load_checkpoint(newest_checkpoint(tmp_path))
    assert (found.step, found.weights["a"].tolist()) == (3, [3.0, 3.0])
    (tmp_path / "step-00000003" / "weights.safetensors").write_bytes(b"torn")
    with pytest.raises(AnitagError, match="step-00000003 is not a sound checkpoint"):
        load_checkpoint(newest_checkpoint(tmp_path))
