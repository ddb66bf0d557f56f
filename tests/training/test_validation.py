"""Measuring: every picture once, by the averaged weights, nothing in the loss that only trains."""

import json

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from tests.helpers.toy_layouts import write_class_folders, write_dafre  # noqa: E402
from tests.helpers.toy_runs import events, start_run, toy_config  # noqa: E402
from training.batches import plain_batches  # noqa: E402
from training.checkpoint import load_checkpoint, newest_checkpoint  # noqa: E402
from training.processes import Processes  # noqa: E402
from training.starting import read_weights  # noqa: E402
from training.validation import measure, with_weights  # noqa: E402

pytestmark = pytest.mark.training

TESTED = 103


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return write_class_folders(tmp_path_factory.mktemp("folders"), TESTED)


@pytest.fixture(scope="module")
def tested(folders, tmp_path_factory):
    """A task whose set of 103 pictures only tests, and its settings."""
    own = write_class_folders(tmp_path_factory.mktemp("own"), 30)
    sources = [
        {"name": "own", "path": str(own), "layout": "folders"},
        {"name": "held", "path": str(folders), "layout": "folders", "split": "test"},
    ]
    shares = {"validation": 0.0, "test": 0.0}
    values = toy_config(own, "folders", datasets={"sources": sources, **shares})
    trainer, task, _ = start_run(values, tmp_path_factory.mktemp("run"))
    return task, trainer._config


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("batch", [1, 7, 16, TESTED])
def test_none_of_103_pictures_is_lost_or_counted_twice(tested, batch, count):
    task, config = tested
    rows = task.collection.rows("test")
    config = type(config)(**{**_fields(config), "run": _with(config.run, batch=batch)})
    measurings = [task.measuring(torch.device("cpu")) for _ in range(count)]
    seen = []
    task.network.eval()
    for rank, measuring in enumerate(measurings):
        for one in plain_batches(task.collection.views, rows, config, Processes(rank, count)):
            seen += one.rows.tolist()
            with torch.no_grad():
                measuring.add(one.images, one)
    assert sorted(seen) == sorted(rows.tolist())
    supports = sum(measuring.counts.support for measuring in measurings)
    assert supports.sum().item() == TESTED
    assert supports.tolist() == [34, 34, 35]


def _fields(values):
    return {name: getattr(values, name) for name in values.__slots__}


def _with(values, **changes):
    return type(values)(**{**_fields(values), **changes})


def losses_of(values, folder):
    trainer, task, _ = start_run(values, folder)
    rows = task.collection.rows("validation")
    return measure(task, rows, trainer._config, Processes())[1]


@pytest.mark.parametrize(
    "sections",
    [
        {"loss": {"class_weights": "inverse"}},
        {"loss": {"smoothing": 0.2}},
        {"exclusion": {"weight": 0.5, "distance": 1}},
    ],
)
def test_what_only_trains_is_not_in_the_loss_that_chooses(folders, tmp_path, sections):
    network = {"head": "ifa"}
    plain = losses_of(toy_config(folders, "folders", network=network), tmp_path / "plain")
    other = losses_of(toy_config(folders, "folders", network=network, **sections), tmp_path / "o")
    assert other == plain


def test_the_exclusion_loss_is_logged_apart(folders, tmp_path):
    exclusion = {"weight": 0.5, "distance": 1}
    values = toy_config(
        folders, "folders", network={"head": "ifa"}, exclusion=exclusion, run={"log_every": 1}
    )
    trainer, _, stream = start_run({**values, "run": {**values["run"], "steps": 1}}, tmp_path)
    trainer.train()
    (step,) = events(stream, "step")
    assert step["exclusion_loss"] < 0 < step["classes_loss"]
    assert step["loss"] == pytest.approx(step["classes_loss"] + step["exclusion_loss"], abs=1e-5)


def test_with_the_tags_hidden_no_tag_has_influence(tmp_path):
    root = write_dafre(tmp_path / "set")
    task = {"name": "multimodal", "mask_schedule": "full", "length": 8}
    values = toy_config(root, "danbooruFaces", task=task, run={"steps": 4})
    trainer, made, _ = start_run(values, tmp_path / "run")
    trainer.train()
    rows = made.collection.rows("test")
    told = measure(made, rows, trainer._config, Processes())[1]
    original = made.captions.tokens
    made.captions.tokens = lambda *given, **more: original(*given, **more).flip(0)
    swapped = measure(made, rows, trainer._config, Processes())[1]
    assert swapped["loss_tags_shown"] != told["loss_tags_shown"]
    for name in ("top1", "top5", "valid_loss", "f1_macro"):
        assert swapped[name] == told[name]


def test_the_averaged_weights_are_measured_kept_and_named(folders, tmp_path):
    run = {"epochs": 1.0, "validate_every": 1.0, "batch": 16}
    values = toy_config(folders, "folders", run=run, optimiser={"rate": 1e-2, "average": 0.9})
    trainer, task, stream = start_run(values, tmp_path)
    trainer.train()
    (epoch,) = events(stream, "epoch")
    last = load_checkpoint(newest_checkpoint(tmp_path / "checkpoints"))
    rows, found = task.collection.rows("validation"), {}
    for name in ("weights", "average"):
        with with_weights(task.network, getattr(last, name)):
            found[name] = measure(task, rows, trainer._config, Processes())[1]["valid_loss"]
    assert epoch["weights"] == "average"
    assert epoch["valid_loss"] == found["average"] != found["weights"]
    best = read_weights(tmp_path)
    assert all(torch.equal(best[name], last.average[name]) for name in last.average)


def test_two_runs_that_hide_and_shuffle_tags_write_the_same_files(tmp_path):
    root = write_dafre(tmp_path / "set")
    task = {"name": "multimodal", "mask_schedule": "bert", "masking": "random", "length": 5}
    views = {"flip": 0.5, "trivial": True, "erase": 0.5}
    run = {"epochs": 1.0, "validate_every": 1.0, "log_every": 1}
    told = []
    for name, workers in (("one", 0), ("two", 2)):
        values = toy_config(
            root, "danbooruFaces", task=task, views=views, run={**run, "workers": workers}
        )
        start_run(values, tmp_path / name)[0].train()
        told.append([_timeless(tmp_path / name / f"{log}.jsonl") for log in ("epochs", "log")])
    assert told[0] == told[1]
    assert len(told[0][1]) == 3


def _timeless(path):
    timed = {"time", "images_per_second", "seconds_left"}
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [{k: v for k, v in line.items() if k not in timed} for line in lines]
