"""Learning from another network beside the labels."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.toy_layouts import write_class_folders  # noqa: E402
from tests.helpers.toy_runs import VIT, events, start_run, toy_config  # noqa: E402
from tests.helpers.toy_sets import toy_values, write_toy_set  # noqa: E402
from training.config import config_from  # noqa: E402
from training.losses.distillation import shares_apart, tags_apart  # noqa: E402
from training.tasks.task import Moment  # noqa: E402

pytestmark = pytest.mark.training


@pytest.mark.parametrize("apart", [shares_apart, tags_apart])
def test_who_says_the_same_is_not_apart(apart):
    told = torch.randn(4, 5)
    assert apart(told, told, 3.0).item() == pytest.approx(0, abs=1e-5)
    assert apart(told + torch.randn(4, 5), told, 3.0) > 0


def test_the_formulas_are_the_papers():
    said, told = torch.tensor([[0.0, 0.0]]), torch.tensor([[2.0, 0.0]])
    p, q = torch.softmax(told / 2, 1), torch.full((1, 2), 0.5)
    expected = 4 * (p * (p / q).log()).sum()
    assert shares_apart(said, told, 2.0).item() == pytest.approx(expected.item(), rel=1e-5)
    one = torch.sigmoid(torch.tensor(1.0))
    kl = one * (one / 0.5).log() + (1 - one) * ((1 - one) / 0.5).log()
    # The second tag agrees, so the mean over tags is half of the first one's.
    assert tags_apart(said, told, 2.0).item() == pytest.approx(4 * kl.item() / 2, rel=1e-5)


def test_a_teacher_is_not_asked_of_what_is_known():
    said, told = torch.randn(3, 4), torch.randn(3, 4)
    nothing = tags_apart(said, told, 2.0, torch.zeros(3, 4))
    one = torch.zeros(3, 4)
    one[:, 1] = 1
    assert nothing.item() == 0
    rest = tags_apart(said, told, 2.0, 1 - one)
    assert rest + tags_apart(said, told, 2.0, one) == pytest.approx(tags_apart(said, told, 2.0))
    assert tags_apart(said, told, 2.0, torch.ones(3, 4)) == tags_apart(said, told, 2.0)


@pytest.fixture(scope="module")
def taught(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    root = write_class_folders(folder / "set", 60)
    network = {"size": 64, "mean_std": "imagenet"}
    values = toy_config(root, "folders", network=network, run={"validate_every": 1.0})
    start_run(values, folder / "teacher")[0].train()
    return folder


def test_a_student_comes_nearer_to_its_teacher(taught):
    """Pictures of another size and normalisation are brought to the teacher as it wants them."""
    distillation = {"teacher": str(taught / "teacher"), "weight": 10.0}
    values = toy_config(
        taught / "set",
        "folders",
        distillation=distillation,
        run={"steps": 30},
        optimiser={"rate": 0.003},
    )
    trainer, task, _ = start_run(values, taught / "student")
    batch = next(trainer.batches())
    images = task.collection.views.preparation.normalise(batch.images)
    targets = task.targets(batch, Moment(0, 1, 0.0, 0))

    def apart():
        task.network.eval()
        with torch.no_grad():
            return task.losses(images, targets, Moment(0, 1, 0.0, 0))["teacher"].item()

    before = apart()
    trainer.train()
    assert apart() < 0.7 * before
    assert task.counts(targets)["teacher"] == len(batch.rows)
    assert not any(name.startswith("teacher") for name in task.network.state_dict())


def test_tags_are_taught_by_their_names(tmp_path, monkeypatch):
    source = write_toy_set(tmp_path / "toy")
    values = toy_values(source, tmp_path / "cache", validate_every=1.0)
    start_run(values, tmp_path / "teacher")[0].train()
    monkeypatch.setenv("RUNS", str(tmp_path))
    taught = {**values, "distillation": {"teacher": "$RUNS/teacher"}}
    taught["run"] = {**values["run"], "log_every": 1}
    trainer, _, stream = start_run(taught, tmp_path / "student")
    trainer.train()
    told = [event["teacher_loss"] for event in events(stream, "step")]
    assert len(told) == 4
    assert min(told) > 0


@pytest.mark.parametrize(
    ("section", "reason"),
    [
        ({"task": {"name": "multimodal"}}, "tagging and recognition only"),
        ({"distillation": {"teacher": "x", "temperature": 0.0}}, "temperature over 0"),
    ],
)
def test_settings_that_cannot_be_are_refused(section, reason, tmp_path):
    values = toy_config(tmp_path, "folders", network=VIT, distillation={"teacher": "x"})
    with pytest.raises(AnitagError, match=reason):
        config_from({**values, **section})


def test_a_teacher_of_other_names_is_refused(taught, tmp_path):
    root = write_class_folders(tmp_path / "set", 12)
    for name in ("red", "green", "blue"):
        (root / name).rename(root / f"other-{name}")
    values = toy_config(root, "folders", distillation={"teacher": str(taught / "teacher")})
    with pytest.raises(AnitagError, match="none of these names"):
        start_run(values, tmp_path / "run")
