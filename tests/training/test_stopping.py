"""A run is stopped in two seconds, whatever it does; a full disk leaves the last checkpoint."""

import os
import resource
import shutil
import signal
import threading
import time
from contextlib import contextmanager

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.toy_layouts import write_class_folders  # noqa: E402
from tests.helpers.toy_runs import events, start_run, toy_config  # noqa: E402
from training.checkpoint import load_checkpoint, newest_checkpoint  # noqa: E402

pytestmark = pytest.mark.training


@pytest.fixture
def folders(tmp_path):
    return write_class_folders(tmp_path / "set", 40)


def last(run):
    return load_checkpoint(newest_checkpoint(run / "checkpoints"))


def dawdling(trainer, step, seconds=300.0):
    """Let a step take long, ask the run to stop while it does; return the steps that ended."""
    original, ended = trainer._do_step, []

    def do_step(batch):
        if trainer.step == step:
            timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM))
            timer.start()
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                time.sleep(0.01)
            timer.join()
        original(batch)
        ended.append(trainer.step)

    trainer._do_step = do_step
    return ended


@pytest.fixture
def patient(monkeypatch):
    """Let steps end, however busy the machine is."""
    monkeypatch.setattr("training.stopping.PATIENCE", 600.0)


def test_a_long_step_is_cut_off_and_the_run_goes_on_as_if_nothing_had_been(folders, tmp_path):
    values = toy_config(folders, "folders")
    trainer, _, stream = start_run(values, tmp_path / "run")
    ended = dawdling(trainer, 5)
    assert trainer.train().name == "step-00000004"
    assert ended == [1, 2, 3, 4, 5]
    assert events(stream, "stopped") == [{"event": "stopped", "step": 4}]
    assert trainer.step == 4
    start_run(values, tmp_path / "run")[0].train()
    start_run(values, tmp_path / "whole")[0].train()
    one, other = last(tmp_path / "run"), last(tmp_path / "whole")
    assert one.step == other.step == 6
    assert all(torch.equal(one.weights[n], other.weights[n]) for n in other.weights)


def test_a_step_that_ends_in_time_is_kept(folders, tmp_path, patient):
    trainer, _, stream = start_run(toy_config(folders, "folders"), tmp_path / "run")
    dawdling(trainer, 2, seconds=0.5)
    assert trainer.train().name == "step-00000003"
    assert events(stream, "stopped") == [{"event": "stopped", "step": 3}]


def test_a_run_stopped_before_its_first_checkpoint_says_so(folders, tmp_path):
    trainer, _, _ = start_run(toy_config(folders, "folders"), tmp_path / "run")
    dawdling(trainer, 0)
    with pytest.raises(AnitagError, match="before its first checkpoint"):
        trainer.train()


def test_the_handlers_from_before_are_back(folders, tmp_path, patient):
    before = signal.getsignal(signal.SIGTERM)
    trainer, _, _ = start_run(toy_config(folders, "folders"), tmp_path / "run")
    dawdling(trainer, 2, seconds=0.5)
    trainer.train()
    assert signal.getsignal(signal.SIGTERM) is before


@contextmanager
def file_limits():
    """Let no file grow over so many bytes: what a full disk does, without filling one.

    It holds for this whole process, so it has to end before anything of the test is reported.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_takes_no_more_is_told_and_the_last_checkpoint_stands(folders, tmp_path):
    values = toy_config(folders, "folders")
    trainer, _, _ = start_run(values, tmp_path / "run")
    original = trainer._do_step
    with file_limits() as let_grow:

        def do_step(batch):
            original(batch)
            if trainer.step == 3:
                let_grow(16_384)

        trainer._do_step = do_step
        with pytest.raises(AnitagError) as caught:
            trainer.train()
    assert caught.value.code in {"disk_full", "cannot_write"}
    assert "step-00000004" in str(caught.value)
    assert [p.name for p in (tmp_path / "run" / "checkpoints").iterdir()] == ["step-00000002"]
    assert last(tmp_path / "run").step == 2


def test_a_full_disk_is_called_full(tmp_path, monkeypatch):
    from safetensors import SafetensorError

    from training.checkpoint import Checkpoint, save_checkpoint

    def full(*_):
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr("training.checkpoint.save_file", full)
    with pytest.raises(AnitagError) as caught:
        save_checkpoint(tmp_path, Checkpoint(1, {}, {}, {}, {}))
    assert caught.value.code == "disk_full"
    assert list(tmp_path.iterdir()) == []


def test_pictures_are_only_read(folders, tmp_path):
    before = {p: p.stat().st_mtime_ns for p in (folders, *folders.rglob("*"))}
    for path in before:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        start_run(toy_config(folders, "folders"), tmp_path / "run")[0].train()
        after = {p: p.stat().st_mtime_ns for p in (folders, *folders.rglob("*"))}
    finally:
        for path in before:
            path.chmod(0o755)
    assert after == before
    shutil.rmtree(folders)
