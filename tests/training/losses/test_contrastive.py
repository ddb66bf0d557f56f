"""The loss of SimCLR against its definition, written out."""

import math

import pytest

torch = pytest.importorskip("torch")

from training.losses.contrastive import contrastive_sum, matched  # noqa: E402

pytestmark = pytest.mark.training


def by_definition(one, other, temperature):
    """Return equation 1 of the paper, view by view, halved."""
    views = [*one.tolist(), *other.tolist()]
    count, total = len(one), 0.0

    def cosine(a, b):
        norms = math.sqrt(sum(x * x for x in a)) * math.sqrt(sum(x * x for x in b))
        return sum(x * y for x, y in zip(a, b, strict=True)) / norms

    for i, view in enumerate(views):
        partner = (i + count) % (2 * count)
        others = [k for k in range(2 * count) if k != i]
        below = sum(math.exp(cosine(view, views[k]) / temperature) for k in others)
        total -= math.log(math.exp(cosine(view, views[partner]) / temperature) / below)
    return total / 2


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_loss_is_the_papers(count):
    generator = torch.Generator().manual_seed(3)
    one, other = torch.randn(2, count, 4, generator=generator)
    found = contrastive_sum(one, other, 0.5).item()
    assert found == pytest.approx(by_definition(one, other, 0.5), abs=1e-5)


def test_alike_views_cost_less_and_are_found():
    one = torch.eye(4)
    assert contrastive_sum(one, one, 0.2) < contrastive_sum(one, one.roll(1, 0), 0.2)
    assert matched(one, one) == 4
    assert matched(one, one.roll(1, 0)) == 0
