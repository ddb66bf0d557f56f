"""Numbers of a run on TensorBoard and W&B."""

import json
import sys
from types import ModuleType

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.toy_layouts import write_class_folders  # noqa: E402
from tests.helpers.toy_runs import start_run, toy_config  # noqa: E402

pytestmark = pytest.mark.training


def train(folder, **run):
    root = write_class_folders(folder / "set", 40)
    settings = {"steps": 4, "log_every": 2, "validate_every": 0.5, "name": "toy", **run}
    start_run(toy_config(root, "folders", run=settings), folder / "run")[0].train()
    lines = (folder / "run" / "log.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


# TensorBoard's generated messages use what protobuf has deprecated.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_event_files_say_what_the_log_says(tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    logged = train(tmp_path, tensorboard=True)
    events = EventAccumulator(str(tmp_path / "run" / "tensorboard"))
    events.Reload()
    losses = events.Scalars("log/loss")
    assert [event.step for event in losses] == [2, 4]
    assert [e.value for e in losses] == pytest.approx([row["loss"] for row in logged], rel=1e-6)
    assert {"log/rate", "epochs/valid_loss", "epochs/top1"} <= set(events.Tags()["scalars"])


@pytest.fixture
def fake_wandb(monkeypatch):
    """Stand a module with W&B's three functions on the path; return what they were given."""
    given = {"init": [], "log": [], "finished": 0}

    class Run:
        def log(self, values, step):
            given["log"].append((step, values))

        def finish(self):
            given["finished"] += 1

    def init(**settings):
        given["init"].append(settings)
        return Run()

    module = ModuleType("wandb")
    module.init = init
    monkeypatch.setitem(sys.modules, "wandb", module)
    monkeypatch.delenv("WANDB_MODE", raising=False)
    return given


def test_wandb_gets_the_numbers_and_stays_on_the_machine(tmp_path, fake_wandb):
    logged = train(tmp_path, wandb=True)
    (settings,) = fake_wandb["init"]
    assert settings["mode"] == "offline"
    assert settings["dir"] == str(tmp_path / "run")
    assert settings["config"]["run"]["batch"] == 8
    steps = [(s, v["log/loss"]) for s, v in fake_wandb["log"] if "log/loss" in v]
    assert steps == [(row["step"], row["loss"]) for row in logged]
    assert any("epochs/valid_loss" in values for _, values in fake_wandb["log"])
    assert fake_wandb["finished"] == 1


def test_without_the_setting_nothing_is_imported(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "wandb", None)
    assert train(tmp_path)


def test_wandb_that_is_not_installed_is_said_before_anything_is_trained(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(AnitagError) as caught:
        train(tmp_path, wandb=True)
    assert caught.value.code == "package_missing"
    assert "run.wandb needs the package wandb" in str(caught.value)
    assert not (tmp_path / "run" / "checkpoints").exists()
