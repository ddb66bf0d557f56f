"""Learning without labels: it learns, resumes exactly, and others begin with its backbone."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.toy_layouts import write_class_folders  # noqa: E402
from tests.helpers.toy_runs import events, start_run, toy_config  # noqa: E402
from training.checkpoint import load_average, newest_checkpoint  # noqa: E402
from training.config import config_from  # noqa: E402
from training.measuring_run import measure_run  # noqa: E402
from training.progress import Progress  # noqa: E402
from training.run_folder import RunFolder  # noqa: E402
from training.starting import start_from  # noqa: E402

pytestmark = pytest.mark.training

TASK = {"name": "contrastive", "temperature": 0.2}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return write_class_folders(tmp_path_factory.mktemp("folders"), 40)


def values_of(folders, **run):
    network = {"embedding": 16}
    optimiser = {"rate": 3e-3, "average": 0.0, "warm_up": 2}
    return toy_config(folders, "folders", task=TASK, run=run, network=network, optimiser=optimiser)


def test_it_learns_to_find_pictures_again_without_their_labels(folders, tmp_path):
    values = values_of(folders, epochs=32.0, batch=16, validate_every=8.0)
    trainer, _, stream = start_run(values, tmp_path)
    trainer.train()
    first, *_, last = events(stream, "epoch")
    assert events(stream, "start")[0]["prior_loss"] == pytest.approx(3.434, abs=1e-3)
    assert last["train_loss"] < 0.95 * first["train_loss"]
    assert 0 <= last["matched"] <= 1
    quiet = Progress(as_json=True, stream=stream)
    one, other = (measure_run(RunFolder.open(tmp_path), "test", quiet) for _ in range(2))
    assert one == other
    assert one["toy"]["pictures"] == 9


def test_a_resumed_run_ends_with_the_same_weights(folders, tmp_path):
    whole, _, _ = start_run(values_of(folders, steps=6), tmp_path / "whole")
    whole.train()
    for until in (3, 0):
        part, _, _ = start_run(values_of(folders, steps=6, until=until), tmp_path / "parts")
        part.train()
    one, other = (
        load_average(newest_checkpoint(tmp_path / name / "checkpoints"))
        for name in ("whole", "parts")
    )
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_another_task_begins_with_its_backbone(folders, tmp_path):
    trainer, before, _ = start_run(values_of(folders, steps=2), tmp_path / "before")
    trainer.train()
    network = {"checkpoint": str(tmp_path / "before"), "load": "transfer"}
    values = toy_config(folders, "folders", network=network)
    _, task, stream = start_run(values, tmp_path / "after")
    report = start_from(task.network, config_from(values), Progress(as_json=True, stream=stream))
    assert set(report.missing) == {"head.logits.weight", "head.logits.bias"}
    weight = "patch_embed.proj.weight"
    found = task.network.backbone.state_dict()[weight]
    assert torch.equal(found, before.network.backbone.state_dict()[weight])


def test_mixed_pictures_are_refused(folders):
    with pytest.raises(AnitagError, match="not mixed"):
        config_from({**values_of(folders), "views": {"mixup": 0.2}})
