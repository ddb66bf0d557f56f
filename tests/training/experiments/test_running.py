"""Cells run through the normal command, stop and go on, and leave a record."""

import io
import json
from dataclasses import replace

import pytest

pytest.importorskip("torch")
pytest.importorskip("timm")

import torch

from tests.helpers.toy_studies import SETS, write_toy_data, write_toy_studies
from training.experiments import order, sets
from training.experiments.order import left, run_turns, turns
from training.experiments.outcome import tag_hits
from training.experiments.result import found_results
from training.experiments.running import Place, was_stopped
from training.experiments.sets import prepare_set
from training.experiments.study import load_study
from training.progress import Progress

pytestmark = pytest.mark.training


@pytest.fixture
def place(tmp_path, monkeypatch):
    folder = write_toy_studies(tmp_path / "studies")
    (tmp_path / "sets.toml").write_text(SETS, "utf-8")
    monkeypatch.setattr(sets, "SETS", tmp_path / "sets.toml")
    monkeypatch.setattr(order, "load_study", lambda name: load_study(name, folder))
    return Place(write_toy_data(tmp_path / "data"), tmp_path / "out")


def test_a_set_is_divided_and_hashed_once(place):
    progress = Progress(as_json=True, stream=io.StringIO())
    first = prepare_set("toy", place.data, place.out, progress)
    assert sum(first.parts.values()) == 40
    assert set(first.parts) == {"train", "validation", "test"}
    (first.folder / "set.json").unlink()
    assert prepare_set("toy", place.data, place.out, progress) == first
    (first.folder / "set.json").unlink()
    picture = place.data / "toy" / "0.png"
    picture.write_bytes((place.data / "toy" / "3.png").read_bytes())
    assert prepare_set("toy", place.data, place.out, progress).sha256 != first.sha256


def test_a_cell_runs_after_what_it_begins_with_and_goes_on_when_stopped(place, tmp_path):
    study = load_study("second", tmp_path / "studies")
    wanted = list(turns([study], ["ifa/pretrained"], [1]))
    stream = io.StringIO()
    progress = Progress(as_json=True, stream=stream)
    first = place.out / "runs" / "first" / "vit" / "seed-1"

    def has_checkpoint():
        return any(first.glob("checkpoints/step-*"))

    assert run_turns(wanted, place, has_checkpoint, progress) == 1
    assert found_results(place.out) == []
    assert run_turns(wanted, place, lambda: False, progress) == 0, stream.getvalue()
    before, after = found_results(place.out)
    assert (before.key, after.key) == (("first", "vit", 1), ("second", "ifa/pretrained", 1))
    assert before.parts == 2
    assert after.begins_with == "first/vit/seed-1"
    assert set(after.outcome) <= {"0", "1"}
    assert len(after.outcome) == after.measures["pictures"] == 12
    assert after.outcome.count("1") / 12 == pytest.approx(after.measures["top1"], abs=1e-6)
    assert after.steps == 4
    assert min(after.cpu, after.wall, after.step_ms, after.parameters) > 0
    assert left(wanted, place) == []
    changed = replace(wanted[0].cell, settings={**wanted[0].cell.settings, "run.steps": 5})
    assert left([replace(wanted[0], cell=changed)], place)
    assert not (place.run_folder(wanted[0].cell, 1) / "checkpoints").exists()
    assert any(first.glob("checkpoints/step-*"))
    log = place.run_folder(wanted[0].cell, 1) / "train.log"
    loaded = [
        json.loads(line) for line in log.read_text("utf-8").splitlines() if "loaded_w" in line
    ]
    assert loaded[0]["loaded"] > 10


def test_a_cell_that_fails_is_told_and_passed_over(place, tmp_path):
    text = (tmp_path / "studies" / "second.toml").read_text("utf-8")
    text = text.replace(
        "[axes.start.random]", '[axes.start.random]\n"network.backbone" = "nothing"'
    )
    (tmp_path / "studies" / "second.toml").write_text(text, "utf-8")
    study = load_study("second", tmp_path / "studies")
    wanted = list(turns([study], ["ifa/random"], [1]))
    stream = io.StringIO()
    assert run_turns(wanted, place, lambda: False, Progress(as_json=True, stream=stream)) == 1
    assert "nothing" in stream.getvalue()
    assert left(wanted, place) == wanted


def test_a_training_that_somebody_else_stopped_is_not_taken_for_finished(tmp_path):
    log = tmp_path / "train.log"
    start, stopped, done = (
        f'{{"event": "{e}", "step": 1}}\n' for e in ("start", "stopped", "done")
    )
    for text, expected in {
        f"warning\n{start}{stopped}{done}": True,
        f"{start}{stopped}{done}{start}{done}": False,
        f"{start}{done}": False,
    }.items():
        log.write_text(text, "utf-8")
        assert was_stopped(log) is expected


def test_hits_are_the_true_tags_among_as_many_of_the_best():
    logits = torch.tensor([[3.0, 2.0, 1.0, 0.0], [0.0, 1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0]])
    present = torch.tensor([[1.0, 0, 1, 0], [0, 0, 0, 1.0], [0, 0, 0, 0]])
    assert list(tag_hits(logits, present)) == [(1, 2), (1, 1), (0, 0)]
