"""``bench``: what is measured, and what is said of it."""

import json
import os

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from tests.helpers.toy_layouts import write_class_folders  # noqa: E402
from tests.helpers.toy_runs import toy_config  # noqa: E402
from training.__main__ import main  # noqa: E402
from training.batches import TrainingPictures  # noqa: E402
from training.benching import Speed, bench, verdict  # noqa: E402
from training.config import config_from  # noqa: E402
from training.progress import Progress  # noqa: E402

pytestmark = pytest.mark.training


@pytest.fixture
def folders(tmp_path):
    return write_class_folders(tmp_path / "set", 30)


def speeds(folders, tmp_path, batches=(4, 6), **run):
    config = config_from(toy_config(folders, "folders", run=run))
    with (tmp_path / "told").open("w") as stream:
        return bench(config, batches, 4, 1, Progress(as_json=True, stream=stream))


def test_every_batch_size_has_its_three_rates(folders, tmp_path):
    found = speeds(folders, tmp_path)
    assert [speed.batch for speed in found] == [4, 6]
    assert all(min(s.loading, s.step, s.both) > 0 for s in found)


def test_a_loader_that_dawdles_is_seen_in_loading_and_in_both_but_not_in_the_step(
    folders, tmp_path, monkeypatch
):
    from time import sleep

    original = TrainingPictures.__getitem__

    def slow(self, spot):
        sleep(0.05)
        return original(self, spot)

    monkeypatch.setattr(TrainingPictures, "__getitem__", slow)
    (found,) = speeds(folders, tmp_path, (4,))
    assert found.loading <= 20
    assert found.both <= 20
    assert found.step > found.both
    assert not found.is_fed


def test_the_bench_moves_no_weights(folders, tmp_path, monkeypatch):
    from training.stepping import Stepper

    kept = []
    original = Stepper.step

    def watched(self, *args):
        if not kept:
            network = self._task.network
            kept.append((network, [p.detach().clone() for p in network.parameters()]))
        return original(self, *args)

    monkeypatch.setattr(Stepper, "step", watched)
    speeds(folders, tmp_path, (4,))
    network, before = kept[0]
    assert all(torch.equal(a, b) for a, b in zip(before, network.parameters(), strict=True))


def test_the_verdict_says_what_to_do(folders, monkeypatch):
    config = config_from(toy_config(folders, "folders"))
    slow, fast = Speed(8, 50, 100, 40), Speed(16, 500, 100, 95)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert "fast enough" in verdict([fast], config)
    assert "40% of the bare step at 8" in verdict([fast, slow], config)
    assert "run.workers to 1" in verdict([slow], config)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert 'datasets.store = "resized"' in verdict([slow], config)


def test_the_command_prints_a_line_for_each_batch_and_the_verdict(tmp_path, capsys):
    root = write_class_folders(tmp_path / "set", 30)
    config = tmp_path / "toy.toml"
    config.write_text(
        f"""
[task]
name = "recognition"
[network]
backbone = "resnet18"
head = "linear"
size = 32
[datasets]
store = "files"
sources = [{{ name = "toy", path = "{root}", layout = "folders" }}]
[[phases]]
name = "first"
epochs = 1.0
""",
        "utf-8",
    )
    command = ["bench", str(config), "--batch", "4", "--steps", "12", "--rounds", "1", "--json"]
    assert main(command) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    speed = next(event for event in told if event["event"] == "speed")
    assert speed["batch"] == 4
    assert speed["share"] == pytest.approx(speed["both"] / speed["step"], rel=0.05)
    assert told[-1]["event"] == "verdict"
    assert {path.name for path in tmp_path.iterdir()} == {"set", "toy.toml"}
