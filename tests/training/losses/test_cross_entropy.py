"""The cross entropy equals PyTorch's, also weighted and smoothed, however the batch is cut."""

import pytest

torch = pytest.importorskip("torch")

from training.losses.cross_entropy import (  # noqa: E402
    Classes,
    cross_entropy_count,
    cross_entropy_sum,
)

pytestmark = pytest.mark.training


def batch(rows=7, classes=5):
    generator = torch.Generator().manual_seed(1)
    logits = torch.randn(rows, classes, generator=generator)
    ids = torch.randint(0, classes, (rows,), generator=generator)
    return logits, ids, torch.rand(classes, generator=generator) + 0.1


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_it_is_the_one_of_pytorch(smoothing):
    logits, ids, weights = batch()
    classes = Classes.of(ids)
    got = cross_entropy_sum(logits, classes, weights, smoothing)
    got = got / cross_entropy_count(classes, weights)
    expected = torch.nn.functional.cross_entropy(
        logits, ids, weight=weights, label_smoothing=smoothing
    )
    assert got.item() == pytest.approx(expected.item(), rel=1e-5)


def test_a_mixed_picture_has_both_classes_by_their_share():
    logits, ids, _ = batch()
    even = torch.ones(5)
    mixed = Classes(ids, ids.flip(0), torch.full((7,), 0.3))
    expected = 0.3 * cross_entropy_sum(logits, Classes.of(ids), even)
    expected = expected + 0.7 * cross_entropy_sum(logits, Classes.of(ids.flip(0)), even)
    assert cross_entropy_sum(logits, mixed, even).item() == pytest.approx(expected.item(), rel=1e-5)


def test_shares_of_a_batch_add_up_to_its_gradient():
    logits, ids, weights = batch()
    whole = logits.clone().requires_grad_()
    count = cross_entropy_count(Classes.of(ids), weights)
    (cross_entropy_sum(whole, Classes.of(ids), weights) / count).backward()
    parts = logits.clone().requires_grad_()
    for rows in (slice(0, 2), slice(2, 7)):
        (cross_entropy_sum(parts[rows], Classes.of(ids[rows]), weights) / count).backward()
    assert torch.allclose(whole.grad, parts.grad, atol=1e-7)
