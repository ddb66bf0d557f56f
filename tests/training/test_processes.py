"""Several processes, and processes that are killed: the same end as one that runs through."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.toy_layouts import write_class_folders  # noqa: E402
from tests.helpers.toy_sets import write_toy_set  # noqa: E402
from training.checkpoint import load_average, newest_checkpoint  # noqa: E402
from training.config import config_from  # noqa: E402
from training.processes import demand_device, joined_processes, usable_device  # noqa: E402
from training.progress import Progress  # noqa: E402
from training.training_run import advise  # noqa: E402

pytestmark = [pytest.mark.training, pytest.mark.integration]

ROOT = Path(__file__).parents[2]
CONFIG = """
[task]
name = "recognition"
[run]
epochs = 2.0
batch = 8
validate_every = 1.0
checkpoint_every = 2
log_every = 1
[network]
backbone = "vit_tiny_patch16_224"
head = "linear"
size = 32
depth = 2
width = 24
heads = 2
dropout = 0.0
resize = "squish"
[loss]
class_weights = "inverse"
[optimiser]
warm_up = 2
average = 0.9
[datasets]
store = "files"
validation = 0.3
test = 0.0
sources = [{{ name = "toy", path = "{folder}", layout = "folders" }}]
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    folder = tmp_path_factory.mktemp("рисунки 絵 with blanks")
    write_class_folders(folder / "set", 53)
    path = folder / "toy.toml"
    path.write_text(CONFIG.format(folder=folder / "set"), "utf-8")
    return path


def command(config, run, *more):
    return ["-m", "training", "train", str(config), "--json", "--run-folder", str(run), *more]


def finish(arguments):
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def epochs(run):
    with (run / "epochs.csv").open() as stream:
        return list(csv.DictReader(stream))


def average(run):
    return load_average(newest_checkpoint(run / "checkpoints"))


def test_a_device_that_is_not_there_is_said_in_a_sentence():
    with pytest.raises(AnitagError, match="no_such_device cannot be used here"):
        demand_device("no_such_device")
    assert usable_device("no_such_device") == usable_device("cpu") == "cpu"


def test_several_processes_do_not_share_one_gpu(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("LOCAL_RANK", "0")
    with (
        pytest.raises(AnitagError, match="2 processes cannot share cuda:1"),
        joined_processes("cuda:1"),
    ):
        pass


@pytest.mark.parametrize(
    ("is_there", "device", "words"),
    [(True, "cpu", "--set run.device=cuda"), (True, "cuda", ""), (False, "cpu", "")],
)
def test_a_gpu_that_nobody_asked_for_is_told(monkeypatch, is_there, device, words):
    monkeypatch.setattr("torch.cuda.is_available", lambda: is_there)
    values = {"run": {"device": device}, "datasets": {"sources": [{"name": "a", "path": "b"}]}}
    stream = io.StringIO()
    advise(config_from(values), Progress(as_json=True, stream=stream))
    assert words in stream.getvalue()
    assert bool(stream.getvalue()) == bool(words)


@pytest.mark.parametrize(
    ("store", "views", "is_told"),
    [
        ("cache", {"flip": 0.5}, True),
        ("cache", {"mixup": 0.5}, False),
        ("files", {"flip": 0.5}, False),
    ],
)
def test_variations_that_the_cache_does_not_know_are_told(monkeypatch, store, views, is_told):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    datasets = {"store": store, "sources": [{"name": "a", "path": "b"}]}
    stream = io.StringIO()
    config = config_from({"views": views, "datasets": datasets})
    advise(config, Progress(as_json=True, stream=stream))
    assert ("[augmentation]" in stream.getvalue()) == is_told


def test_two_processes_measure_and_learn_what_one_does(config, tmp_path):
    finish(command(config, tmp_path / "one"))
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    told = finish([*torchrun, *command(config, tmp_path / "two")])
    assert next(e for e in told if e["event"] == "start")["processes"] == 2
    for one, two in zip(epochs(tmp_path / "one"), epochs(tmp_path / "two"), strict=True):
        assert one["pictures"] == two["pictures"]
        assert int(float(one["pictures"])) % 2 == 1
        for name in ("top1", "top5", "f1_macro", "f1_weighted", "error_rate"):
            assert float(one[name]) == pytest.approx(float(two[name]), abs=1e-12)
        for name in ("valid_loss", "train_loss"):
            assert float(one[name]) == pytest.approx(float(two[name]), abs=1e-5)
    one, two = average(tmp_path / "one"), average(tmp_path / "two")
    # Kernels round by how many pictures a process has: up to 4e-5 was seen, with AVX-512.
    assert max((one[name] - two[name]).abs().max().item() for name in one) < 1e-4


def test_two_processes_count_tags_as_one_does(tmp_path):
    write_toy_set(tmp_path / "set", 41)
    text = CONFIG.format(folder=tmp_path / "set").replace('"recognition"', '"tagging"')
    text = text.replace('class_weights = "inverse"', "")
    text = text.replace('layout = "folders"', 'complete = "none"').replace(
        "epochs = 2", "epochs = 1"
    )
    config = tmp_path / "tags.toml"
    config.write_text(text.replace("test = 0.0", "test = 0.0\nmin_count = 2"), "utf-8")
    finish(command(config, tmp_path / "one"))
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    finish([*torchrun, *command(config, tmp_path / "two")])
    (one,), (two,) = epochs(tmp_path / "one"), epochs(tmp_path / "two")
    assert float(one["pictures"]) > 5
    for name in ("pictures", "f1_samples", "f1_micro", "mean_average_precision"):
        assert float(one[name]) == pytest.approx(float(two[name]), abs=1e-9), name
    assert float(one["valid_loss"]) == pytest.approx(float(two["valid_loss"]), abs=1e-5)


def test_processes_exchange_what_lies_in_memory_and_on_a_gpu(tmp_path):
    script = f"""
import torch
from torch import distributed
from training.processes import BACKENDS, Processes
assert BACKENDS.split(",") == ["cpu:gloo", "cuda:nccl"]
backend = BACKENDS if torch.cuda.is_available() else "gloo"
store = distributed.FileStore({str(tmp_path / "store")!r}, 1)
distributed.init_process_group(backend, store=store, rank=0, world_size=1)
counts = torch.ones(3, dtype=torch.int64)
Processes(0, 2).add_up([counts])
assert counts.tolist() == [1, 1, 1]
assert Processes(0, 2).agree(True) and not Processes(0, 2).agree(False)
distributed.destroy_process_group()
"""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", script]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-1500:]


def test_a_run_killed_at_any_moment_ends_like_a_whole_one(config, tmp_path):
    finish(command(config, tmp_path / "whole", "--set", "run.workers=1"))
    arguments = command(config, tmp_path / "parts")
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    for line in iter(process.stdout.readline, ""):
        if json.loads(line).get("step") == 5:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    (tmp_path / "parts" / "checkpoints" / ".tmp-step-00000099-1").mkdir(exist_ok=True)
    time.sleep(0.1)
    finish(arguments)
    whole, parts = average(tmp_path / "whole"), average(tmp_path / "parts")
    assert all(torch.equal(whole[name], parts[name]) for name in whole)
    timeless = [
        {k: v for k, v in epochs(tmp_path / r)[-1].items() if k != "time"}
        for r in ("whole", "parts")
    ]
    assert timeless[0] == timeless[1]
