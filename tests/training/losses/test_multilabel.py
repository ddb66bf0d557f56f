"""Losses: equal to their formulas, blind to what is unknown, fair to short batches."""

import math

import pytest

torch = pytest.importorskip("torch")

from training.config import LossConfig  # noqa: E402
from training.losses.multilabel import multilabel_loss, positive_weights, with_missing_found  # noqa: E402

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


def test_focal_with_power_0_is_binary_cross_entropy():
    logits, targets, mask = random_batch(4)
    focal = multilabel_loss(logits, targets, mask, LossConfig("focal", gamma_negative=0.0))
    assert focal.item() == pytest.approx(
        multilabel_loss(logits, targets, mask, LossConfig()).item(), rel=1e-5
    )


@pytest.mark.parametrize(
    ("name", "logit", "target", "expected"),
    [
        ("focal", 0.3, 1.0, lambda p, _: (1 - p) ** 2 * -math.log(p)),
        ("focal", 0.3, 0.0, lambda p, _: p**2 * -math.log(1 - p)),
        ("hill", 2.0, 0.0, lambda p, _: (1.5 - p) * p**2),
        ("hill", 0.3, 1.0, lambda _, m: (1 - m) ** 2 * -math.log(m)),
        ("splc", 0.3, 1.0, lambda _, m: (1 - m) ** 2 * -math.log(m)),
        ("splc", 0.3, 0.0, lambda p, _: p**2 * -math.log(1 - p)),
        ("mse", 0.3, 1.0, lambda p, _: (1 - p) ** 2),
    ],
)
def test_losses_equal_their_formulas(name, logit, target, expected):
    p, shifted = (1 / (1 + math.exp(-v)) for v in (logit, logit - 1))
    tensors = (torch.tensor([[logit]]), torch.tensor([[target]]), torch.ones(1, 1))
    assert multilabel_loss(*tensors, LossConfig(name)).item() == pytest.approx(
        expected(p, shifted), rel=1e-5
    )


def test_hill_forgives_a_negative_that_is_surely_there():
    def slope(logit):
        tensor = torch.tensor([[logit]], requires_grad=True)
        multilabel_loss(tensor, torch.zeros(1, 1), torch.ones(1, 1), LossConfig("hill")).backward()
        return tensor.grad.item()

    assert 0 < slope(6.0) < slope(0.0)


def test_missing_labels_are_found_only_where_the_network_is_sure():
    logits, targets = torch.tensor([[3.0, 0.1, -3.0]]), torch.tensor([[0.0, 0.0, 1.0]])
    assert with_missing_found(logits, targets, LossConfig("splc")).tolist() == [[1, 0, 1]]


def test_the_corrected_loss_takes_what_is_surely_there_for_present():
    config = LossConfig("splc")
    logits = torch.tensor([[1.2, 0.1]])
    found = with_missing_found(logits, torch.zeros(1, 2), config)
    p, other = (1 / (1 + math.exp(-v)) for v in (1.2 - config.margin, 0.1))
    expected = ((1 - p) ** 2 * -math.log(p) + other**2 * -math.log(1 - other)) / 2
    got = multilabel_loss(logits, found, torch.ones(1, 2), config).item()
    assert got == pytest.approx(expected, rel=1e-5)


def test_smoothing_asks_for_a_little_less_than_certainty():
    config = LossConfig("mse", smoothing=0.2)
    logits = torch.logit(torch.tensor([[0.9, 0.1]]))
    targets = torch.tensor([[1.0, 0.0]])
    assert multilabel_loss(logits, targets, torch.ones(1, 2), config).item() < 1e-12
