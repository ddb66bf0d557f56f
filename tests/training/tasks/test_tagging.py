"""Tagging on the trainer: unknown labels, mixed pictures, shares of a batch, every loss."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.correction import IMPORT_TRUST  # noqa: E402
from tests.helpers.toy_runs import VIT, events, start_run, toy_config  # noqa: E402
from tests.helpers.toy_sets import write_toy_set  # noqa: E402
from training.datasets.targets import imported_slots  # noqa: E402
from training.losses.multilabel import multilabel_sum  # noqa: E402
from training.networks.heads import final_bias  # noqa: E402
from training.tasks.task import Moment  # noqa: E402
from training.views.mixing import Mix  # noqa: E402

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return write_toy_set(tmp_path_factory.mktemp("toy"), 60)


def values(toy, **sections):
    source = {"name": "toy", "path": str(toy), "complete": "none"}
    made = toy_config(toy, "manifest", **sections)
    made["task"] = {"name": "tagging"}
    made["datasets"] |= {"sources": [source], "min_count": 2, "min_character_count": 2}
    return made


def gradients(toy, run, **settings):
    trainer, task, _ = start_run(values(toy, run=settings), run)
    batch = next(trainer.batches())
    moment = Moment(0, 6, 0.0, 1)
    known = task.targets(batch, moment)["mask"].sum(1)
    assert len(set(known.tolist())) > 1
    trainer._stepper._move = lambda terms: None
    trainer._stepper.step(batch, moment, (1e-3, 0.9))
    return {n: p.grad.clone() for n, p in task.network.named_parameters()}


def test_shares_with_unequal_numbers_of_known_tags_have_the_gradient_of_the_whole(toy, tmp_path):
    whole = gradients(toy, tmp_path / "a")
    for number, size in enumerate((1, 3, 5)):
        parts = gradients(toy, tmp_path / f"b{number}", micro_batch=size)
        assert max((whole[n] - parts[n]).abs().max().item() for n in whole) < 1e-5


def test_persons_are_told_apart_with_any_head(toy, tmp_path):
    source = {"name": "toy", "path": str(toy), "complete": "none", "grouped_by": ["group"]}
    made = values(toy, identity={"weight": 1.0, "least": 1}, network={"head": "leaky"})
    made["datasets"] |= {"sources": [source]}
    trainer, task, stream = start_run(made, tmp_path)
    trainer.train()
    assert task.extra.directions.shape[1] == VIT["width"]
    assert events(stream, "start")[0]["identities"] > 0


def test_mixed_targets_are_linear_and_unknown_wherever_either_is(toy, tmp_path):
    trainer, task, _ = start_run(values(toy), tmp_path)
    targets = task.targets(next(trainer.batches()), Moment(0, 1, 0.0, 1))
    partners = torch.arange(len(targets["mask"]) - 1, -1, -1)
    mixed = task.mixed(targets, Mix(partners, torch.full((len(partners),), 0.3)))
    own = targets["targets"]
    assert torch.allclose(mixed["targets"], 0.3 * own + 0.7 * own.flip(0))
    assert torch.equal(mixed["mask"], targets["mask"] * targets["mask"].flip(0))
    assert mixed["mask"].shape == own.shape


@pytest.mark.parametrize("head", ["linear", "ifa", "concat_pool", "leaky", "ml_decoder"])
def test_every_head_begins_at_the_shares_and_keeps_what_it_was_given(toy, tmp_path, head):
    sections = {"network": {**VIT, "head": head}}
    _, task, _ = start_run(values(toy, **sections), tmp_path / "new")
    rows = task._prepared.targets[task.collection.rows("train")]
    present, known = (rows == 1).sum(0), (rows >= 0).sum(0)
    found = final_bias(task.network.head).detach().sigmoid().numpy()
    assert found == pytest.approx((present + 0.5) / (known + 1), abs=1e-4)
    sections["network"] |= {"checkpoint": "somewhere", "load": "strict"}
    _, other, _ = start_run(values(toy, **sections), tmp_path / "given")
    assert not torch.equal(final_bias(other.network.head), final_bias(task.network.head))


def test_mixed_pictures_may_have_the_tags_of_both(toy, tmp_path):
    trainer, task, _ = start_run(values(toy, views={"mixed_tags": "union"}), tmp_path)
    targets = task.targets(next(trainer.batches()), Moment(0, 1, 0.0, 1))
    own = targets["targets"]
    partners = torch.arange(len(own) - 1, -1, -1)
    mixed = task.mixed(targets, Mix(partners, torch.full((len(own),), 0.3)))
    assert torch.equal(mixed["targets"] > 0, (own > 0) | (own.flip(0) > 0))
    assert set(mixed["targets"].unique().tolist()) == {0.0, 1.0}
    assert torch.equal(mixed["mask"], targets["mask"] * targets["mask"].flip(0))


@pytest.mark.parametrize("name", ["bce", "asl", "focal", "hill", "splc", "mse"])
def test_every_loss_trains_and_is_measured(toy, tmp_path, name):
    sections = {
        "loss": {"name": name, "relabel_from": 0.0},
        "run": {"steps": 4, "validate_every": 0.5},
        "views": {"mixup": 0.5, "cutmix": 0.5},
    }
    trainer, _, stream = start_run(values(toy, **sections), tmp_path)
    trainer.train()
    epoch = events(stream, "epoch")[-1]
    assert np.isfinite(epoch["valid_loss"])
    assert {"f1_samples", "f1_micro", "f1_macro", "mean_average_precision"} <= set(epoch)


def test_a_fraction_keeps_every_so_manieth_picture(toy, tmp_path):
    whole, _, _ = start_run(values(toy), tmp_path / "whole")
    part, _, _ = start_run(values(toy, datasets={"fraction": 0.1}), tmp_path / "part")
    assert len(part._rows) == len(whole._rows) // 10
    assert set(part._rows) <= set(whole._rows)


def test_a_network_with_blocks_tags_with_the_ifa_head(toy, tmp_path):
    network = {**VIT, "head": "ifa", "resize": "pad"}
    trainer, task, _ = start_run(values(toy, network=network), tmp_path)
    trainer.train()
    assert task.network.head.aggregation.weight.grad is not None


def test_who_knows_only_shares_has_the_prior_loss(toy, tmp_path):
    trainer, task, stream = start_run(values(toy), tmp_path)
    trainer.train()
    told = events(stream, "start")[0]["prior_loss"]
    targets = task._prepared.targets[trainer._rows]
    losses = []
    for column in targets.T:
        known = column[column >= 0]
        share = known.mean() if len(known) else 0.0
        for value in known:
            right = share if value else 1 - share
            losses.append(-np.log(max(right, 1e-6)))
    assert told == pytest.approx(np.mean(losses), abs=1e-4)


@pytest.mark.parametrize("trust", [IMPORT_TRUST, 0.25])
def test_what_was_imported_moves_the_network_as_much_as_it_is_trusted(trust, toy, tmp_path):
    trainer, task, _ = start_run(values(toy), tmp_path)
    batch, moment = next(trainer.batches()), Moment(0, 1, 0.0, 1)
    before = task.targets(batch, moment)["mask"]
    row = int(batch.rows[0])
    known = before[0].nonzero()[:, 0].tolist()
    told = [label.name for label in task.vocabulary.labels]
    names = frozenset([told[known[0]]])
    picture = replace(task.collection.pictures[row], imported=names, import_trust=trust)
    imported = imported_slots([picture], task.vocabulary)
    assert imported[0].slots == [known[0]]
    task._prepared = replace(task._prepared, imported={row: imported[0]})
    after = task.targets(batch, moment)["mask"]
    assert after[0, known[0]] == trust * before[0, known[0]]
    assert (after != before).sum() == 1
    logits = torch.zeros_like(after, requires_grad=True)
    found = []
    for mask in (before, after):
        loss = multilabel_sum(logits, torch.ones_like(mask), mask, task._config.loss)
        found.append(torch.autograd.grad(loss, logits)[0][0, known[0]].item())
    assert found[1] == pytest.approx(trust * found[0])
