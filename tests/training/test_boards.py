"""Numbers of a run on TensorBoard and W&B."""

import json
import sys
from types import ModuleType

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.toy_layouts import write_class_folders  # noqa: E402
from tests.helpers.toy_runs import killed_after, start_run, toy_config  # noqa: E402
from training.boards import TensorBoard  # noqa: E402

pytestmark = pytest.mark.training


def train(folder, **run):
    root = write_class_folders(folder / "set", 40)
    settings = {"steps": 4, "log_every": 2, "validate_every": 0.5, "name": "toy", **run}
    start_run(toy_config(root, "folders", run=settings), folder / "run")[0].train()
    lines = (folder / "run" / "log.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def read_events(run):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(run / "tensorboard"))
    events.Reload()
    return events


# TensorBoard's generated messages use what protobuf has deprecated.
quiet = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


@quiet
def test_event_files_say_what_the_log_says(tmp_path):
    pytest.importorskip("tensorboard")
    logged = train(tmp_path, tensorboard=True)
    events = read_events(tmp_path / "run")
    losses = events.Scalars("log/loss")
    assert [event.step for event in losses] == [2, 4]
    assert [e.value for e in losses] == pytest.approx([row["loss"] for row in logged], rel=1e-6)
    assert {"log/rate", "epochs/valid_loss", "epochs/top1"} <= set(events.Tags()["scalars"])


@quiet
@pytest.mark.expects_log  # TensorBoard's reader tells what it takes back
def test_a_resumed_run_shows_every_step_once(tmp_path):
    pytest.importorskip("tensorboard")
    root = write_class_folders(tmp_path / "set", 40)
    run = {"steps": 6, "log_every": 1, "checkpoint_every": 2, "validate_every": 0.25}
    values = toy_config(root, "folders", run={**run, "tensorboard": True})
    killed = killed_after(5, start_run(values, tmp_path / "run")[0])
    with pytest.raises(KeyboardInterrupt):
        killed.train()
    assert [e.step for e in read_events(tmp_path / "run").Scalars("log/loss")] == [1, 2, 3, 4, 5]
    start_run(values, tmp_path / "run")[0].train()
    events, lines = read_events(tmp_path / "run"), {}
    for kind in ("log", "epochs"):
        text = (tmp_path / "run" / f"{kind}.jsonl").read_text()
        lines[kind] = [json.loads(line)["step"] for line in text.splitlines()]
    assert lines["log"] == [1, 2, 3, 4, 5, 6]
    assert [event.step for event in events.Scalars("log/loss")] == lines["log"]
    assert [event.step for event in events.Scalars("epochs/valid_loss")] == lines["epochs"]


@quiet
@pytest.mark.expects_log
def test_what_was_added_or_cut_is_in_the_file_before_a_kill(tmp_path):
    pytest.importorskip("tensorboard")
    board = TensorBoard(tmp_path)
    board.add("log", {"step": 3, "loss": 0.5, "phase": "all"})
    try:
        assert [event.step for event in read_events(tmp_path).Scalars("log/loss")] == [3]
        board.cut(2)
        assert read_events(tmp_path).Scalars("log/loss") == []
    finally:
        board.close()


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
