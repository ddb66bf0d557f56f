"""Losses: equal to their formulas, blind to what is unknown, fair to short batches."""

import math

import pytest

torch = pytest.importorskip("torch")

from training.config import LossConfig, OptimiserConfig  # noqa: E402
from training.loss import multilabel_loss, positive_weights  # noqa: E402
from training.schedule import WeightAverage, rate_at  # noqa: E402

pytestmark = pytest.mark.training


def random_batch(seed=0, rows=6, labels=4):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(rows, labels, generator=generator)
    targets = torch.randint(0, 2, (rows, labels), generator=generator).float()
    mask = torch.randint(0, 2, (rows, labels), generator=generator).float()
    return logits, targets, mask


@pytest.mark.parametrize("name", ["bce", "asl"])
def test_unknown_labels_have_neither_value_nor_gradient(name):
    logits, targets, mask = random_batch()
    logits.requires_grad_()
    loss = multilabel_loss(logits, targets, mask, LossConfig(name))
    loss.backward()
    assert (logits.grad[mask == 0] == 0).all()
    assert (logits.grad[mask == 1] != 0).all()
    changed = torch.where(mask == 0, 1 - targets, targets)
    assert multilabel_loss(logits, changed, mask, LossConfig(name)) == loss


def test_binary_cross_entropy_is_the_mean_over_what_is_known():
    logits, targets, mask = random_batch(1)
    values = []
    for logit, target, known in zip(
        logits.flatten(), targets.flatten(), mask.flatten(), strict=True
    ):
        if known:
            p = 1 / (1 + math.exp(-logit))
            values.append(-math.log(p if target else 1 - p))
    got = multilabel_loss(logits, targets, mask, LossConfig("bce"))
    assert got.item() == pytest.approx(sum(values) / len(values), rel=1e-5)


def test_the_asymmetric_loss_equals_its_formula():
    config = LossConfig("asl", gamma_positive=1.0, gamma_negative=4.0, clip=0.05)
    logits = torch.tensor([[1.0, -3.2, 0.5]])
    targets = torch.tensor([[1.0, 0.0, 0.0]])
    p = [1 / (1 + math.exp(-v)) for v in (1.0, -3.2, 0.5)]
    shifted = [max(q - 0.05, 0) for q in p]
    expected = -(
        (1 - p[0]) * math.log(p[0])
        + shifted[1] ** 4 * math.log(1 - shifted[1])
        + shifted[2] ** 4 * math.log(1 - shifted[2])
    )
    got = multilabel_loss(logits, targets, torch.ones(1, 3), config)
    assert got.item() == pytest.approx(expected / 3, rel=1e-4)


def test_nothing_known_is_no_loss_and_no_nan():
    logits, targets, _ = random_batch()
    assert multilabel_loss(logits, targets, torch.zeros_like(targets), LossConfig()).item() == 0


def test_splitting_a_batch_gives_the_same_sum():
    logits, targets, mask = random_batch(3)
    whole = multilabel_loss(logits, targets, mask, LossConfig()) * mask.sum()
    parts = [
        multilabel_loss(logits[s], targets[s], mask[s], LossConfig()) * mask[s].sum()
        for s in (slice(0, 1), slice(1, 6))
    ]
    assert sum(parts).item() == pytest.approx(whole.item(), rel=1e-5)


def test_positive_weights_follow_the_ratio_up_to_the_cap():
    positives, negatives = torch.tensor([10.0, 1.0, 50.0]), torch.tensor([90.0, 999.0, 50.0])
    config = LossConfig(pos_weight_power=0.5, pos_weight_cap=10)
    assert positive_weights(positives, negatives, config).tolist() == pytest.approx([3, 10, 1])
    assert positive_weights(positives, negatives, LossConfig()) is None


def test_the_rate_warms_up_and_falls_along_a_cosine():
    # The golden vector of the report (appendix A): N = 10000, W = 1000.
    steps = (0, 1, 500, 999, 1000, 2000, 5500, 10000)
    golden = (0, 0.001, 0.5, 0.999, 1, 0.969846, 0.5, 0)
    config = OptimiserConfig(rate=1.0, warm_up=1000)
    assert [rate_at(s, 10_000, config) for s in steps] == pytest.approx(golden, abs=1e-6)


def test_a_level_part_lets_a_run_be_ended_when_wanted():
    config = OptimiserConfig(rate=2.0, warm_up=0, decay=0.25)
    assert [rate_at(s, 100, config) for s in (0, 50, 75)] == [2.0, 2.0, 2.0]
    assert rate_at(88, 100, config) < 1.1
    assert rate_at(100, 100, config) == 0
    assert rate_at(75, 200, config) == 2.0


def test_the_average_follows_weights_and_buffers():
    network = torch.nn.BatchNorm1d(2)
    average = WeightAverage(network, 0.9)
    with torch.no_grad():
        network.weight.fill_(3.0)
        network.num_batches_tracked.fill_(7)
        network.running_mean.fill_(1.0)
    average.update(network, 1000)
    assert average.values["weight"].tolist() == pytest.approx([1.2, 1.2])
    assert average.values["running_mean"].tolist() == pytest.approx([0.1, 0.1])
    assert average.values["num_batches_tracked"].item() == 7
