"""The doctor: every line says ok or what to do."""

import json
import shutil
from pathlib import Path

import pytest

from training.doctor.machine import available_memory, disk, shared_memory
from training.doctor.packages import needed
from training.doctor.trial import presets


def test_packages_have_to_fit():
    assert needed("timm", "1.0.31").ok
    assert needed("torch", "2.15.0+cu132").ok
    assert "make training-env" in needed("timm", "").advice
    assert "1.0.31 or newer" in needed("timm", "1.0.28").advice
    assert "before 1.1" in needed("timm", "1.1.0").advice
    assert "2.10 or newer" in needed("torch", "2.9.1").advice


def test_little_room_is_told(tmp_path, monkeypatch):
    usage = type(shutil.disk_usage(tmp_path))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1_000_000))
    assert "free some space" in disk(tmp_path / "not" / "yet").advice
    assert "run.workers = 0" in next(shared_memory(tmp_path)).advice
    assert list(shared_memory(tmp_path / "no")) == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 10**12))
    assert disk(tmp_path / "not" / "yet").ok
    assert next(shared_memory(tmp_path)).ok


def test_a_folder_that_cannot_be_written_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("training.doctor.machine.os.access", lambda *_: False)
    assert "cannot be written" in disk(tmp_path).advice


def test_memory_is_plausible():
    memory = available_memory()
    assert memory is None or 10_000_000 < memory < 10**15


def test_a_broken_preset_is_named(tmp_path, monkeypatch):
    assert presets().ok
    monkeypatch.setattr("training.config.CONFIGS", tmp_path)
    (tmp_path / "wrong.toml").write_text("[run]\nsteps = 'many'\n")
    assert "wrong.toml" in presets().advice


@pytest.mark.training
@pytest.mark.integration
def test_it_trains_two_steps_and_leaves_nothing(tmp_path, capsys, monkeypatch):
    pytest.importorskip("torch")
    from training.__main__ import main

    monkeypatch.chdir(tmp_path)
    code = main(["doctor", "--json"])
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = {line["name"]: line for line in told}
    assert code == int(any(not line["ok"] for line in told))
    assert all(bool(line["advice"]) != line["ok"] for line in told)
    for loaders in (0, 2):
        assert "loss" in found[f"two steps, {loaders} loaders"]["value"]
    assert "fp32" in found["device cpu"]["value"]
    assert found["presets"]["ok"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.training
def test_a_trial_that_fails_is_a_finding(monkeypatch):
    pytest.importorskip("torch")
    from training.doctor import trial

    def broken(folder: Path, workers: int):
        raise RuntimeError("DataLoader worker\nis killed by signal")

    monkeypatch.setattr(trial, "_train", broken)
    assert "run.workers = 0" in trial.two_steps(2).advice
    assert "worker is killed" in trial.two_steps(2).value
