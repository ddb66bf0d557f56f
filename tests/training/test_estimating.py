"""What a run will take is told before, and leaves nothing behind."""

import json
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from tests.helpers.toy_layouts import write_class_folders  # noqa: E402
from tests.helpers.toy_runs import toy_config  # noqa: E402
from training import estimating  # noqa: E402
from training.__main__ import main  # noqa: E402
from training.config import config_from  # noqa: E402
from training.estimating import estimate  # noqa: E402
from training.progress import Progress  # noqa: E402

pytestmark = pytest.mark.training


@pytest.fixture
def quiet():
    import io

    return Progress(as_json=True, stream=io.StringIO())


def test_the_whole_run_is_counted_from_a_few_steps(tmp_path, quiet):
    root = write_class_folders(tmp_path / "set", 60)
    run = {"epochs": 40.0, "batch": 8, "validate_every": 2.0, "keep_every": 10}
    source = {"name": "toy", "path": str(root), "layout": "folders", "split": "stratified"}
    values = toy_config(root, "folders", run=run, datasets={"sources": [source]})
    found = estimate(config_from(values), quiet)
    # 36 of 60 pictures are left to train on.
    assert found.steps == 180
    assert found.validations == 20
    assert found.seconds == pytest.approx(
        180 * found.seconds_per_step + 20 * found.seconds_per_validation
    )
    assert min(found.seconds_per_step, found.seconds_per_validation) > 0
    assert found.memory > 50_000_000
    more = estimate(config_from({**values, "run": {**values["run"], "keep_every": 0}}), quiet)
    # Two checkpoints, the best, one being written; and four that are kept for good.
    assert found.disk == pytest.approx(2 * more.disk, rel=0.01)


def test_every_phase_is_tried_at_its_own_pace(tmp_path, quiet, monkeypatch):
    root = write_class_folders(tmp_path / "set", 30)
    phases = [
        {"name": "head", "steps": 10, "freeze": ["backbone"]},
        {"name": "all", "steps": 30},
    ]
    values = toy_config(root, "folders", phases=phases)
    paces = {("backbone",): 1.0, (): 5.0}
    trying = estimating._try

    def at_a_pace(config, task, folder):
        tried = trying(config, task, folder)
        assert tried.seconds > 0
        return replace(tried, seconds=paces[config.phases[0].freeze])

    monkeypatch.setattr(estimating, "_try", at_a_pace)
    found = estimate(config_from(values), quiet)
    assert found.steps == 40
    assert found.seconds == pytest.approx(10 * 1.0 + 30 * 5.0)


def test_the_command_tells_and_keeps_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    root = write_class_folders(tmp_path / "set", 30)
    config = tmp_path / "toy.toml"
    config.write_text(
        f"""
[task]
name = "recognition"
[run]
name = "toy"
steps = 1000
batch = 8
[network]
backbone = "resnet18"
head = "linear"
size = 32
[datasets]
store = "files"
sources = [{{ name = "toy", path = "{root}", layout = "folders" }}]
""",
        "utf-8",
    )
    assert main(["train", str(config), "--dry-run", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["event"] == "estimate"
    assert told["steps"] == 1000
    assert told["hours"] > 0
    assert {path.name for path in tmp_path.iterdir()} == {"set", "toy.toml"}
